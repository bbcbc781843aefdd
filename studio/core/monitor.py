"""The monitor: what a board said in this session, on one time line, and a tally against known answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.arrivals import NOT_SAID, Arrivals
from studio.core.frames import NUMBERS, Hello, Result
from studio.core.history import History
from studio.core.text_columns import TextColumns
from studio.core.text_decoders import Reading

_RATE_RESULTS = 30
_NEWEST = 4096
_UNKNOWN = -1

Truths = npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest result: its scores, and what the board said beside them (None where it said nothing)."""

    time_s: float
    scores: tuple[float, ...]
    inference_us: int | None
    sample: int
    """The number of the sensor's sample, -1 where there is none."""


class Monitor:
    """All results of one board, as a history to draw, and how many distinct samples it answered rightly.

    Time is the board's own, in seconds since the first result; where the board restarts its clock, it goes on by what
    has passed on the computer's. For boards that speak text, time is the computer's, and columns may come later.
    """

    def __init__(self, hello: Hello | None, truths: Truths | None = None, folder: Path | None = None) -> None:
        """Follow the board that said `hello`, or (None) one that speaks text; see `set_board`, History."""
        self.hello = hello
        self.truths = truths
        self._folder = folder
        self._text = TextColumns()
        self.history = self._new_history()
        self.clear()

    def clear(self) -> None:
        """Forget the history and the tally."""
        if len(self.history):
            self.history.close()
            self.history = self._new_history()
        self._offset_s: float | None = None
        self._arrived_s = 0.0
        self._rate = np.empty(0, np.float64)
        self.latest: Latest | None = None
        self.received = 0
        self._verdicts = np.full(0 if self.truths is None else len(self.truths), _UNKNOWN, np.int8)

    def close(self) -> None:
        """Give the disk back; of no use after that."""
        self.history.close()

    def set_board(self, hello: Hello, truths: Truths | None) -> None:
        """Another board or model whose results have the same names: the history goes on, the tally begins anew.

        `truths` [samples] or [samples, K] is right for each sensor sample.
        """
        self.hello, self.truths = hello, truths
        self._verdicts = np.full(0 if truths is None else len(truths), _UNKNOWN, np.int8)

    def add(self, result: Result) -> None:
        """Take one result in."""
        self.add_results((result,))

    def add_results(self, results: Sequence[Result], at_s: float = 0.0) -> Arrivals:
        """Take results in that came together, at `at_s` of the computer's clock (0: not known)."""
        hello = self.hello
        assert hello is not None, "only boards that said hello send results"
        count = len(results)
        clock_us = np.array([one.device_time_us for one in results], np.int64)
        values = np.frombuffer(b"".join([one.output for one in results]), f"<{NUMBERS[hello.output_type]}")
        scores = values.reshape(count, hello.output_size).astype(np.float32)
        scores -= np.float32(hello.output_zero_point)
        scores *= np.float32(hello.output_scale)
        samples = np.array([one.sample for one in results], np.int64)
        found = Arrivals(
            self.names,
            self.classifies,
            at_s,
            self._times_of(clock_us / 1e6, at_s),
            scores,
            clock_us,
            np.array([one.sequence for one in results], np.int64),
            np.array([one.inference_us for one in results], np.int64),
            samples,
            self._truths_of(samples),
        )
        self._take_in(found)
        return found

    def add_readings(self, readings: Sequence[Reading], began_s: float, at_s: float) -> Arrivals:
        """Take lines of numbers in that came between these two times of the computer's clock."""
        scores = self._text.rows(readings)
        count = len(readings)
        if self._offset_s is None:
            self._offset_s = -began_s
        now = np.linspace(began_s, at_s, count + 1)[1:] + self._offset_s
        unknown = np.full(count, NOT_SAID, np.int64)
        found = Arrivals(
            self.names,
            self.classifies,
            at_s,
            np.maximum(now, self.history.last_s),
            scores[:, : len(self.names)],
            np.array([NOT_SAID if one.time_ms is None else round(one.time_ms * 1000) for one in readings]),
            unknown,
            np.array([NOT_SAID if one.inference_us is None else one.inference_us for one in readings]),
            unknown,
            unknown.astype(np.int32),
        )
        self._take_in(found, scores)
        return found

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """Seconds [n] of the newest results, oldest first, as many as a screen shows."""
        return self.history.newest(_NEWEST)[0]

    @property
    def scores(self) -> npt.NDArray[np.float32]:
        """Scores [n, K] of the same results."""
        return self.history.newest(_NEWEST)[1][:, : len(self.names)]

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each output: the labels, or 'output 0'…; 'output' where there is only one; of text, its own."""
        hello = self.hello
        if hello is None:
            return self._text.names
        if len(hello.labels) == hello.output_size:
            return hello.labels
        if hello.output_size == 1:
            return ("output",)
        return tuple(f"output {index}" for index in range(hello.output_size))

    @property
    def classifies(self) -> bool:
        """True where the outputs are classes of which the highest wins."""
        if self.hello is None:
            return self._text.are_classes
        return len(self.hello.labels) == self.hello.output_size > 1

    @property
    def has_expected(self) -> bool:
        """True where the history holds, in K columns behind the scores, what would have been right."""
        return self.hello is not None and not self.classifies

    @property
    def frames_per_s(self) -> float | None:
        """Results per second, over the last ones; None before there are two."""
        if len(self._rate) < 2 or self._rate[-1] <= self._rate[0]:
            return None
        return float((len(self._rate) - 1) / (self._rate[-1] - self._rate[0]))

    @property
    def compared(self) -> int:
        """How many different samples were answered whose answer is known."""
        return int(np.count_nonzero(self._verdicts != _UNKNOWN))

    @property
    def right(self) -> int:
        """How many of them rightly, the last time they came."""
        return int(np.count_nonzero(self._verdicts == 1))

    def label(self, result: Result) -> str | None:
        """The class with the highest score, or None where the model answers numbers."""
        return self.label_of(result.values(self.hello))

    def label_of(self, scores: Sequence[float]) -> str | None:
        """The class with the highest of these scores, or None where the model answers numbers."""
        if not self.classifies:
            return None
        return self.names[max(range(len(scores)), key=lambda place: _or_least(scores[place]))]

    def true_label(self, of: Result | Latest) -> str | None:
        """The right class of the sensor's sample, where it is known."""
        truth = self._truth(of.sample)
        if truth is None or not self.classifies or np.ndim(truth):
            return None
        index = int(truth)
        return self.names[index] if 0 <= index < len(self.names) else None

    def true_values(self, of: Result | Latest) -> tuple[float, ...] | None:
        """The right numbers of the sensor's sample, where they are known."""
        truth = self._truth(of.sample)
        if truth is None or self.classifies:
            return None
        values = tuple(float(value) for value in np.atleast_1d(truth))
        return values if len(values) == len(self.names) else None

    def _new_history(self) -> History:
        if self.hello is None:
            return History(self._text.most, self._folder)
        return History(self.hello.output_size * (1 if self.classifies else 2), self._folder)

    def _truth(self, sample: int) -> npt.NDArray[np.generic] | np.generic | None:
        if self.truths is None or not 0 <= sample < len(self.truths):
            return None
        found: npt.NDArray[np.generic] | np.generic = self.truths[sample]
        return found

    def _truths_of(self, samples: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
        found = np.full(len(samples), NOT_SAID, np.int32)
        if self.truths is not None and self.truths.ndim == 1 and self.classifies:
            known = (samples >= 0) & (samples < len(self.truths))
            classes = self.truths[samples[known]].astype(np.int32)
            found[known] = np.where((classes >= 0) & (classes < len(self.names)), classes, NOT_SAID)
        return found

    def _times_of(self, clock_s: npt.NDArray[np.float64], at_s: float) -> npt.NDArray[np.float64]:
        """On this monitor's line: a clock that goes back was restarted, and goes on where the computer's clock is."""
        times = np.empty_like(clock_s)
        restarts = np.flatnonzero(np.diff(clock_s) < 0) + 1
        last_s = self.history.last_s
        for begin, end in zip([0, *restarts], [*restarts, len(clock_s)], strict=True):
            if self._offset_s is None:
                self._offset_s = -clock_s[begin]
            elif clock_s[begin] + self._offset_s < last_s:
                away_s = max(0.0, at_s - self._arrived_s) if at_s and self._arrived_s and not begin else 0.0
                self._offset_s = last_s + away_s - clock_s[begin]
                self._rate = self._rate[:0]
            times[begin:end] = clock_s[begin:end] + self._offset_s
            last_s = times[end - 1]
        return times

    def _take_in(self, found: Arrivals, row: npt.NDArray[np.float32] | None = None) -> None:
        if not len(found):
            return
        self.history.append(found.times, self._with_expected(found) if row is None else row)
        self._arrived_s = found.at_s
        self._rate = np.concatenate([self._rate, found.times[-_RATE_RESULTS:]])[-_RATE_RESULTS:]
        self.received += len(found)
        known = found.truths != NOT_SAID
        if known.any():
            samples = found.samples[known]
            self._verdicts[samples] = found.winners[known] == found.truths[known]
        last = _last_known(found.scores, self.latest)
        inference_us = int(found.inference_us[-1])
        self.latest = Latest(
            float(found.times[-1]),
            tuple(last.tolist()),
            None if inference_us == NOT_SAID else inference_us,
            int(found.samples[-1]),
        )

    def _with_expected(self, found: Arrivals) -> npt.NDArray[np.float32]:
        if not self.has_expected:
            return found.scores
        expected = np.full_like(found.scores, np.nan)
        if self.truths is not None:
            known = np.flatnonzero((found.samples >= 0) & (found.samples < len(self.truths)))
            values = self.truths[found.samples[known]].reshape(len(known), -1)
            if values.shape[1:] == expected.shape[1:]:
                expected[known] = values
        return np.concatenate([found.scores, expected], axis=1)


def _or_least(score: float) -> float:
    return score if score == score else float("-inf")


def _last_known(scores: npt.NDArray[np.float32], before: Latest | None) -> npt.NDArray[np.float32]:
    """The last row [K]; what it does not say, as it was said last."""
    last: npt.NDArray[np.float32] = scores[-1].copy()
    for place in np.flatnonzero(np.isnan(last)):
        said = np.flatnonzero(~np.isnan(scores[:, place]))
        if len(said):
            last[place] = scores[said[-1], place]
        elif before is not None and place < len(before.scores):
            last[place] = before.scores[place]
    return last
