"""What .jpg files carry besides the picture: XMP packets and IPTC records, such as by-line and city; and without."""

import struct
from collections.abc import Iterator

from studio.core.checks.data_details import Finding
from studio.core.checks.personal import covered, in_text
from studio.core.phrases import phrase, phrase_count, phrase_later

_XMP = (b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0")
_PHOTOSHOP = b"Photoshop 3.0\0"
_IPTC = 0x0404
# Datasets of record 2: IPTC Information Interchange Model 4.2, chapter 6.
_RECORDS = {
    5: (phrase_later("a title"), False), 25: (phrase_later("a keyword"), False), 55: (phrase_later("a date"), False),
    80: (phrase_later("who took it (by-line)"), True), 85: (phrase_later("the by-line's title"), True),
    90: (phrase_later("a city"), True), 92: (phrase_later("a place in the city"), True),
    95: (phrase_later("a province"), True), 101: (phrase_later("a country"), True),
    105: (phrase_later("a headline"), False), 110: (phrase_later("a credit"), True),
    115: (phrase_later("a source"), True), 116: (phrase_later("a copyright"), True),
    118: (phrase_later("whom to ask"), True), 120: (phrase_later("a caption"), True),
    122: (phrase_later("who wrote the caption"), True),
}  # fmt: skip
_KEPT = {0xE0, 0xEE}  # JFIF and Adobe's colour transform


def segments(content: bytes) -> Iterator[tuple[int, bytes, int, int]]:
    """The segments before the first scan: marker, contents, begin and end in the file; ends where the file is torn."""
    place = 2
    while content[:2] == b"\xff\xd8" and place + 4 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if kind == 0xDA:
            yield kind, b"", place, len(content)
            return
        end = place + 2 + struct.unpack(">H", content[place + 2 : place + 4])[0]
        yield kind, content[place + 4 : end], place, end
        place = max(end, place + 2)


def in_segments(content: bytes, file: str) -> list[Finding]:
    """What XMP, IPTC and comments of a .jpg file tell of people and places; EXIF is read elsewhere."""
    found = []
    for kind, inside, _, _ in segments(content):
        if kind == 0xE1 and inside.startswith(_XMP):
            found.append(xmp_notes(file, len(inside)))
        elif kind == 0xED and inside.startswith(_PHOTOSHOP):
            for number, resource in _resources(inside[len(_PHOTOSHOP) :]):
                if number == _IPTC:
                    found += in_iptc(resource, file)
        elif kind in (0xE2, *range(0xE3, 0xED), 0xEF, 0xFE):
            place = phrase("comment") if kind == 0xFE else phrase("a segment")
            text = inside.decode("utf-8", "replace")
            found += [known for known in in_text(text, file, place) if known.serious]
    return found


def xmp_notes(file: str, size: int) -> Finding:
    """An XMP packet of `size` bytes."""
    shown = phrase_count("{count} byte", "{count} bytes", size)
    return Finding(file, "XMP", phrase("notes of an editing program"), shown, True)


def in_iptc(content: bytes, file: str) -> list[Finding]:
    """What the datasets of an IPTC record tell."""
    found = []
    place = 0
    while place + 5 <= len(content) and content[place] == 0x1C:
        record, dataset, size = struct.unpack(">BBH", content[place + 1 : place + 5])
        text = content[place + 5 : place + 5 + size].decode("utf-8", "replace").strip("\0 ")
        if record == 2 and text and dataset in _RECORDS:
            kind, serious = _RECORDS[dataset]
            found.append(Finding(file, f"IPTC 2:{dataset}", phrase(kind), covered(text), serious))
        if record == 2:
            found += [known for known in in_text(text, file, f"IPTC 2:{dataset}") if known.serious]
        place += 5 + size
    return found


def without_segments(content: bytes) -> bytes:
    """The picture's own segments and its scans, which are taken as they are; no EXIF, XMP, IPTC and comments."""
    found = content[:2]
    for kind, _, begin, end in segments(content):
        if kind == 0xDA:
            return found + _scans(content, begin)
        if kind != 0xFE and (kind in _KEPT or not 0xE0 <= kind <= 0xEF):
            found += content[begin:end]
    return content


def _scans(content: bytes, begin: int) -> bytes:
    """From the first scan to the end of the picture: no notes between scans, and nothing behind it.

    Telephones put a second, whole picture there, with its own place and time. In a scan 0xFF stands before 0x00, before
    a restart (0xD0 to 0xD7) or before what ends it (ITU-T T.81, B.1.1.5).
    """
    found, place = b"", begin
    while (place := content.find(b"\xff", place)) >= 0 and place + 1 < len(content):
        kind = content[place + 1]
        if kind == 0xD9:
            return found + content[begin : place + 2]
        if kind in (0x00, 0xFF) or 0xD0 <= kind <= 0xD7:
            place += 1 if kind == 0xFF else 2
            continue
        end = place + 2 + struct.unpack(">H", content[place + 2 : place + 4].ljust(2, b"\0"))[0]
        if kind == 0xFE or 0xE0 <= kind <= 0xEF:
            found += content[begin:place]
            begin = end
        place = max(end, place + 2)
    return found + content[begin:]


def _resources(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Photoshop's resource blocks (8BIM): their numbers and contents."""
    place = 0
    while place + 12 <= len(content) and content[place : place + 4] == b"8BIM":
        number = struct.unpack(">H", content[place + 4 : place + 6])[0]
        place += 6 + (content[place + 6] + 2) // 2 * 2  # a name with its length, padded to even
        size = struct.unpack(">I", content[place : place + 4].ljust(4, b"\0"))[0]
        yield number, content[place + 4 : place + 4 + size]
        place += 4 + size + size % 2
