"""Espressif's tools: idf.py builds the exported component's example, esptool writes it."""

import re
from pathlib import Path

from studio.core.errors import StudioError
from studio.device.toolchains.steps import Command, Order, Setup, Step, ToolName

_BAUD = "460800"
_EXAMPLE = "examples/live_inference"


def read_version(text: str) -> str:
    """The version in 'ESP-IDF v5.3.1' or 'esptool v5.0.2' or a bare '4.8.1'; "" where it cannot be read."""
    found = re.search(r"\bv?(\d+\.\d[\w.-]*)", text)
    return found.group(1) if found else ""


def steps(order: Order, setup: Setup, work: Path) -> tuple[Step, ...]:
    """Build the example and write it with the addresses that the build itself names (build/flash_args)."""
    idf, board = setup.tool(ToolName.IDF), order.board
    if idf is None or not board.idf_target:
        raise StudioError(f"ESP-IDF cannot build for the {board.name}. Choose another format or board.")
    component = next(
        (file.name.split("/")[0] for file in order.bundle.files if file.name.endswith("/idf_component.yml")),
        None,
    )
    if component is None:
        raise StudioError("The export has no ESP-IDF component in it. Export again.")
    project = Path(order.bundle.folder) / component / _EXAMPLE
    built = work / "build"
    settings = (f"-DSDKCONFIG={work / 'sdkconfig'}", f"-DIDF_TARGET={board.idf_target}")
    found: list[Step] = [
        Command("Compiling", (idf.path, "-B", str(built), *settings, "build"), 60, str(project)),
        Command(
            "Reading the sizes", (idf.path, "-B", str(built), *settings, "size"), 3, str(project),
            if_unmeasured=True,
        ),
    ]  # fmt: skip
    if order.port:
        esptool = setup.tool(ToolName.ESPTOOL)
        if esptool is None:
            raise StudioError("esptool is missing. Install it with 'pip install esptool', then look again.")
        # Before version 5 it was write_flash; that name is still taken.
        verb = "write-flash" if int((esptool.version.split(".") or ["0"])[0] or 0) >= 5 else "write_flash"
        argv = (
            esptool.path, "--chip", board.idf_target, "--port", order.port, "--baud", _BAUD, verb, "@flash_args",
        )  # fmt: skip
        found.append(
            Command(
                f"Writing to {order.port}", argv, 20, str(built), (("PYTHONUNBUFFERED", "1"),),
                timeout_seconds=300.0, uses_port=True,
            )
        )  # fmt: skip
    return tuple(found)
