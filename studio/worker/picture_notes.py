"""What pictures carry besides the picture: EXIF, XMP, IPTC and texts that tell of people; and pictures without them."""

import io
import struct
import zlib
from typing import Any

from studio.core.checks.data_details import Finding
from studio.core.checks.jpeg import in_iptc, in_segments, without_segments, xmp_notes
from studio.core.checks.personal import covered, in_text
from studio.core.phrases import phrase, phrase_later

_GPS = 0x8825
_EXIF = 0x8769
_XMP_TAG, _IPTC_TAG = 0x02BC, 0x83BB
_SERIOUS_TAGS = {
    0xA430: phrase_later("the camera owner's name"), 0xA431: phrase_later("the camera's serial number"),
    0xA435: phrase_later("the lens's serial number"), 0x013B: phrase_later("an artist's name"),
    0x8298: phrase_later("a copyright"), 0x010E: phrase_later("a description"), 0x9286: phrase_later("a comment"),
    0x9C9D: phrase_later("an author's name"), 0x9C9C: phrase_later("a comment"), 0x9C9B: phrase_later("a title"),
    0xA420: phrase_later("a number of the picture's own"),
}  # fmt: skip
_OTHER_TAGS = {
    0x0132: phrase_later("a date"),
    0x9003: phrase_later("a date"),
    0x9004: phrase_later("a date"),
    0x010F: phrase_later("the camera's maker"),
    0x0110: phrase_later("the camera"),
}
_PERSONAL_TEXTS = ("author", "artist", "comment", "copyright", "description")
_PNG = b"\x89PNG\r\n\x1a\n"
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_PNG_DROPPED = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


def in_picture(content: bytes, file: str) -> list[Finding] | None:
    """What a picture's EXIF, XMP, IPTC and texts tell of people, places and times; None where it cannot be opened."""
    from PIL import Image

    found = in_segments(content, file)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            exif = picture.getexif()
            tags = dict(exif) | dict(exif.get_ifd(_EXIF))
            place = dict(exif.get_ifd(_GPS))
            texts = {str(key): value for key, value in getattr(picture, "text", {}).items()}
            texts |= {key: picture.info[key] for key in ("comment", "xmp") if picture.info.get(key)}
    except (OSError, ValueError, SyntaxError, struct.error, zlib.error):
        return found or None
    if any(key in place for key in (2, 4)):
        found.append(Finding(file, "EXIF", phrase("where it was taken (GPS)"), "••", True))
    for known, serious in ((_SERIOUS_TAGS, True), (_OTHER_TAGS, False)):
        for tag, kind in known.items():
            if text := _written(tags.get(tag)):
                found.append(Finding(file, "EXIF", phrase(kind), covered(text), serious))
    for tag, value in tags.items():
        if tag not in _SERIOUS_TAGS and isinstance(value, str | bytes):
            found += [one for one in in_text(_written(value), file, "EXIF") if one.serious]
    if tags.get(_XMP_TAG):
        texts.setdefault("xmp", tags[_XMP_TAG])
    if isinstance(tags.get(_IPTC_TAG), bytes):
        found += in_iptc(tags[_IPTC_TAG], file)
    for key, value in texts.items():
        found += _in_note(key, value, file, any(one.place == "XMP" for one in found))
    return found


def without_picture_notes(content: bytes) -> bytes:
    """The picture alone, its own bytes untouched where it is a .jpg, .png or .webp, else saved again without notes.

    As it is where that would change the picture or lose one of several, or where it cannot be opened.
    """
    if content[:2] == b"\xff\xd8":
        return without_segments(content)
    if content[:8] == _PNG:
        return _plain_png(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _plain_webp(content)
    return _saved_again(content) if in_picture(content, "") else content


def is_picture(content: bytes) -> bool:
    """True for what begins as a .jpg or .png, whatever it is called."""
    return content[:3] == b"\xff\xd8\xff" or content[:8] == _PNG


def _in_note(key: str, value: Any, file: str, known_xmp: bool) -> list[Finding]:
    low = key.lower()
    if low in ("xmp", "xml:com.adobe.xmp"):
        if known_xmp:
            return []
        return [xmp_notes(file, len(value))]
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    serious = low in _PERSONAL_TEXTS or low.startswith("raw profile type")
    serious = serious or any(one.serious for one in in_text(text, file, key))
    place = phrase("text '{name}'", name=key)
    return [Finding(file, place, phrase("a note"), covered(text), serious)]


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


def _plain_png(content: bytes) -> bytes:
    found, place = content[:8], 8
    while place + 12 <= len(content):
        end = place + 12 + struct.unpack(">I", content[place : place + 4])[0]
        if content[place + 4 : place + 8] not in _PNG_DROPPED:
            found += content[place:end]
        if content[place + 4 : place + 8] == b"IEND":  # what comes after it is no picture
            break
        place = end
    return found


def _plain_webp(content: bytes) -> bytes:
    """Without the chunks EXIF and XMP; the flags of VP8X that announce them are 8 and 4 (RFC 9649, section 2.7)."""
    found, place = b"", 12
    while place + 8 <= len(content):
        name, size = content[place : place + 4], struct.unpack("<I", content[place + 4 : place + 8])[0]
        end = place + 8 + size + size % 2
        chunk = content[place:end]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:]
        if name in _WEBP_KEPT:
            found += chunk
        place = end
    return b"RIFF" + struct.pack("<I", len(found) + 4) + b"WEBP" + found if found else content


def _saved_again(content: bytes) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if getattr(picture, "n_frames", 1) > 1:
                return content
            plain = Image.frombytes(picture.mode, picture.size, picture.tobytes())
            if picture.palette is not None:
                plain.putpalette(picture.palette)
            plain.save(stream, picture.format)
            with Image.open(stream) as again:
                same = again.convert("RGBA").tobytes() == picture.convert("RGBA").tobytes()
    except (OSError, ValueError, KeyError, SyntaxError, struct.error, zlib.error):
        return content
    return stream.getvalue() if same else content
