"""What .wav files carry besides sound: names, dates and comments in LIST-INFO, bext, iXML and ID3; and without it."""

import struct
from collections.abc import Iterator

from studio.core.checks.data_details import Finding
from studio.core.checks.personal import covered

_SOUND = {b"fmt ", b"data", b"fact"}
_INFO = {
    b"IART": ("an artist's name", True), b"INAM": ("a title", False), b"ICMT": ("a comment", True),
    b"ICRD": ("a date", False), b"IENG": ("an engineer's name", True), b"ICOP": ("a copyright", True),
    b"ITCH": ("a technician's name", True), b"ICMS": ("who ordered it", True), b"IDIT": ("a date", False),
    b"ISRC": ("a source", False), b"ISFT": ("a program", False), b"ILOC": ("a place", True),
    b"IARL": ("where it is kept", True),
}  # fmt: skip
_BEXT = (
    ("a description", 0, 256, False),
    ("who recorded it", 256, 288, True),
    ("a reference", 288, 320, True),
)
_BEXT_DATE = slice(320, 338)


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a RIFF file, names with contents; ends where the file is torn."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        return
    place = 12
    while place + 8 <= len(content):
        name, size = content[place : place + 4], struct.unpack("<I", content[place + 4 : place + 8])[0]
        yield name, content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def in_wav(content: bytes, file: str) -> list[Finding]:
    """What a .wav file says of a person or a time."""
    found = []
    for name, inside in chunks(content):
        if name == b"LIST" and inside[:4] == b"INFO":
            found += _in_info(inside[4:], file)
        elif name == b"bext":
            for kind, begin, end, serious in _BEXT:
                text = _text(inside[begin:end])
                if text:
                    found.append(Finding(file, "bext", kind, covered(text), serious))
            if date := _text(inside[_BEXT_DATE]):
                found.append(Finding(file, "bext", "a date", covered(date), False))
        elif name in (b"iXML", b"id3 ", b"ID3 ", b"_PMX", b"aXML"):
            where = name.decode("ascii").strip("_ ")
            found.append(Finding(file, where, "notes of the recording program", f"{len(inside)} bytes", True))
    return found


def without_notes(content: bytes) -> bytes:
    """The same sound without anything else in the file."""
    kept = b"".join(
        name + struct.pack("<I", len(inside)) + inside + b"\0" * (len(inside) % 2)
        for name, inside in chunks(content)
        if name in _SOUND
    )
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WAVE" + kept if kept else content


def _in_info(inside: bytes, file: str) -> list[Finding]:
    found = []
    place = 0
    while place + 8 <= len(inside):
        name, size = inside[place : place + 4], struct.unpack("<I", inside[place + 4 : place + 8])[0]
        text = _text(inside[place + 8 : place + 8 + size])
        kind, serious = _INFO.get(name, ("a note", False))
        if text:
            found.append(Finding(file, f"LIST-INFO {name.decode('latin-1')}", kind, covered(text), serious))
        place += 8 + size + size % 2
    return found


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
