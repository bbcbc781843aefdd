"""What a board said while a person held up the truth: "I hold this label now", and a confusion matrix of it.

Results count once for each sample: where the board's sensor numbers its samples, the last answer to a sample stands,
however often it came back. A board without such numbers answers windows that may overlap; then `n` counts results, and
the interval is narrower than the evidence is.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.arrivals import NOT_SAID, Arrivals
from studio.core.evidence import wilson

USUAL_MARGIN_S = 0.5
"""Left out at both ends of a hold: a hand is not as quick as a key, and the window still holds what was before."""

MOST_RESULTS = 200_000
"""What is kept; more are not taken in, which keeps the matrix quick and is said."""

MARGINS_S = (0.0, 0.25, 0.5, 1.0, 2.0)
"""What is offered."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The matrix at a moment: `counts[held][said]`, and what was left out of it.

    `hits` of `n` were said as held; `low` and `high` are Wilson's 95 % interval of that share. `near_switches` results
    lay within the margin of a hold's ends, `repeats` were of samples that had been counted already.
    """

    counts: tuple[tuple[int, ...], ...]
    n: int
    hits: int
    low: float
    high: float
    near_switches: int
    repeats: int
    holds: int

    def of_label(self, label: int) -> tuple[int, int, float, float]:
        """Of one held label: hits, n, and the interval's ends."""
        n, hits = sum(self.counts[label]), self.counts[label][label]
        return hits, n, *wilson(hits, n)


@dataclass(slots=True)
class _Hold:
    """One label held from `begin_s` on; the board's words meanwhile as arrays."""

    label: int
    begin_s: float
    end_s: float | None
    times: list[npt.NDArray[np.float64]]
    said: list[npt.NDArray[np.int64]]
    samples: list[npt.NDArray[np.int64]]


class LiveConfusion:
    """Holds one after another; everything else is worked out of them, so that a margin can be changed afterwards."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self._holds: list[_Hold] = []
        self._kept = 0

    @property
    def held(self) -> int | None:
        """The number of the label that is held now."""
        return self._holds[-1].label if self._holds and self._holds[-1].end_s is None else None

    @property
    def is_empty(self) -> bool:
        """True while nothing was held."""
        return not self._holds

    @property
    def is_full(self) -> bool:
        """True once no more results are taken in."""
        return self._kept >= MOST_RESULTS

    def hold(self, label: int, now_s: float) -> None:
        """From `now_s` of the monitor's time line on, this label is the truth; another one that was held ends."""
        self.release(now_s)
        self._holds.append(_Hold(label, now_s, None, [], [], []))

    def release(self, now_s: float) -> None:
        """Nothing is held any more. A hold in which the board said nothing is forgotten."""
        if self.held is None:
            return
        last = self._holds[-1]
        last.end_s = max(now_s, last.begin_s)
        if not last.times:
            self._holds.pop()

    def add(self, found: Arrivals) -> None:
        """Take in what the board said; it is kept only while a label is held."""
        if self.held is None or not len(found) or self.is_full:
            return
        hold = self._holds[-1]
        known = found.times >= hold.begin_s
        if known.any():
            hold.times.append(found.times[known])
            hold.said.append(found.winners[known])
            hold.samples.append(found.samples[known])
            self._kept += int(np.count_nonzero(known))

    def undo(self) -> bool:
        """Forget the last hold, also one under way; False where there is none."""
        if not self._holds:
            return False
        self._kept -= sum(map(len, self._holds.pop().times))
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._holds.clear()
        self._kept = 0

    def tally(self, margin_s: float = USUAL_MARGIN_S) -> Tally:
        """The matrix without what lies within `margin_s` seconds of a hold's beginning and end."""
        size = len(self.names)
        held, said, samples, near = self._gathered(margin_s)
        kept = _last_of_each(held, samples)
        counts = np.zeros((size, size), np.int64)
        np.add.at(counts, (held[kept], said[kept]), 1)
        n, hits = int(counts.sum()), int(np.trace(counts))
        low, high = wilson(hits, n)
        table = tuple(tuple(int(count) for count in row) for row in counts)
        return Tally(table, n, hits, low, high, near, len(held) - len(kept), len(self._holds))

    def as_csv(self, margin_s: float = USUAL_MARGIN_S) -> str:
        """Every result while a label was held: time, held, said, sample ("" without number), counted (1 or 0)."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("time_s", "held", "said", "sample", "counted"))
        rows = list(self._rows(margin_s))
        held = np.array([row[0] for row in rows if row[4]], np.int64)
        samples = np.array([row[3] for row in rows if row[4]], np.int64)
        places = [place for place, row in enumerate(rows) if row[4]]
        counted = {places[kept] for kept in _last_of_each(held, samples).tolist()}
        for place, (label, time_s, winner, sample, _) in enumerate(rows):
            number = "" if sample == NOT_SAID else sample
            writer.writerow(
                (f"{time_s:.3f}", self.names[label], self.names[winner], number, int(place in counted))
            )
        return stream.getvalue()

    def _gathered(
        self, margin_s: float
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
        """Held, said and sample of each result away from switches, and how many are near one."""
        parts: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        near = 0
        for hold in self._holds:
            if not hold.times:
                continue
            far = _away_from_ends(hold, margin_s)
            near += int((~far).sum())
            said, samples = np.concatenate(hold.said)[far], np.concatenate(hold.samples)[far]
            parts.append((np.full(len(said), hold.label, np.int64), said, samples))
        if not parts:
            nothing = np.empty(0, np.int64)
            return nothing, nothing, nothing, near
        held, said, samples = (np.concatenate(column) for column in zip(*parts, strict=True))
        return held, said, samples, near

    def _rows(self, margin_s: float) -> Iterable[tuple[int, float, int, int, bool]]:
        for hold in self._holds:
            if hold.times:
                far = _away_from_ends(hold, margin_s).tolist()
                columns = [np.concatenate(one).tolist() for one in (hold.times, hold.said, hold.samples)]
                for time_s, said, sample, is_far in zip(*columns, far, strict=True):
                    yield hold.label, time_s, int(said), int(sample), is_far


def _away_from_ends(hold: _Hold, margin_s: float) -> npt.NDArray[np.bool_]:
    """Of a hold under way the last moments wait: it may be released the next."""
    times = np.concatenate(hold.times)
    end_s = hold.end_s if hold.end_s is not None else float(times[-1])
    if hold.end_s is None and not margin_s:
        return times >= hold.begin_s
    return (times >= hold.begin_s + margin_s) & (times <= end_s - margin_s)


def _last_of_each(held: npt.NDArray[np.int64], samples: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The places, in order, of results without a sample's number and of the last of each held label and sample."""
    numbered = np.flatnonzero(samples != NOT_SAID)
    free = np.flatnonzero(samples == NOT_SAID)
    if not len(numbered):
        return free
    keys = (samples[numbered] * (int(held.max()) + 1) + held[numbered])[::-1]
    _, first = np.unique(keys, return_index=True)
    return np.sort(np.concatenate([free, numbered[len(numbered) - 1 - first]]))
