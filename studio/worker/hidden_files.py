"""Looking through the files that the data came from for what tells of people."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.checks.data_details import Finding
from studio.core.checks.names import people_side_by_side
from studio.core.checks.personal import covered, in_bytes, in_name, in_text, people_named
from studio.core.checks.riff import chunks, in_wav
from studio.core.data_files import PICTURE_SUFFIXES, SOUND_SUFFIXES
from studio.core.phrases import phrase
from studio.core.storage import read_error
from studio.worker.picture_notes import in_picture, is_picture
from studio.worker.table_notes import in_archive, in_prose, in_table

_MOST_FILES = 20_000
_TABLES = {".csv": ",", ".tsv": "\t"}
_ARRAYS = (".npz", ".npy")
_MODELS = (".keras", ".h5", ".hdf5", ".tflite", ".onnx")
_BOMS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_MOST_BYTES = 32 << 20  # of a text or an unknown file
_MOST_TOTAL = 128 << 20  # of all of these; of more, the first bytes alone
_HEAD = 1 << 16  # bytes that tell a text from another file

Tick = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, in how many files looked at; `unread` are those that could not be, or not to the end."""

    findings: tuple[Finding, ...]
    files: int
    unread: tuple[str, ...]


def look_through(source: Path, tick: Tick) -> Looked:
    """What the files at `source` and their folders tell of people; `tick` is told the share that is done.

    A model beside the data is none of them; what leaves with it is looked at by C16.
    """
    every = files_of_data(source)
    files = every[:_MOST_FILES]
    root = source if source.is_dir() else source.parent
    found = _in_folders(files, root)
    unread = []
    room = _MOST_TOTAL
    for number, file in enumerate(files):
        tick(number / len(files))
        name = file.relative_to(root).as_posix()
        found += in_name(file.stem, name)
        try:
            inside = look_inside(file, name, min(_MOST_BYTES, max(room, _HEAD)))
        except OSError as error:
            raise read_error(file, error) from error
        found += inside.findings
        room -= inside.taken
        if not inside.whole:
            unread.append(name)
    unread += [file.relative_to(root).as_posix() for file in every[_MOST_FILES:]]
    return Looked(tuple(found), len(every) - len(unread), tuple(unread))


def files_of_data(source: Path) -> list[Path]:
    """The files at `source`, without models."""
    if not source.is_dir():
        return [source] if source.is_file() else []
    files = sorted(file for file in source.rglob("*") if file.is_file())
    return [file for file in files if file.suffix.lower() not in _MODELS]


@dataclass(frozen=True, slots=True)
class Inside:
    """What a file holds, whether all of it was looked at, and how many bytes of a text or an unknown file were."""

    findings: list[Finding]
    whole: bool = True
    taken: int = 0


def look_inside(file: Path, name: str, most: int = _MOST_BYTES) -> Inside:
    """What a file tells, called `name`; of texts and unknown files the first `most` bytes. OSError where it cannot."""
    suffix = file.suffix.lower()
    if suffix in _ARRAYS:
        known = in_archive(file, name)
        return Inside(known or [], known is not None)
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if suffix in PICTURE_SUFFIXES or is_picture(head):
        content = file.read_bytes()
        known = in_picture(content, name)
        found = (known or []) + _addresses(content, name, known)
        return Inside([replace(one, goes=True) for one in found], known is not None)
    if suffix in SOUND_SUFFIXES or head[8:12] == b"WAVE":
        content = file.read_bytes()
        known = in_wav(content, name)
        found = known + _addresses(content, name, known)
        return Inside([replace(one, goes=True) for one in found], any(True for _ in chunks(content)))
    encoding = _encoding(head)
    if not encoding:
        with file.open("rb") as stream:
            content = stream.read(most)
        return Inside(in_bytes(content, name), not head, len(content))
    size = file.stat().st_size
    with file.open(encoding=encoding, errors="replace", newline="") as text:
        mark = _TABLES.get(suffix, "")
        found = in_table(text, name, mark, most) if mark else in_prose(text.read(most), name)
    return Inside(found, size <= most, min(size, most))


def _addresses(content: bytes, name: str, known: list[Finding] | None) -> list[Finding]:
    """E-mail addresses in bytes that are no note that was found already."""
    seen = {finding.kind for finding in known or []}
    return [finding for finding in in_bytes(content, name) if finding.kind not in seen]


def _encoding(head: bytes) -> str:
    """How a text's bytes are to be read, "" where they are no text."""
    if head[:2] in _BOMS:
        return _BOMS[head[:2]]
    if b"\0" in head:
        return ""
    strange = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head[:4096])
    return "utf-8" if head and 50 * strange <= len(head[:4096]) else ""


def _in_folders(files: list[Path], root: Path) -> list[Finding]:
    """Folders named after people, and addresses and dates in folders' names."""
    folders = {parent for file in files for parent in file.relative_to(root).parents if parent.name}
    found = []
    place = phrase("the folder's name")
    for _, together in itertools.groupby(
        sorted(folders, key=lambda folder: (folder.parent, folder.name)), key=lambda folder: folder.parent
    ):
        names = {folder.name: folder.as_posix() for folder in together}
        for name, path in names.items():
            found += in_text(name, path, place)
        for name in people_side_by_side(names):
            found.append(people_named(names[name], place, covered(name)))
    return found
