"""What .wav files carry besides sound: names, dates and comments in their chunks and in ID3; and without it."""

import re
import struct
from collections.abc import Iterator

from studio.core.checks.data_details import Finding
from studio.core.checks.personal import covered, in_text
from studio.core.phrases import phrase, phrase_count, phrase_later

_SOUND = {b"fmt ", b"data", b"fact"}
_PLAIN = _SOUND | {b"ds64", b"cue ", b"smpl", b"inst", b"PEAK", b"plst", b"acid"}  # numbers alone
_FILLING = {b"JUNK", b"junk", b"PAD ", b"FLLR", b"bext"}
_INFO = {
    b"IART": (phrase_later("an artist's name"), True), b"INAM": (phrase_later("a title"), False),
    b"ICMT": (phrase_later("a comment"), True), b"ICRD": (phrase_later("a date"), False),
    b"IENG": (phrase_later("an engineer's name"), True), b"ICOP": (phrase_later("a copyright"), True),
    b"ITCH": (phrase_later("a technician's name"), True), b"ICMS": (phrase_later("who ordered it"), True),
    b"IDIT": (phrase_later("a date"), False), b"ISRC": (phrase_later("a source"), False),
    b"ISFT": (phrase_later("a program"), False), b"ILOC": (phrase_later("a place"), True),
    b"IARL": (phrase_later("where it is kept"), True),
}  # fmt: skip
_BEXT = (
    (phrase_later("a description"), 0, 256, False),
    (phrase_later("who recorded it"), 256, 288, True),
    (phrase_later("a reference"), 288, 320, True),
)
_BEXT_DATE, _BEXT_HISTORY = slice(320, 338), slice(602, None)
# AES46 (cart): version, then text fields of fixed lengths.
_CART = (
    (phrase_later("a title"), 4, 68, False), (phrase_later("an artist's name"), 68, 132, True),
    (phrase_later("a number"), 132, 196, False), (phrase_later("a client's name"), 196, 260, True),
    (phrase_later("a category"), 260, 324, False), (phrase_later("a classification"), 324, 388, False),
    (phrase_later("a comment"), 388, 452, True), (phrase_later("a date"), 452, 462, False),
    (phrase_later("a date"), 470, 480, False), (phrase_later("a program"), 488, 552, False),
    (phrase_later("a comment"), 684, 748, True),
)  # fmt: skip
_ADTL = {
    b"labl": phrase_later("a label"),
    b"note": phrase_later("a comment"),
    b"ltxt": phrase_later("a text"),
}
_NOTE = phrase_later("a note")
_BIG = 0xFFFFFFFF
_READABLE = re.compile(rb"[\x20-\x7e\xa0-\xff]{6,}")


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a RIFF or RF64 file, names with contents; ends where the file is torn."""
    content = content[_tag_before(content) :]
    if content[:4] not in (b"RIFF", b"RF64", b"BW64") or content[8:12] != b"WAVE":
        return
    place, large = 12, 0
    while place + 8 <= len(content):
        name, size = content[place : place + 4], struct.unpack("<I", content[place + 4 : place + 8])[0]
        if name == b"ds64" and size >= 16:
            large = struct.unpack("<Q", content[place + 16 : place + 24].ljust(8, b"\0"))[0]
        if name == b"data" and size == _BIG:
            size = large
        yield name, content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def in_wav(content: bytes, file: str) -> list[Finding]:
    """What a .wav file says of a person or a time."""
    found = []
    if _tag_before(content):
        found.append(_notes(file, phrase("ID3 before the sound"), content[: _tag_before(content)]))
    if content[-128:-125] == b"TAG" and len(content) > 128:
        found.append(_notes(file, phrase("ID3 after the sound"), content[-128:]))
    for name, inside in chunks(content):
        where = name.decode("latin-1").strip("_ ")
        low = name.lower()
        if low == b"list" and inside[:4].lower() == b"info":
            found += _in_info(inside[4:], file)
        elif low == b"list":
            for part, text in _parts(inside[4:]):
                if words := _text(text[20 if part.lower() == b"ltxt" else 4 :]):
                    kind = _ADTL.get(part.lower(), _NOTE)
                    found += _note(file, f"{where}-{_shown(inside[:4])} {_shown(part)}", kind, words, True)
        elif low == b"bext":
            for kind, begin, end, serious in _BEXT:
                found += _note(file, "bext", kind, _text(inside[begin:end]), serious)
            found += _note(file, "bext", phrase_later("a date"), _text(inside[_BEXT_DATE]), False)
            found += in_text(_text(inside[_BEXT_HISTORY]), file, "bext")
        elif low == b"cart":
            for kind, begin, end, serious in _CART:
                found += _note(file, "cart", kind, _text(inside[begin:end]), serious)
        elif low == b"disp":
            found += _note(file, "DISP", phrase_later("a title"), _text(inside[4:]), True)
        elif low.strip() in (b"ixml", b"id3", b"_pmx", b"axml", b"xmp"):
            found.append(_notes(file, where, inside))
        elif name in _FILLING or name not in _PLAIN:
            readable = " ".join(part.decode("latin-1") for part in _READABLE.findall(inside))
            place = phrase("chunk '{name}'", name=where)
            known = in_text(readable, file, place)
            found += known
            if not known and readable and name not in _FILLING:
                found.append(Finding(file, place, phrase(_NOTE), covered(readable), False))
    return found


def without_notes(content: bytes) -> bytes:
    """The same sound without anything else in the file."""
    kept = b"".join(
        name + struct.pack("<I", len(inside)) + inside + b"\0" * (len(inside) % 2)
        for name, inside in chunks(content)
        if name in _SOUND and len(inside) < _BIG
    )
    return b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WAVE" + kept if kept else content


def _tag_before(content: bytes) -> int:
    """How many bytes an ID3 tag takes before the sound: ten, and a size of four times 7 bits (id3.org, ID3v2.4)."""
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    size = 0
    for part in content[6:10]:
        size = size << 7 | part & 0x7F
    return 10 + size + (10 if content[5] & 0x10 else 0)


def _in_info(inside: bytes, file: str) -> list[Finding]:
    found = []
    for name, text in _parts(inside):
        kind, serious = _INFO.get(name.upper(), (_NOTE, False))
        found += _note(file, f"LIST-INFO {_shown(name)}", kind, _text(text), serious)
    return found


def _parts(inside: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 0
    while place + 8 <= len(inside):
        name, size = inside[place : place + 4], struct.unpack("<I", inside[place + 4 : place + 8])[0]
        yield name, inside[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def _note(file: str, place: str, kind: str, text: str, serious: bool) -> list[Finding]:
    """One note, its `kind` in English, and what its text says of a person where the note itself is harmless."""
    if not text:
        return []
    found = [Finding(file, place, phrase(kind), covered(text), serious)]
    return found + [known for known in in_text(text, file, place) if known.serious]


def _notes(file: str, place: str, inside: bytes) -> Finding:
    shown = phrase_count("{count} byte", "{count} bytes", len(inside))
    return Finding(file, place, phrase("notes of the recording program"), shown, True)


def _shown(name: bytes) -> str:
    return name.decode("latin-1").strip()


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
