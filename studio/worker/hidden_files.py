"""Looking through the files that the data came from, and copying them without what tells of people."""

import csv
import io
import itertools
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.checks.data_details import Finding
from studio.core.checks.hidden import Copies
from studio.core.checks.personal import covered, in_column, in_name, in_text
from studio.core.checks.riff import in_wav, without_notes
from studio.core.data_files import PICTURE_SUFFIXES, SOUND_SUFFIXES
from studio.core.errors import StudioError
from studio.core.storage import read_error, write_atomically
from studio.worker.report import Report

_MOST_FILES = 20_000
_MOST_ROWS = 200  # of a table
_TABLES = (".csv", ".tsv", ".txt")
_GPS = 0x8825
_EXIF = 0x8769
_SERIOUS_TAGS = {
    0xA430: "the camera owner's name", 0xA431: "the camera's serial number", 0xA435: "the lens's serial number",
    0x013B: "an artist's name", 0x8298: "a copyright", 0x010E: "a description", 0x9286: "a comment",
    0x9C9D: "an author's name", 0x9C9C: "a comment", 0x9C9B: "a title", 0xA420: "a number of the picture's own",
}  # fmt: skip
_OTHER_TAGS = {
    0x0132: "a date",
    0x9003: "a date",
    0x9004: "a date",
    0x010F: "the camera's maker",
    0x0110: "the camera",
}
_PERSONAL_TEXTS = ("author", "artist", "comment", "copyright", "description")
_JPEG_KEPT = {0xE0, 0xEE}  # JFIF and Adobe's colour transform
_PNG_DROPPED = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}

Tick = Callable[[float], None]


def look_through(source: Path, tick: Tick) -> tuple[list[Finding], int]:
    """What the files at `source` tell of people, and how many there are; `tick` is told the share that is done."""
    files = _files(source)
    root = source if source.is_dir() else source.parent
    found: list[Finding] = []
    for number, file in enumerate(files):
        tick(number / len(files))
        name = file.relative_to(root).as_posix()
        found += in_name(file.stem, name)
        try:
            found += _inside(file, name)
        except OSError as error:
            raise read_error(file, error) from error
    return found, len(files)


def strip_copies(source: str, folder: str, report: Report) -> Copies:
    """Copy the files at `source` to `folder`, pictures and sounds without anything but picture and sound.

    Raises StudioError where the folder holds files already, or lies within the data.
    """
    return stripped_copies(
        Path(source), Path(folder), lambda share: report(share, "Copying without hidden data")
    )


def stripped_copies(source: Path, folder: Path, tick: Tick) -> Copies:
    """As `strip_copies`; `tick` is told the share that is done."""
    if folder.exists() and any(folder.iterdir()):
        raise StudioError(f"{folder} holds files. Choose a new or empty folder for the copies.")
    if folder.resolve().is_relative_to(source.resolve()):
        raise StudioError("The copies cannot lie within the data itself. Choose a folder beside it.")
    files = _files(source)
    root = source if source.is_dir() else source.parent
    stripped = 0
    for number, file in enumerate(files):
        tick(number / len(files))
        try:
            content = file.read_bytes()
        except OSError as error:
            raise read_error(file, error) from error
        plain = without_metadata(file.suffix.lower(), content)
        stripped += plain != content
        write_atomically(folder / file.relative_to(root), plain)
    return Copies(str(folder), len(files), stripped)


def without_metadata(suffix: str, content: bytes) -> bytes:
    """The picture or sound alone, its own bytes untouched; other files as they are."""
    if suffix in SOUND_SUFFIXES:
        return without_notes(content)
    if content[:2] == b"\xff\xd8":
        return _plain_jpeg(content)
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return _plain_png(content)
    if suffix in PICTURE_SUFFIXES and in_picture(content, ""):
        return _saved_again(content)
    return content


def in_picture(content: bytes, file: str) -> list[Finding]:
    """What a picture's EXIF, XMP and text tell of people, places and times."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif()
            tags = dict(exif) | dict(exif.get_ifd(_EXIF))
            place = dict(exif.get_ifd(_GPS))
            texts = {str(key): value for key, value in getattr(picture, "text", {}).items()}
            texts |= {key: picture.info[key] for key in ("comment", "xmp") if picture.info.get(key)}
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error):
        return []
    found = []
    if any(key in place for key in (2, 4)):
        found.append(Finding(file, "EXIF", "where it was taken (GPS)", "••", True))
    for tag, kind in _SERIOUS_TAGS.items():
        if _written(tags.get(tag)):
            found.append(Finding(file, "EXIF", kind, covered(_written(tags[tag])), True))
    for tag, kind in _OTHER_TAGS.items():
        if _written(tags.get(tag)):
            found.append(Finding(file, "EXIF", kind, covered(_written(tags[tag])), False))
    for key, value in texts.items():
        if key.lower() in ("xmp", "xml:com.adobe.xmp"):
            found.append(Finding(file, "XMP", "notes of an editing program", f"{len(value)} bytes", True))
        else:
            text = value if isinstance(value, str) else value.decode("utf-8", "replace")
            serious = key.lower() in _PERSONAL_TEXTS or any(
                known.serious for known in in_text(text, file, key)
            )
            found.append(Finding(file, f"text '{key}'", "a note", covered(text), serious))
    return found


def _inside(file: Path, name: str) -> list[Finding]:
    suffix = file.suffix.lower()
    if suffix in PICTURE_SUFFIXES:
        return in_picture(file.read_bytes(), name)
    if suffix in SOUND_SUFFIXES:
        return in_wav(file.read_bytes(), name)
    if suffix in _TABLES:
        return _in_table(file, name)
    if suffix == ".npz":
        return _in_archive(file, name)
    return []


def _in_table(file: Path, name: str) -> list[Finding]:
    with file.open(encoding="utf-8", errors="replace", newline="") as stream:
        rows = list(
            itertools.islice(csv.reader(stream, delimiter="\t" if file.suffix == ".tsv" else ","), _MOST_ROWS)
        )
    if not rows or file.suffix == ".txt":
        return [finding for row in rows for finding in in_text(",".join(row), name, "its text")]
    found = []
    for place, heading in enumerate(rows[0]):
        found += in_column(heading, [row[place] for row in rows[1:] if place < len(row)], name)
    return found


def _in_archive(file: Path, name: str) -> list[Finding]:
    found = []
    try:
        with np.load(file, allow_pickle=False) as archive:
            for column in archive.files:
                if column not in ("x", "y"):
                    values: Any = archive[column]
                    texts = (
                        [str(value) for value in np.unique(values)[:_MOST_ROWS]]
                        if values.dtype.kind == "U"
                        else []
                    )
                    found += in_column(column, texts, name)
    except (ValueError, KeyError, EOFError):
        return []
    return found


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source] if source.is_file() else []
    found = itertools.islice((file for file in source.rglob("*") if file.is_file()), _MOST_FILES)
    return sorted(found)


def _written(value: object) -> str:
    if isinstance(value, bytes):
        wide = value[1:2] == b"\0"
        return (
            value.decode("utf-16-le" if wide else "utf-8", "replace")
            .strip("\0 ")
            .removeprefix("ASCII")
            .strip("\0 ")
        )
    return str(value).strip("\0 ") if value is not None else ""


def _plain_jpeg(content: bytes) -> bytes:
    """The picture's own segments up to the first scan, which is taken as it is; no EXIF, XMP, IPTC and comments."""
    found, place = content[:2], 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if kind == 0xDA:
            return found + content[place:]
        end = place + 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
        notes = kind == 0xFE or (0xE0 <= kind <= 0xEF and kind not in _JPEG_KEPT)
        if not notes:
            found += content[place:end]
        place = end
    return content


def _plain_png(content: bytes) -> bytes:
    found, place = content[:8], 8
    while place + 12 <= len(content):
        end = place + 12 + struct.unpack(">I", content[place : place + 4])[0]
        if content[place + 4 : place + 8] not in _PNG_DROPPED:
            found += content[place:end]
        place = end
    return found


def _saved_again(content: bytes) -> bytes:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        plain = Image.frombytes(picture.mode, picture.size, picture.tobytes())
        if picture.palette is not None:
            plain.putpalette(picture.palette)
        stream = io.BytesIO()
        plain.save(stream, picture.format)
    return stream.getvalue()
