"""PlatformIO: its version, and the steps that build and upload an exported project."""

import re
from pathlib import Path

from studio.core.errors import StudioError
from studio.device.toolchains.steps import Command, CopyToDrive, Order, Setup, Step, ToolName


def read_version(text: str) -> str:
    """The version in 'PlatformIO Core, version 6.1.18'; "" where it cannot be read."""
    found = re.search(r"version (\d[\w.]*)", text)
    return found.group(1) if found else ""


def steps(order: Order, setup: Setup, work: Path) -> tuple[Step, ...]:
    """Build (PlatformIO fetches its platform and libraries by itself), and upload or copy to the board's drive.

    What is built lies in `work`; the exported folder stays as it was written.
    """
    tool, board = setup.tool(ToolName.PLATFORMIO), order.board
    if tool is None or not board.platformio:
        raise StudioError(f"PlatformIO cannot build for the {board.name}. Choose another format or board.")
    folder = order.bundle.folder
    environment = (
        ("PLATFORMIO_WORKSPACE_DIR", str(work / "pio")),
        ("PLATFORMIO_BUILD_DIR", str(work / "build")),
        ("PLATFORMIO_NO_ANSI", "true"),
        ("PYTHONUNBUFFERED", "1"),
    )
    base = (tool.path, "run", "--project-dir", folder, "--environment", board.id)
    found: list[Step] = [Command("Compiling", base, 60, folder, environment)]
    if order.drive is not None:
        found.append(
            CopyToDrive(
                f"Copying to the drive {order.drive.name}",
                str(work / "build" / board.id),
                f"firmware.{board.drive_file}",
                order.drive,
                10,
            )
        )
    elif order.port:
        upload = (*base, "--target", "upload", "--upload-port", order.port)
        found.append(
            Command(
                f"Uploading to {order.port}", upload, 15, folder, environment,
                timeout_seconds=600.0, uses_port=True,
            )
        )  # fmt: skip
    return tuple(found)
