"""Drift: whether what a board answers still looks like the test set, as far as scores and labels can tell.

Two measures side by side, because each is blind where the other sees. The population stability index compares how
often scores fall into ten bins of the test set (N. Siddiqi, Credit Risk Scorecards, Wiley 2006, chapter 10: below 0.1
no change to speak of, above 0.25 a major one); what it would be by chance alone follows from its distribution
(B. Yurdakul and J. Naranjo, Journal of Risk Model Validation 14(4), 2020: (1/n + 1/m) times a chi-square variable with
one degree of freedom less than there are bins). The Kolmogorov-Smirnov statistic is the largest distance between the
two cumulative distributions; its p-value is the limit for many values (A. Kolmogorov, 1933; N. Smirnov, 1948), with
the many equal values of int8 scores on the safe side.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FEWEST = 50
"""Results without which nothing is said."""

BINS = 10
_SMALL, _LARGE = 0.1, 0.25
_SURE = 0.01  # p-value below which the distance is no chance
_ADDED = 0.5  # to every bin, so that an empty one does not make the index infinite
_Z95 = 1.6448536269514722  # 95 % quantile of the normal distribution

Values = npt.NDArray[np.floating]


class Change(StrEnum):
    """What can be said of one comparison, in the words that are shown."""

    NONE = "as in the test set"
    SOME = "a little different"
    MUCH = "different"
    CANNOT_TELL = "cannot tell yet"


@dataclass(frozen=True, slots=True)
class Compared:
    """One distribution now against the same in the test set.

    `psi` is the index and `chance` what it stays below in 95 % of all cases where nothing has changed; `distance` and
    `p` are Kolmogorov's and Smirnov's, None for labels, which have no order. `before` and `now` are shares (they add up
    to 1) of the bins; for scores those lie between `low` and `high`, for labels there is one for each name.
    """

    name: str
    n: int
    reference_n: int
    psi: float
    chance: float
    distance: float | None
    p: float | None
    change: Change
    before: tuple[float, ...]
    now: tuple[float, ...]
    low: float = 0.0
    high: float = 1.0

    @property
    def sentence(self) -> str:
        """What was found, with its figures."""
        if self.change is Change.CANNOT_TELL:
            if self.n < FEWEST:
                return f"{self.n} results have come; from {FEWEST} on something can be said."
            return f"{self.n} results are too few: chance alone can move the index to {self.chance:.2f}."
        words = f"{self.change.value.capitalize()}: index {self.psi:.3f}, by chance up to {self.chance:.3f}"
        if self.distance is not None and self.p is not None:
            shown = "< 0.001" if self.p < 0.001 else f"= {self.p:.3f}"
            words += f"; largest distance {self.distance:.3f}, p {shown}"
        return f"{words} ({self.n} results, {self.reference_n} test samples)."


@dataclass(frozen=True, slots=True)
class Drift:
    """Everything that is compared: labels first (for classes), then the winning score, then each output."""

    rows: tuple[Compared, ...]

    @property
    def change(self) -> Change:
        """The largest change that is sure of any."""
        found = [row.change for row in self.rows]
        return next(
            (one for one in (Change.MUCH, Change.SOME, Change.NONE) if one in found), Change.CANNOT_TELL
        )


def drift(names: tuple[str, ...], reference: Values, scores: Values, *, classifies: bool) -> Drift:
    """What came (`scores` [n, K]) against the test set's answers of the same model (`reference` [m, K])."""
    rows = []
    if classifies:
        rows.append(_labels("Labels", names, reference, scores))
        rows.append(compare("Winning score", reference.max(axis=1), _max(scores)))
    rows += [compare(name, reference[:, place], scores[:, place]) for place, name in enumerate(names)]
    return Drift(tuple(rows))


def compare(name: str, reference: Values, values: Values) -> Compared:
    """Two sets of numbers [m] and [n]; NaN is left out."""
    before, now = (one[np.isfinite(one)].astype(np.float64) for one in (reference, values))
    edges = _edges(before)
    counts = [np.histogram(np.clip(one, edges[0], edges[-1]), edges)[0] for one in (before, now)]
    index = psi(*counts)
    limit = chance(len(edges) - 1, len(before), len(now))
    distance, p = kolmogorov_smirnov(before, now)
    change = _change(index, limit, len(before), len(now))
    if change is Change.NONE and p < _SURE and distance > _SMALL:
        change = Change.SOME  # moved within a bin, where the index does not look
    low, high = _range(before, now)
    earlier, later = [
        _shares(np.histogram(np.clip(one, low, high), 2 * BINS, (low, high))[0]) for one in (before, now)
    ]
    return Compared(name, len(now), len(before), index, limit, distance, p, change, earlier, later, low, high)


def psi(before: npt.NDArray[np.integer], now: npt.NDArray[np.integer]) -> float:
    """The population stability index of counts [B] in the same bins: the sum of (a - e) ln(a / e) of their shares."""
    expected = (before + _ADDED) / (before.sum() + _ADDED * len(before))
    actual = (now + _ADDED) / (now.sum() + _ADDED * len(now))
    return float(((actual - expected) * np.log(actual / expected)).sum())


def chance(bins: int, m: int, n: int) -> float:
    """What the index stays below in 95 of 100 cases where nothing changed; infinite without values.

    The chi-square quantile is E. Wilson's and M. Hilferty's approximation (1931).
    """
    if not m or not n or bins < 2:
        return math.inf
    freedom = bins - 1
    part = 2 / (9 * freedom)
    quantile = freedom * (1 - part + _Z95 * math.sqrt(part)) ** 3
    return (1 / m + 1 / n) * quantile


def kolmogorov_smirnov(before: Values, now: Values) -> tuple[float, float]:
    """The largest distance between the cumulative distributions of two sets of numbers, and its p-value.

    p = 2 × the sum over k of (-1)^(k-1) exp(-2 k² x²) with x = distance × √(m n / (m + n)).
    """
    if not len(before) or not len(now):
        return 0.0, 1.0
    first, second = np.sort(before), np.sort(now)
    every = np.concatenate([first, second])
    shares = [np.searchsorted(one, every, side="right") / len(one) for one in (first, second)]
    distance = float(np.abs(shares[0] - shares[1]).max())
    x = distance * math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    if x < 0.2:  # the sum needs many terms there, and is 1 to twelve digits
        return distance, 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * x) ** 2) for k in range(1, 101))
    return distance, min(1.0, max(0.0, 2 * math.fsum(terms)))


def _labels(title: str, names: tuple[str, ...], reference: Values, scores: Values) -> Compared:
    size = len(names)
    counts = [
        np.bincount(np.nan_to_num(one, nan=-np.inf).argmax(axis=1), minlength=size)
        for one in (reference, scores)
    ]
    index, limit = psi(*counts), chance(size, len(reference), len(scores))
    change = _change(index, limit, len(reference), len(scores))
    return Compared(
        title,
        len(scores),
        len(reference),
        index,
        limit,
        None,
        None,
        change,
        _shares(counts[0]),
        _shares(counts[1]),
    )


def _change(index: float, limit: float, m: int, n: int) -> Change:
    if n < FEWEST or m < FEWEST:
        return Change.CANNOT_TELL
    if index > max(_LARGE, limit):
        return Change.MUCH
    if limit > _LARGE:
        return Change.CANNOT_TELL
    return Change.SOME if index > max(_SMALL, limit) else Change.NONE


def _edges(values: Values) -> npt.NDArray[np.float64]:
    """Ends of up to ten bins that hold as many of the test set's values each; fewer where many are equal."""
    if not len(values):
        return np.array([0.0, 1.0])
    quantiles: npt.NDArray[np.float64] = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
    if len(quantiles) == 1:
        middle, step = float(quantiles[0]), max(abs(float(quantiles[0])), 1.0) * 1e-6
        return np.array([middle - 1e3 * step, middle - step, middle + step, middle + 1e3 * step])
    quantiles[-1] = np.nextafter(quantiles[-1], np.inf)
    return quantiles


def _range(before: Values, now: Values) -> tuple[float, float]:
    both = np.concatenate([before, now])
    if not len(both):
        return 0.0, 1.0
    low, high = float(both.min()), float(both.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _max(scores: Values) -> Values:
    return np.nan_to_num(scores, nan=-np.inf).max(axis=1) if len(scores) else np.empty(0, scores.dtype)


def _shares(counts: npt.NDArray[np.integer]) -> tuple[float, ...]:
    total = max(1, int(counts.sum()))
    return tuple(float(count) / total for count in counts)
