"""Boards that show up as a drive: found by the file that says so, and written by copying."""

import contextlib
import os
import re
import string
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from studio.core.board import Board
from studio.core.errors import StudioError
from studio.core.formatting import show_bytes
from studio.device.toolchains.steps import CopyToDrive, Drive

_UF2_INFO = "INFO_UF2.TXT"
_LINK_INFO = "DETAILS.TXT"
_FAILED = "FAIL.TXT"
_CHUNK = 1 << 14
_LOOK_SECONDS = 0.05
_SETTLE_SECONDS = 8.0


def mounted() -> tuple[Path, ...]:
    """Where removable drives may be mounted on this computer."""
    if sys.platform == "linux":
        try:
            text = Path("/proc/self/mounts").read_text(encoding="utf-8")
        except OSError:
            return ()
        return mounts_in(text)
    if sys.platform == "darwin":
        volumes = Path("/Volumes")
        return tuple(sorted(volumes.iterdir())) if volumes.is_dir() else ()
    return tuple(
        Path(f"{letter}:\\") for letter in string.ascii_uppercase[3:] if os.path.exists(f"{letter}:\\")
    )


def mounts_in(text: str) -> tuple[Path, ...]:
    """The FAT drives in Linux's table of mounts, where spaces are written \\040."""
    rows = (line.split() for line in text.splitlines())
    return tuple(
        Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), row[1]))
        for row in rows
        if len(row) > 2 and row[2] in ("vfat", "msdos", "fat", "exfat")
    )


def find_drives(places: Iterable[Path]) -> tuple[Drive, ...]:
    """The boards' drives among these folders: with INFO_UF2.TXT, or a debugger's DETAILS.TXT."""
    found = []
    for place in places:
        if (text := _text(place / _UF2_INFO)) is not None:
            named = re.search(r"^Board-ID: *(\S+)", text, re.MULTILINE)
            found.append(Drive(str(place), named.group(1) if named else place.name))
        elif _text(place / _LINK_INFO) is not None:
            found.append(Drive(str(place), place.name, is_uf2=False))
    return tuple(found)


def suits(drive: Drive, board: Board) -> bool:
    """True for a drive of this board: one that calls itself so, and takes the kind of file it takes."""
    if drive.is_uf2 != (board.drive_file == "uf2"):
        return False
    names = {name.upper() for name in board.drives}
    return drive.name.upper() in names or Path(drive.folder).name.upper() in names


def copy_to_drive(
    step: CopyToDrive,
    heard: Callable[[str, float], None],
    stop: threading.Event,
    settle: float = _SETTLE_SECONDS,
) -> None:
    """Copy the built file and wait until the board has taken it; `heard` gets words and the share that is done.

    A UF2 drive vanishes when it has all of the file. A debugger's drive may come back with FAIL.TXT, which says why
    not. `stop` ends it early, without an error.
    """
    source = _newest(Path(step.folder), step.pattern)
    place = Path(step.drive.folder)
    if not place.is_dir():
        raise StudioError(
            f"The drive {step.drive.name} is gone. Bring the board into its loader again and try again."
        )
    size = source.stat().st_size
    heard(f"Copying {source.name} ({show_bytes(size)}) to {place}", 0.0)
    whole = _copy(source, place / source.name, size, heard, stop)
    if stop.is_set():
        return
    began = time.monotonic()
    patience = step.timeout_seconds if step.drive.is_uf2 else settle
    while _is_there(place, step.drive):
        if not step.drive.is_uf2 and (why := _text(place / _FAILED)):
            raise StudioError(
                f"The board did not take the file: {' '.join(why.split())} Build it again and retry."
            )
        if time.monotonic() - began > patience:
            if not step.drive.is_uf2:
                break
            raise StudioError(
                f"The file lies on the drive {step.drive.name}, but the board has not restarted. "
                "Is it the right board? Unplug it, bring it into its loader again and try again."
            )
        if stop.wait(_LOOK_SECONDS):
            return
    if not whole and step.drive.is_uf2:
        heard("The drive went away while the last bytes were written: the board has restarted.", 1.0)
    else:
        heard("The board has taken the file.", 1.0)


def _copy(
    source: Path, target: Path, size: int, heard: Callable[[str, float], None], stop: threading.Event
) -> bool:
    """Copy in pieces; False where the drive went away at the very end, as some do before the last write returns."""
    written = 0
    try:
        with source.open("rb") as taken, target.open("wb") as given:
            while piece := taken.read(_CHUNK):
                if stop.is_set():
                    return False
                given.write(piece)
                written += len(piece)
                heard("", 0.9 * written / max(size, 1))
            given.flush()
            with contextlib.suppress(OSError):
                os.fsync(given.fileno())
    except OSError as error:
        if written >= size and not target.parent.is_dir():
            return False
        raise StudioError(
            f"{target.name} was not copied to {target.parent} ({error.strerror or error}). Is there room, and is the "
            "drive still there? Unplug the board, plug it in and try again."
        ) from error
    return True


def _newest(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern), key=lambda file: file.stat().st_mtime) if folder.is_dir() else []
    if not found:
        raise StudioError(
            f"The build made no file {pattern} for the board's drive. Choose the board's port instead of its drive."
        )
    return found[-1]


def _is_there(place: Path, drive: Drive) -> bool:
    return (place / (_UF2_INFO if drive.is_uf2 else _LINK_INFO)).exists()


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
