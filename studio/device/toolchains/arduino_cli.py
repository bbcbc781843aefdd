"""arduino-cli: what its JSON says of itself, and the steps that build and upload an Arduino library's sketch."""

import json
from pathlib import Path
from typing import Any

from studio.core.compiled import Measured
from studio.core.errors import StudioError
from studio.core.formats.delivery import SensorStub
from studio.device.toolchains.steps import Command, CopyToDrive, Order, Setup, Step, ToolName, Unpack

SKETCH = "live_inference"
# English output, whatever the user's language: parts of it are read by `heard`.
ENVIRONMENT = (("ARDUINO_LOCALE", "en"), ("LC_ALL", "C.UTF-8"))
_SENSOR_LIBRARIES = {SensorStub.IMU: "Arduino_LSM9DS1"}

EXIT_CODES = {
    5: "The internet cannot be reached, and a core or library has to be downloaded. Connect and try again.",
    6: "arduino-cli's own set-up is broken. Run 'arduino-cli config init --overwrite' in a terminal and try again.",
    7: "arduino-cli did not take what it was given; it may be too old. Install version 1.0 or later and try again.",
}
"""What its exit codes mean (internal/cli/feedback/errorcodes.go), where its words are not clearer."""


def read_version(text: str) -> str:
    """The version that `version --json` (before 1.0 `--format json`) prints; "" where it cannot be read."""
    found = _loaded(text)
    return str(found.get("VersionString", "")) if isinstance(found, dict) else ""


def read_cores(text: str) -> tuple[str, ...]:
    """The installed cores that `core list --json` names, as "arduino:avr".

    Since 1.0 they stand in "platforms" with "installed_version", before that in a bare list with "installed".
    """
    found = _loaded(text)
    entries = found.get("platforms", []) if isinstance(found, dict) else found
    if not isinstance(entries, list):
        return ()
    return tuple(
        str(entry["id"])
        for entry in entries
        if isinstance(entry, dict)
        and entry.get("id")
        and (entry.get("installed_version") or entry.get("installed"))
    )


def read_libraries(text: str) -> tuple[str, ...]:
    """The libraries that `lib list --json` names (in "installed_libraries" since 1.0, else in a bare list)."""
    found = _loaded(text)
    entries = found.get("installed_libraries", []) if isinstance(found, dict) else found
    if not isinstance(entries, list):
        return ()
    libraries = (entry.get("library") for entry in entries if isinstance(entry, dict))
    return tuple(
        str(library["name"]) for library in libraries if isinstance(library, dict) and "name" in library
    )


def read_sizes(text: str) -> Measured | None:
    """What `compile --json` measured: the sections "text" and "data" with their limits; None where it did not."""
    found = _loaded(text)
    if not isinstance(found, dict):
        return None
    result = found.get("builder_result")
    sections = result.get("executable_sections_size") if isinstance(result, dict) else None
    if not isinstance(sections, list):
        return None
    sizes: dict[str, tuple[int, int]] = {}
    for section in sections:
        if isinstance(section, dict) and "name" in section:
            name = str(section["name"])
            sizes[name] = (
                _whole(section.get("size")),
                _whole(section.get("max_size", section.get("maxsize"))),
            )
    if "text" not in sizes:
        return None
    ram = sizes.get("data")
    return Measured(
        sizes["text"][0],
        ram[0] if ram else None,
        ToolName.ARDUINO_CLI.value,
        sizes["text"][1],
        ram[1] if ram else 0,
    )


def steps(order: Order, setup: Setup, work: Path) -> tuple[Step, ...]:
    """Install what is missing, compile the live sketch, and upload it or copy it to the board's drive.

    The library is unpacked into `work` and used from there; the user's own sketchbook stays as it is.
    """
    tool, board = setup.tool(ToolName.ARDUINO_CLI), order.board
    if tool is None or not board.fqbn:
        raise StudioError(f"arduino-cli cannot build for the {board.name}. Choose another format or board.")
    archive = next((file.name for file in order.bundle.files if file.name.endswith(".zip")), None)
    if archive is None:
        raise StudioError("The export has no Arduino library in it. Export again.")
    more = ("--additional-urls", board.core_index) if board.core_index else ()
    sketch = work / Path(archive).stem / "examples" / SKETCH
    built, out = work / "build", work / "out"
    found: list[Step] = []

    def run(words: str, share: float, *arguments: str, **kind: Any) -> None:
        found.append(
            Command(words, (tool.path, *arguments), share, str(order.bundle.folder), ENVIRONMENT, **kind)
        )

    core = ":".join(board.fqbn.split(":")[:2])
    if core not in setup.cores:
        run("Looking for the board's core", 5, "core", "update-index", *more)
        run(f"Installing the core {core}", 60, "core", "install", core, *more, "--no-color")
    library = _SENSOR_LIBRARIES.get(order.sensor)
    if library and library not in setup.libraries:
        run(f"Installing the library {library}", 5, "lib", "install", library, "--no-color")
    found.append(Unpack("Unpacking the library", str(Path(order.bundle.folder) / archive), str(work), 1))
    compile_ = (
        "compile", "--fqbn", board.fqbn, "--library", str(work / Path(archive).stem),
        "--build-path", str(built), "--output-dir", str(out),
    )  # fmt: skip
    run("Compiling", 40, *compile_, "--no-color", str(sketch))
    run("Reading the sizes", 4, *compile_, "--json", str(sketch), if_unmeasured=True)
    if order.drive is not None:
        pattern = f"*.ino.{board.drive_file}"
        found.append(
            CopyToDrive(f"Copying to the drive {order.drive.name}", str(out), pattern, order.drive, 10)
        )
    elif order.port:
        run(
            f"Uploading to {order.port}",
            15,
            *("upload", "--fqbn", board.fqbn, "--port", order.port, "--input-dir", str(out), "--no-color"),
            str(sketch),
            uses_port=True,
            timeout_seconds=300.0,
        )
    return tuple(found)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
