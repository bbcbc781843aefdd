"""Copying the data's files without what tells of people: pictures and sounds alone, the other files as they are."""

import contextlib
import shutil
from pathlib import Path

from studio.core.checks.data_details import Finding
from studio.core.checks.kinds import kinds_of
from studio.core.checks.riff import without_notes
from studio.core.copies import UNFINISHED, Copies, remove_unfinished
from studio.core.data_files import LABELS_FILE, PICTURE_SUFFIXES, SOUND_SUFFIXES
from studio.core.errors import StudioError
from studio.core.formatting import show_bytes
from studio.core.phrases import phrase
from studio.core.storage import read_error, write_error
from studio.worker.hidden_files import files_of_data, look_inside, look_through
from studio.worker.picture_notes import is_picture, without_picture_notes
from studio.worker.report import Report

_COPYING = 0.8  # the share of the work; the rest is looking through the copies


def strip_copies(source: str, folder: str, report: Report) -> Copies:
    """Copy the files at `source` to the new or empty `folder`, without what pictures and sounds tell of people.

    Raises StudioError where the folder holds files already or lies within the data, where a file cannot be read, and
    where the disk is full. What was made until then, or until the job was stopped, is removed.
    """
    data, place = Path(source), Path(folder)
    files = _files(data)
    _check_place(data, place)
    _check_room(files, place)
    try:
        return _copied(data, files, place, report)
    except StudioError as error:
        if removed := remove_unfinished(place):
            raise StudioError(f"{error} {removed}") from error
        raise
    except BaseException:  # stopped, too
        remove_unfinished(place)
        raise


def without_metadata(suffix: str, content: bytes) -> bytes:
    """The picture or sound alone, its own bytes untouched; other files as they are."""
    if suffix in SOUND_SUFFIXES or content[8:12] == b"WAVE":
        return without_notes(content)
    if is_picture(content) or suffix in PICTURE_SUFFIXES:
        return without_picture_notes(content)
    return content


def _files(data: Path) -> list[Path]:
    """The data's files; with a single one the names of its classes, which lie beside it."""
    files = files_of_data(data)
    if not files:
        raise StudioError(
            phrase("There are no files at {data} any more. Open the data again, then copy it.", data=data)
        )
    labels = data.with_name(LABELS_FILE)
    return [*files, labels] if data.is_file() and data != labels and labels.is_file() else files


def _check_place(data: Path, place: Path) -> None:
    within = data if data.is_dir() else data.parent
    if place.resolve() == within.resolve() or (
        data.is_dir() and place.resolve().is_relative_to(data.resolve())
    ):
        raise StudioError(phrase("The copies cannot lie within the data itself. Choose a folder beside it."))
    try:
        if place.is_dir() and (place / UNFINISHED).exists():
            raise StudioError(
                phrase(
                    "{folder} holds copies that were never finished. Delete that folder, or choose another.",
                    folder=place,
                )
            )
        if place.is_dir() and any(place.iterdir()):
            raise StudioError(
                phrase("{folder} holds files. Choose a new or empty folder for the copies.", folder=place)
            )
    except OSError as error:
        raise read_error(place, error) from error
    if place.exists() and not place.is_dir():
        raise StudioError(phrase("{folder} is a file. Choose a new folder for the copies.", folder=place))
    if not place.resolve().parent.is_dir():
        raise StudioError(
            phrase("There is no folder {folder} to make the copies in.", folder=place.resolve().parent)
        )


def _check_room(files: list[Path], place: Path) -> None:
    needed = 0
    for file in files:
        with contextlib.suppress(OSError):  # copying it says what is wrong
            needed += file.stat().st_size
    free = shutil.disk_usage(place.resolve().parent).free
    if needed > free:
        raise StudioError(
            phrase(
                "The copies take {needed}, and {free} are free there. Free some space, or choose a folder on another "
                "disk.",
                needed=show_bytes(needed),
                free=show_bytes(free),
            )
        )


def _copied(data: Path, files: list[Path], place: Path, report: Report) -> Copies:
    root = data if data.is_dir() else data.parent
    words = phrase("Copying without what tells of people")
    _write(place / UNFINISHED, phrase("The studio is copying files to this folder.").encode())
    told: list[Finding] = []
    stripped = 0
    for number, file in enumerate(files):
        report(_COPYING * number / len(files), words)
        name = file.relative_to(root).as_posix()
        try:
            content = file.read_bytes()
            plain = without_metadata(file.suffix.lower(), content)
            if plain != content:
                stripped += 1
                told += look_inside(file, name).findings
        except FileNotFoundError as error:
            raise StudioError(
                phrase("{file} vanished while the data was copied. Try again.", file=file)
            ) from error
        except OSError as error:
            raise read_error(file, error) from error
        _write(place / name, plain)
    words = phrase("Looking through the copies")
    looked = look_through(place, lambda share: report(_COPYING + (1 - _COPYING) * share, words))
    left = {(finding.file, finding.kind) for finding in looked.findings}
    taken = [finding for finding in told if (finding.file, finding.kind) not in left]
    report(1.0, words)
    try:
        (place / UNFINISHED).unlink()
    except OSError as error:
        raise write_error(place / UNFINISHED, error) from error
    return Copies(
        str(place),
        str(place if data.is_dir() else place / data.name),
        len(files),
        stripped,
        kinds_of(taken),
        kinds_of(looked.findings),
        looked.unread,
    )


def _write(path: Path, content: bytes) -> None:
    """Write a new file. Unlike what replaces older ones it need not be safe on the disk at once."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(content)
    except OSError as error:
        raise write_error(path, error) from error
