"""Object files of C that does not change with the model, the kernels above all: each is compiled once and kept."""

import os
import re
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path, PurePosixPath

from studio.compiler import zig
from studio.compiler.sources import SourceFile
from studio.core import places

_INCLUDED = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
_MODEL = "model.h"  # different for every model
_LOOK_SECONDS = 0.03


class _GivenUp(Exception):
    """Another file failed, or nobody waits any more."""


def divided(files: Iterable[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """(what compiles the same for every model, and the rest): .c files with all that they include."""
    by_name = {PurePosixPath(file.name).name: file for file in files}
    units = [file for file in by_name.values() if file.name.endswith(".c")]
    reach = {unit.name: _reach(unit, by_name) for unit in units}
    steady = [unit for unit in units if _MODEL not in reach[unit.name]]
    names = {PurePosixPath(unit.name).name for unit in steady}
    return steady, [file for name, file in by_name.items() if name not in names]


def compiled(
    units: Sequence[SourceFile],
    files: Iterable[SourceFile],
    flags: Sequence[str],
    watch: zig.Watch = zig.patient,
) -> list[Path]:
    """An object file for each of `units` (.c), which include what they need from `files`; several at a time."""
    by_name = {PurePosixPath(file.name).name: file for file in files}
    given_up = threading.Event()

    def check() -> None:
        if given_up.is_set():
            raise _GivenUp

    def one(unit: SourceFile) -> Path:
        check()
        headers = [by_name[name] for name in sorted(_reach(unit, by_name))]
        product = PurePosixPath(unit.name).with_suffix(".o").name
        return zig.compile((unit, *headers), (*flags, "-c"), product, watch=check)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        waiting = {pool.submit(one, unit) for unit in units}
        try:
            jobs = list(waiting)
            while waiting:
                done, waiting = wait(waiting, _LOOK_SECONDS, FIRST_EXCEPTION)
                for job in done:
                    job.result()
                if waiting:
                    watch()
            return sorted((job.result() for job in jobs), key=lambda path: path.name)
        finally:
            given_up.set()


def kernels() -> list[SourceFile]:
    """All files of the kernels' folder."""
    return read(places.firmware() / "kernels", "")


def read(folder: Path, prefix: str) -> list[SourceFile]:
    """The C files and linker scripts of a folder, under names that begin with `prefix`."""
    return [
        SourceFile(f"{prefix}{path.name}", path.read_text("utf-8"))
        for path in sorted(folder.iterdir())
        if path.suffix in (".c", ".h", ".ld")
    ]


def _reach(unit: SourceFile, by_name: dict[str, SourceFile]) -> set[str]:
    """The names, without folders, of all headers that a file includes, and those include."""
    found: set[str] = set()
    waiting = _INCLUDED.findall(unit.text)
    while waiting:
        name = PurePosixPath(waiting.pop()).name
        if name not in found and name in by_name:
            found.add(name)
            waiting += _INCLUDED.findall(by_name[name].text)
    return found
