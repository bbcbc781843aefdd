"""The plain text that boards already print: Arduino plotter, Teleplot, Edge Impulse and CSV lines as named numbers."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_LINE = 16_384
"""Bytes without an end of line after which what came is thrown away."""

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PAIR = re.compile(rf"\s*([^:,\t]+?)\s*:\s*({_NUMBER}|nan|[-+]?inf)\s*$", re.IGNORECASE)
_PLAIN = re.compile(rf"{_NUMBER}$")
_HEADER = re.compile(r"[^\d\s][^,;\t]*$")
_TIMING = re.compile(r"DSP:?\s*(\d+)\s*ms.*?(?:Classification|inference):?\s*(\d+)\s*ms", re.IGNORECASE)
_SURE_AFTER = 3
_DOUBT_AFTER = 40


class TextFormat(StrEnum):
    """The formats that are read."""

    PLOTTER = "arduino-plotter"
    TELEPLOT = "teleplot"
    EDGE_IMPULSE = "edge-impulse"
    CSV = "csv"

    @property
    def words(self) -> str:
        """What makers call it."""
        return {
            TextFormat.PLOTTER: "Arduino Serial Plotter (label:value)",
            TextFormat.TELEPLOT: "Teleplot (>name:value)",
            TextFormat.EDGE_IMPULSE: "Edge Impulse (Predictions …)",
            TextFormat.CSV: "CSV (numbers with a heading)",
        }[self]


@dataclass(frozen=True, slots=True)
class Reading:
    """Numbers that belong together, under their names.

    `inference_us` and `time_ms` (the board's clock) are None where the board did not say them.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    inference_us: int | None = None
    time_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line that holds no numbers to plot: a log."""

    text: str


class TextDecoder:
    """Bytes in, readings and log lines out, in any pieces; nothing that arrives makes it fail.

    Without a `chosen` format it finds out by itself: the format of the first three readings that agree, and again
    when forty lines in a row do not match it.
    """

    def __init__(self, chosen: TextFormat | None = None) -> None:
        self._chosen = chosen
        self._found: TextFormat | None = None
        self._votes: dict[TextFormat, int] = {}
        self._unmatched = 0
        self._rest = b""
        self._skipping = False
        self._after_return = False
        self._edge = _EdgeImpulse()
        self._csv = _Csv()
        self.overlong = 0

    @property
    def format(self) -> TextFormat | None:
        """The format that is read: the chosen one, or the one found; None while that is open."""
        return self._chosen or self._found

    def feed(self, data: bytes) -> list[Reading | Line]:
        """Take bytes in; returns what they completed."""
        if self._after_return and data.startswith(b"\n"):  # one end of line that came in two pieces
            data = data[1:]
        self._after_return = data.endswith(b"\r")
        *lines, self._rest = (self._rest + data).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        found: list[Reading | Line] = []
        for raw in lines:
            if self._skipping:  # the end of an overlong line
                self._skipping = False
                continue
            text = raw.decode("utf-8", "replace").rstrip()
            if text:
                found.extend(self._read(text))
            else:
                found.extend(self._edge.end())
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._skipping = b"", True
            self.overlong += 1
        return found

    def _read(self, text: str) -> list[Reading | Line]:
        known = self.format
        if known is not None:
            found = self._read_as(known, text)
            if any(isinstance(item, Reading) for item in found) or self._edge.inside:
                self._unmatched = 0
            elif self._chosen is None:
                self._unmatched += 1
                if self._unmatched >= _DOUBT_AFTER:
                    self._found, self._votes, self._unmatched = None, {}, 0
            return found
        return self._guess(text)

    def _guess(self, text: str) -> list[Reading | Line]:
        kind = _kind_of(text, self._edge.inside, self._csv.has_header)
        if kind is None:
            self._csv.consider(text)
            return [Line(text)]
        found = self._read_as(kind, text)
        if any(isinstance(item, Reading) for item in found):
            self._votes[kind] = self._votes.get(kind, 0) + 1
            if self._votes[kind] >= _SURE_AFTER:
                self._found = kind
        return found

    def _read_as(self, kind: TextFormat, text: str) -> list[Reading | Line]:
        if kind is TextFormat.EDGE_IMPULSE:
            return self._edge.read(text)
        reading = {
            TextFormat.PLOTTER: _plotter,
            TextFormat.TELEPLOT: _teleplot,
            TextFormat.CSV: self._csv.read,
        }[kind](text)
        return [Line(text) if reading is None else reading]


def _kind_of(text: str, in_block: bool, after_header: bool) -> TextFormat | None:
    if in_block or _is_block_start(text):
        return TextFormat.EDGE_IMPULSE
    if text.startswith(">") and ":" in text:
        return TextFormat.TELEPLOT
    if _numbers(text) is not None:
        return TextFormat.CSV if after_header else TextFormat.PLOTTER
    return TextFormat.PLOTTER if _plotter(text) is not None else None


def _plotter(text: str) -> Reading | None:
    """`label:value,label:value`, or bare numbers; parts by comma, tab or blank (Arduino's plotter takes all three)."""
    bare = _numbers(text)
    if bare is not None:
        return Reading(tuple(f"value {place + 1}" for place in range(len(bare))), bare)
    pairs = [_PAIR.match(part) for part in re.split(r"[,\t]", text) if part.strip()]
    if not pairs or any(pair is None for pair in pairs):
        pairs = [_PAIR.match(part) for part in re.sub(r":\s+", ":", text).split()]
    if not pairs or any(pair is None for pair in pairs):
        return None
    return Reading(
        tuple(pair.group(1).strip() for pair in pairs if pair),
        tuple(float(pair.group(2)) for pair in pairs if pair),
    )


def _teleplot(text: str) -> Reading | None:
    """`>name:value`, `>name:milliseconds:value`, with `§unit` and `|flags` after them; texts (`|t`) are logs."""
    if not text.startswith(">"):
        return None
    body, _, flags = text[1:].partition("|")
    name, _, rest = body.partition("§")[0].partition(":")
    if not name.strip() or "t" in flags.split(","):
        return None
    last = rest.split(";")[-1].split(":")  # several values may come at once: the last is the latest
    values = [_float(part) for part in last]
    if any(value is None for value in values):
        return None
    match values:
        case [float() as value]:
            return Reading((name.strip(),), (value,))
        case [float() as x, float() as y, *_] if "xy" in flags:
            return Reading((f"{name.strip()} x", f"{name.strip()} y"), (x, y))
        case [float() as time, float() as value]:
            return Reading((name.strip(),), (value,), time_ms=time)
    return None


class _Csv:
    """Numbers in columns; a line of names before them names the columns."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()

    @property
    def has_header(self) -> bool:
        """True after a line that can name columns."""
        return bool(self._names)

    def consider(self, text: str) -> None:
        """Take a line without numbers for a heading if it can be one."""
        parts = [part.strip() for part in re.split(r"[,;\t]", text)]
        if len(parts) > 1 and all(_HEADER.match(part) for part in parts):
            self._names = tuple(parts)

    def read(self, text: str) -> Reading | None:
        """The numbers of a line, or None for a heading or anything else."""
        values = _numbers(text)
        if values is None:
            self.consider(text)
            return None
        if len(values) != len(self._names):
            return Reading(tuple(f"value {place + 1}" for place in range(len(values))), values)
        return Reading(self._names, values)


class _EdgeImpulse:
    """`Predictions (DSP: 0 ms., Classification: 1 ms., …):` and a line for each label."""

    def __init__(self) -> None:
        self._inference_us: int | None = None
        self._names: list[str] = []
        self._values: list[float] = []
        self._last: tuple[str, ...] = ()
        self._usual: tuple[str, ...] = ()  # the labels of two blocks in a row
        self.inside = False

    def read(self, text: str) -> list[Reading | Line]:
        if _is_block_start(text):
            done = self.end()
            self.inside = True
            timing = _TIMING.search(text)
            if timing:
                self._inference_us = 1000 * (int(timing.group(1)) + int(timing.group(2)))
            return done
        pair = _PAIR.match(text) if self.inside else None
        if pair is None:
            return [*self.end(), Line(text)]
        self._names.append(pair.group(1).strip())
        self._values.append(float(pair.group(2)))
        # The block has no end of its own: once its labels are known, the last of them completes it.
        return self.end() if tuple(self._names) == self._usual else []

    def end(self) -> list[Reading | Line]:
        """The block so far, if there is one with labels; what follows is outside."""
        found: list[Reading | Line] = []
        if self._names:
            names = tuple(self._names)
            self._usual = names if names == self._last else ()
            self._last = names
            found.append(Reading(names, tuple(self._values), self._inference_us))
            self._names, self._values, self._inference_us = [], [], None
            self.inside = False
        return found


def _is_block_start(text: str) -> bool:
    """True for a line before Edge Impulse's scores, of older (Predictions) or newer (Timing, #Classification) kind."""
    return text.startswith(("Predictions (", "Predictions:", "Timing: DSP", "#Classification"))


def _numbers(text: str) -> tuple[float, ...] | None:
    parts = [part for part in re.split(r"[,;\t ]+", text.strip()) if part]
    if not parts or not all(_PLAIN.match(part) for part in parts):
        return None
    return tuple(float(part) for part in parts)


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return None if math.isinf(value) else value
