"""What comes over a port, frames or one of the text formats: found out by listening, or chosen."""

from enum import StrEnum

from studio.core.frame_values import Frame
from studio.core.frames import Decoder
from studio.core.text_decoders import LONGEST_LINE, Line, Reading, TextDecoder, TextFormat

_DOUBT_BYTES = 16_384
_PRINTABLE = bytes([*range(0x20, 0x7F), *b"\t\n\r\x1b"])

Heard = Frame | Reading | Line


class Speech(StrEnum):
    """How bytes are read: `AUTO` finds out, `TEXT` finds out which text; the others are what they say."""

    AUTO = "auto"
    FRAMES = "frames"
    TEXT = "text"
    PLOTTER = TextFormat.PLOTTER.value
    TELEPLOT = TextFormat.TELEPLOT.value
    EDGE_IMPULSE = TextFormat.EDGE_IMPULSE.value
    CSV = TextFormat.CSV.value

    @property
    def words(self) -> str:
        """What makers call it."""
        match self:
            case Speech.AUTO:
                return "Find out by itself"
            case Speech.FRAMES:
                return "The studio's firmware (frames)"
            case Speech.TEXT:
                return "Text, whichever format"
            case _:
                return TextFormat(self.value).words


class Listener:
    """Bytes in; frames, readings and log lines out. Nothing that arrives makes it fail.

    With `Speech.AUTO` the first whole frame, or three readings of one text format, decide; either is given up again
    when the other comes instead (the board was flashed with another program). Lines that are not text are no lines.

    `readings` and `lines` count what was read as text, `unreadable_bytes` what was neither text nor frames.
    """

    def __init__(self, chosen: Speech = Speech.AUTO) -> None:
        self.decoder = Decoder()
        self.readings = 0
        self.lines = 0
        self.unreadable_bytes = 0
        self._overlong = 0
        self._chosen = chosen
        self._speaks_frames = chosen is Speech.FRAMES
        self._text = self._new_text()
        self._rest = b""
        self._skipping = False
        self._since_frame = 0

    @property
    def heard(self) -> Speech | None:
        """What the port speaks, chosen or found; None while that is open, `TEXT` while only the format is."""
        if self._speaks_frames:
            return Speech.FRAMES
        found = self._text.format
        if found is not None:
            return Speech(found.value)
        return Speech.TEXT if self._chosen is Speech.TEXT else None

    @property
    def overlong(self) -> int:
        """Frames and lines that found no end in time."""
        return self.decoder.overlong + self._text.overlong + self._overlong

    def feed(self, data: bytes) -> list[Heard]:
        """Takes bytes in; what they completed."""
        if self._speaks_frames:
            return self._hear_frames(data)
        plain = not data.translate(None, _PRINTABLE)
        is_open = self._chosen is Speech.AUTO
        frames: list[Heard] = []
        if is_open and (not plain or self._text.format is None):
            frames = [*self.decoder.feed(data)]
        if frames:
            self._speaks_frames, self._since_frame = True, 0
            self._rest = b""
            return frames
        return self._hear_text(data)

    def _hear_frames(self, data: bytes) -> list[Heard]:
        found: list[Heard] = [*self.decoder.feed(data)]
        self._since_frame = 0 if found else self._since_frame + len(data)
        if self._since_frame > _DOUBT_BYTES and self._chosen is Speech.AUTO:
            self._speaks_frames, self._since_frame = False, 0
            self._text = self._new_text()
        return found

    def _hear_text(self, data: bytes) -> list[Heard]:
        """Whole lines go to the text decoder, so that a line of noise is never a part of the next one."""
        whole = self._rest + data.replace(b"\0", b"\n")
        end = max(whole.rfind(b"\n"), whole.rfind(b"\r")) + 1
        self._rest = whole[end:]
        found: list[Heard] = []
        if end and not self._skipping and not whole.translate(None, _PRINTABLE):
            found = self._count(self._text.feed(whole[:end]))
        elif end:
            for line in whole[:end].splitlines(keepends=True):
                if self._skipping or not _is_text(line):
                    self._skipping = False
                    self.unreadable_bytes += len(line)
                else:
                    found += self._count(self._text.feed(line))
        if len(self._rest) > LONGEST_LINE:
            self._overlong += not self._skipping
            self.unreadable_bytes += len(self._rest)
            self._rest, self._skipping = b"", True
        return found

    def _count(self, found: list[Reading | Line]) -> list[Heard]:
        readings = sum(isinstance(one, Reading) for one in found)
        self.readings += readings
        self.lines += len(found) - readings
        return [*found]

    def _new_text(self) -> TextDecoder:
        is_format = self._chosen not in (Speech.AUTO, Speech.FRAMES, Speech.TEXT)
        return TextDecoder(TextFormat(self._chosen.value) if is_format else None)


def noise_share(sample: bytes) -> float:
    """0 to 1: how much of what came is neither text nor whole frames; high at the wrong baud rate."""
    if not sample:
        return 0.0
    *pieces, rest = sample.split(b"\0")
    noise = 0
    for piece in pieces:
        if piece and not Decoder().packets(piece + b"\0"):
            noise += _noise_in(piece)
    return (noise + _noise_in(rest)) / len(sample)


def _noise_in(piece: bytes) -> int:
    """Bytes that no text would hold; UTF-8 letters are none of them."""
    readable = piece.decode("utf-8", "ignore").encode()
    return len(piece) - len(readable) + len(readable.translate(None, _PRINTABLE + bytes(range(0x80, 0x100))))


def _is_text(line: bytes) -> bool:
    """Whether it can be read and has no control characters but tabs and colours."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not line.translate(None, _PRINTABLE + bytes(range(0x80, 0x100)))
