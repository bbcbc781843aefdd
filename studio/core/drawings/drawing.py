"""What can be drawn beside a question: intervals, curves, tables and maps, as plain values that need no screen."""

import math
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from studio.core.checks.input_details import EvidenceMap
from studio.core.looks import Look
from studio.core.phrases import phrase

_NORMAL = NormalDist()
_PROBIT_TICKS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6)


class Scale(StrEnum):
    """How an axis spreads its values; on a PROBIT one normal distributions become straight lines."""

    LINEAR = "linear"
    PROBIT = "probit"


class Unit(StrEnum):
    """What the numbers of an axis are."""

    SHARE = "share"
    POINTS = "points"
    NUMBER = "number"
    STEPS = "steps"
    PER_HOUR = "per hour"


@dataclass(frozen=True, slots=True)
class Axis:
    """Words for an axis, its unit, its scale and its two ends."""

    words: str
    unit: Unit
    low: float
    high: float
    scale: Scale = Scale.LINEAR

    def at(self, value: float) -> float:
        """Where a value lies, from 0 (the low end) to 1; what lies beyond an end is at that end."""
        inside = min(max(value, self.low), self.high)
        if self.scale is Scale.PROBIT:
            low, here, high = (_NORMAL.inv_cdf(one) for one in (self.low, inside, self.high))
            return (here - low) / (high - low)
        return (inside - self.low) / ((self.high - self.low) or 1.0)

    def ticks(self, most: int) -> tuple[float, ...]:
        """About `most` round values to write at the axis."""
        if self.scale is Scale.PROBIT:
            return tuple(one for one in _PROBIT_TICKS if self.low <= one <= self.high)
        span = (self.high - self.low) or 1.0
        scale = 10.0 ** math.floor(math.log10(span / most))
        step = next(one * scale for one in (1, 2, 5, 10) if span / (one * scale) <= most)
        if self.unit is Unit.STEPS:
            step = max(1.0, step)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(place * step for place in range(first, last + 1))

    def show(self, value: float) -> str:
        """A value with its unit."""
        if self.unit is Unit.SHARE:
            return f"{value * 100:.3g} %"
        if self.unit is Unit.POINTS:
            return phrase("{points} points", points=f"{value * 100:+.3g}".replace("-", "−")) if value else "0"
        return f"{value:.3g}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Interval:
    """One line of a plot of intervals: a value with its 95 % interval, from `n` samples (0: not said).

    `before` is the value before compression. `faint`: too few samples to say anything. `value` is None where there are
    no samples at all.
    """

    name: str
    n: int
    value: float | None
    low: float
    high: float
    before: float | None = None
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values below each other on one axis; `limit` is a line across all of them, `limit_words` what it stands for.

    `note` stands below the heading.
    """

    heading: str
    rows: tuple[Interval, ...]
    axis: Axis
    limit: float | None = None
    limit_words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points (x, y), in their order; `ends` are the 95 % interval of each y, where there is one.

    `dots` marks the points, `steps` joins them by steps (nothing lies between), `dashed` is for what is compared with.
    `color` names a colour of the theme.
    """

    name: str
    color: str
    points: tuple[tuple[float, float], ...]
    ends: tuple[tuple[float, float], ...] = ()
    dots: bool = False
    steps: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines on two axes. `cross` is a point to mark, in words `cross_words`; `note` stands below the heading."""

    heading: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    cross: tuple[float, float] | None = None
    cross_words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds figures."""

    words: str
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell's text, and the number it sorts by, where it is one."""

    text: str
    order: float | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a row of a table is about, to be looked at: a sample or more side by side, in `words`.

    `bars` are shares (0 to 1) with their names.
    """

    looks: tuple[Look, ...]
    words: str
    bars: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. `note` says what is not in it, such as rows that were cut off; without columns it is all.

    `sights` has one for each row where the rows are about samples.
    """

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, ...], ...]
    note: str = ""
    sights: tuple[Sight, ...] = ()


@dataclass(frozen=True, slots=True)
class MapRow:
    """Evidence maps made in one way, each to be laid over its sample (None: there is none of it).

    `captions` stand below the maps, `tips` say more of each.
    """

    heading: str
    maps: tuple[EvidenceMap | None, ...]
    captions: tuple[str, ...]
    tips: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleMaps:
    """The same samples explained in one way or more, below each other; the first row has a map of every sample."""

    heading: str
    rows: tuple[MapRow, ...]
    note: str = ""


Drawing = Intervals | Lines | Table | SampleMaps


def text(words: str) -> Entry:
    """A cell with words."""
    return Entry(words)


def count(number: int) -> Entry:
    """A cell with a whole number."""
    return Entry(f"{number:,}", number)


def share(value: float | None, digits: int = 1) -> Entry:
    """A cell with a share as a percentage; a dash where there is none."""
    return Entry("–", -1.0) if value is None else Entry(f"{value * 100:.{digits}f} %", value)


def number(value: float | None) -> Entry:
    """A cell with a number of four digits; a dash where there is none."""
    return Entry("–", float("-inf")) if value is None else Entry(f"{value:.4g}".replace("-", "−"), value)
