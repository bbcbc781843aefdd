"""The monitor: what a board said lately, kept in a bounded history that a plot can draw."""

from collections import deque

import numpy as np
import numpy.typing as npt

from studio.core.frames import Hello, Result

_RATE_FRAMES = 30


class Monitor:
    """The last `capacity` results of one board, as arrays, and a running tally against known answers.

    Time is the board's own, in seconds since the first result; it goes on where the board restarts its clock.
    """

    def __init__(
        self, hello: Hello, truths: npt.NDArray[np.generic] | None = None, capacity: int = 3000
    ) -> None:
        """Follow the board that said `hello`; `truths` [samples] or [samples, K] is right for each sensor sample."""
        self.hello = hello
        self.truths = truths
        self.capacity = capacity
        self.clear()

    def clear(self) -> None:
        """Forget the history and the tally."""
        self._times = np.zeros(2 * self.capacity, np.float64)
        self._scores = np.zeros((2 * self.capacity, self.hello.output_size), np.float32)
        self._truths = np.full((2 * self.capacity, self.hello.output_size), np.nan, np.float32)
        self._end = 0
        self._offset_s = 0.0
        self._rate: deque[float] = deque(maxlen=_RATE_FRAMES)
        self.latest: Result | None = None
        self.received = 0
        self.compared = 0
        self.right = 0

    def add(self, result: Result) -> None:
        """Take one result in."""
        if self._end == len(self._times):
            for array in (self._times, self._scores, self._truths):
                array[: self.capacity] = array[self.capacity :]
            self._end = self.capacity
        clock_s = result.device_time_us / 1e6
        if self._end == 0:
            self._offset_s = -clock_s
        elif clock_s + self._offset_s < self._times[self._end - 1]:
            self._offset_s = self._times[self._end - 1] - clock_s
            self._rate.clear()
        self._times[self._end] = clock_s + self._offset_s
        self._scores[self._end] = result.scores(self.hello)
        values = self.true_values(result)
        self._truths[self._end] = values if values is not None else np.nan
        self._rate.append(float(self._times[self._end]))
        self._end += 1
        self.latest = result
        self.received += 1
        truth = self.true_label(result)
        if truth is not None:
            self.compared += 1
            self.right += truth == self.label(result)

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """Seconds [n] of the kept results, oldest first; a view."""
        return self._times[self._start : self._end]

    @property
    def scores(self) -> npt.NDArray[np.float32]:
        """Scores [n, K] of the kept results; a view."""
        return self._scores[self._start : self._end]

    @property
    def true_scores(self) -> npt.NDArray[np.float32]:
        """What would have been right [n, K], for models that answer numbers; NaN where it is not known. A view."""
        return self._truths[self._start : self._end]

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each output: the labels, or 'output 0'…; 'output' where there is only one."""
        if len(self.hello.labels) == self.hello.output_size:
            return self.hello.labels
        if self.hello.output_size == 1:
            return ("output",)
        return tuple(f"output {index}" for index in range(self.hello.output_size))

    @property
    def classifies(self) -> bool:
        """True where the outputs are classes of which the highest wins."""
        return len(self.hello.labels) == self.hello.output_size > 1

    @property
    def frames_per_s(self) -> float | None:
        """Results per second of the board's own clock, over the last ones; None before there are two."""
        if len(self._rate) < 2 or self._rate[-1] <= self._rate[0]:
            return None
        return (len(self._rate) - 1) / (self._rate[-1] - self._rate[0])

    def label(self, result: Result) -> str | None:
        """The class with the highest score, or None where the model answers numbers."""
        if not self.classifies:
            return None
        values = result.values(self.hello)
        return self.names[max(range(len(values)), key=values.__getitem__)]

    def true_label(self, result: Result) -> str | None:
        """The right class of the sensor's sample, where it is known."""
        truth = self._truth(result)
        if truth is None or not self.classifies or np.ndim(truth):
            return None
        index = int(truth)
        return self.names[index] if 0 <= index < len(self.names) else None

    def true_values(self, result: Result) -> tuple[float, ...] | None:
        """The right numbers of the sensor's sample, where they are known."""
        truth = self._truth(result)
        if truth is None or self.classifies:
            return None
        values = tuple(float(value) for value in np.atleast_1d(truth))
        return values if len(values) == self.hello.output_size else None

    def _truth(self, result: Result) -> npt.NDArray[np.generic] | np.generic | None:
        if self.truths is None or not 0 <= result.sample < len(self.truths):
            return None
        found: npt.NDArray[np.generic] | np.generic = self.truths[result.sample]
        return found

    @property
    def _start(self) -> int:
        return max(0, self._end - self.capacity)


def csv_header(names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of a recording."""
    return ("device_time_us", "sequence", "inference_us", "sample", "label", "truth", *names)


def csv_row(monitor: Monitor, result: Result) -> tuple[str, ...]:
    """One result as the columns of `csv_header`."""
    truth: object = monitor.true_label(result)
    if truth is None:
        values = monitor.true_values(result)
        truth = " ".join(f"{value:.6g}" for value in values) if values else ""
    return (
        str(result.device_time_us),
        str(result.sequence),
        str(result.inference_us),
        str(result.sample) if result.sample >= 0 else "",
        monitor.label(result) or "",
        str(truth),
        *(f"{score:.6g}" for score in result.scores(monitor.hello)),
    )
