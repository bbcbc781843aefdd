"""Stand-ins for the makers' tools: real programs on PATH that print what was recorded and end as the real ones do."""

import os
import stat
import zipfile
from pathlib import Path

from studio.core.bundle import Bundle, BundleFile

GOLDEN = Path(__file__).parent.parent / "golden" / "toolchains"


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


def fake(folder: Path, name: str, answers: dict[str, tuple[str, int]], before: str = "") -> Path:
    """A program that compares its arguments with shell patterns, prints that recorded file and ends with that code.

    Each call's arguments are a line of `<name>.calls` beside it; "" stands for no output. `before` is run at first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cases = "".join(
        f"{_pattern(pattern)}) {f'cat {GOLDEN / recorded};' if recorded else ''} exit {code};;\n"
        for pattern, (recorded, code) in answers.items()
    )
    script = folder / name
    script.write_text(
        f'#!/bin/sh\necho "$*" >> "{folder / name}.calls"\n{before}\ncase "$*" in\n{cases}'
        f'*) echo "{name} was not expected to get: $*" >&2; exit 99;;\nesac\n',
        encoding="utf-8",
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def _pattern(text: str) -> str:
    return "*".join(f"'{part}'" if part else "" for part in text.split("*"))


def calls(folder: Path, name: str) -> list[str]:
    file = folder / f"{name}.calls"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def arduino_cli(folder: Path, **changed: tuple[str, int]) -> Path:
    """arduino-cli 1.2.2 with the AVR core; `compile`, `upload`… take another recorded file and exit code."""
    return fake(
        folder,
        "arduino-cli",
        {
            "version --json": ("arduino_cli_version.json", 0),
            "core list --json": ("arduino_cli_core_list.json", 0),
            "lib list --json": ("arduino_cli_lib_list.json", 0),
            "core update-index*": changed.get("index", ("", 0)),
            "core install*": changed.get("install", ("", 0)),
            "compile *--json*": changed.get("sizes", ("arduino_cli_compile.json", 0)),
            "compile *": changed.get("compile", ("arduino_cli_compile.txt", 0)),
            "upload *": changed.get("upload", ("avrdude_upload.txt", 0)),
        },
    )


def pio(folder: Path, **changed: tuple[str, int]) -> Path:
    return fake(
        folder,
        "pio",
        {
            "--version": ("pio_version.txt", 0),
            "run *--target upload*": changed.get("upload", ("avrdude_upload.txt", 0)),
            "run *": changed.get("run", ("pio_run.txt", 0)),
        },
    )


def arduino_bundle(folder: Path) -> Bundle:
    """An exported Arduino library, as small as can be."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "waves.zip", "w") as archive:
        archive.writestr("waves/src/waves.h", "#define WAVES 1\n")
        archive.writestr(
            "waves/examples/live_inference/live_inference.ino", "void setup() {}\nvoid loop() {}\n"
        )
    return Bundle(str(folder), (BundleFile("waves.zip", 1, "0" * 64),), "s" * 64)


def project_bundle(folder: Path) -> Bundle:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "platformio.ini").write_text("[env:arduino_uno_r3]\n", encoding="utf-8")
    return Bundle(str(folder), (BundleFile("platformio.ini", 1, "0" * 64),), "s" * 64)


def component_bundle(folder: Path) -> Bundle:
    (folder / "waves" / "examples" / "live_inference").mkdir(parents=True, exist_ok=True)
    return Bundle(str(folder), (BundleFile("waves/idf_component.yml", 1, "0" * 64),), "s" * 64)


def is_running(pid: int) -> bool:
    """True while the process lives (a zombie does not)."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def path_with(folder: Path) -> str:
    return f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin"
