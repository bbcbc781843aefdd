"""Which tools are installed, which versions they are, and how to get those that are not."""

import os
import shutil
import subprocess

from studio.core.formats.delivery import ExportFormat
from studio.device.toolchains import arduino_cli, esp, platformio
from studio.device.toolchains.steps import Setup, Tool, ToolName

_PATIENCE_SECONDS = 30
_ALSO_CALLED = {ToolName.PLATFORMIO: ("platformio",), ToolName.ESPTOOL: ("esptool.py",)}

NEEDED: dict[ExportFormat, tuple[ToolName, ...]] = {
    ExportFormat.ARDUINO: (ToolName.ARDUINO_CLI,),
    ExportFormat.PLATFORMIO: (ToolName.PLATFORMIO,),
    ExportFormat.ESP_IDF: (ToolName.IDF, ToolName.ESPTOOL),
}
"""The tools that a format is built and flashed with; other formats are built by hand."""


def how_to_get(name: ToolName) -> str:
    """The sentence for a tool that was not found."""
    return {
        ToolName.ARDUINO_CLI: "arduino-cli was not found. Get it from https://arduino.github.io/arduino-cli/latest/"
        "installation/, put it on PATH, then look again. (The Arduino IDE can add the exported .zip, too.)",
        ToolName.PLATFORMIO: "PlatformIO was not found. Install it with 'pip install platformio', then look again.",
        ToolName.IDF: "ESP-IDF was not found. Install it as https://docs.espressif.com/projects/esp-idf says, run its "
        "export script in a terminal and start the studio from there.",
        ToolName.ESPTOOL: "esptool was not found. Install it with 'pip install esptool', then look again.",
    }[name]


def find_program(name: ToolName, path: str | None = None) -> str | None:
    """Where the program is, by any of its names; `path` stands for PATH."""
    return next(
        (
            found
            for called in (name.value, *_ALSO_CALLED.get(name, ()))
            if (found := shutil.which(called, path=path))
        ),
        None,
    )


def look_for(format_: ExportFormat, path: str | None = None) -> Setup:
    """What of the format's tools is installed; starts them to ask, which takes up to some seconds."""
    tools = []
    for name in NEEDED.get(format_, ()):
        program = find_program(name, path)
        if program is not None:
            tools.append(Tool(name, program, _version(name, program)))
    found = Setup(tuple(tools))
    cli = found.tool(ToolName.ARDUINO_CLI)
    if cli is None:
        return found
    return Setup(
        found.tools,
        arduino_cli.read_cores(_json(cli.path, "core", "list")),
        arduino_cli.read_libraries(_json(cli.path, "lib", "list")),
    )


def missing(format_: ExportFormat, setup: Setup) -> tuple[ToolName, ...]:
    """The tools that the format needs and that were not found."""
    return tuple(name for name in NEEDED.get(format_, ()) if setup.tool(name) is None)


def _version(name: ToolName, program: str) -> str:
    match name:
        case ToolName.ARDUINO_CLI:
            return arduino_cli.read_version(_json(program, "version"))
        case ToolName.PLATFORMIO:
            return platformio.read_version(_said(program, "--version"))
        case ToolName.IDF:
            return esp.read_version(_said(program, "--version"))
        case ToolName.ESPTOOL:
            return esp.read_version(_said(program, "version"))


def _json(program: str, *arguments: str) -> str:
    """What it prints in JSON: asked with --json, which is so since 0.36, or else with --format json."""
    said = _said(program, *arguments, "--json")
    return said or _said(program, *arguments, "--format", "json")


def _said(program: str, *arguments: str) -> str:
    """What it prints, or "" where it fails or does not end."""
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            env={**os.environ, **dict(arduino_cli.ENVIRONMENT)},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""
