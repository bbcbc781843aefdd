"""From scores to labels that hold: averaging, a threshold with hysteresis, and a gap after each label.

The studio's firmware sends plain scores and does none of this; with the defaults a label is what the firmware's own
example prints, the class with the highest score. A sketch that averages or waits is followed by the same numbers here.
Everything is pure: what is live on screen and what counts false alarms per hour in a recording is one piece of code.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NO_LABEL = -1


@dataclass(frozen=True, slots=True)
class PostProcessing:
    """How scores become labels.

    The mean of the last `averaged` results decides. A label begins when its mean is the highest and at least
    `threshold`. It ends when its mean falls below `threshold` - `hysteresis`, or when another one's is more than
    `hysteresis` above it. After its end no label begins for `gap_s` seconds (the refractory time).
    """

    averaged: int = 1
    threshold: float = 0.0
    hysteresis: float = 0.0
    gap_s: float = 0.0

    @property
    def words(self) -> str:
        """In a few words, for a heading."""
        if self == PostProcessing():
            return "highest score wins"
        parts = [f"mean of {self.averaged}"] if self.averaged > 1 else []
        if self.threshold:
            parts.append(f"from {self.threshold * 100:.0f} %")
        if self.hysteresis:
            parts.append(f"hysteresis {self.hysteresis * 100:.0f} %")
        if self.gap_s:
            parts.append(f"gap {self.gap_s:g} s")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """At `time_s` the label with number `label` began, or (`began` false) ended; `mean` is its mean score then."""

    time_s: float
    label: int
    began: bool
    mean: float


@dataclass(frozen=True, slots=True)
class Detection:
    """Where a stream of scores stands: `label` (NO_LABEL: none) since `since_s`, and its `mean` score now."""

    label: int = NO_LABEL
    since_s: float = 0.0
    mean: float = 0.0
    silent_until_s: float = float("-inf")
    began: int = 0
    """How many labels have begun so far."""
    tail: tuple[tuple[float, ...], ...] = ()
    """The scores that the next mean needs, oldest first."""


def detect(
    settings: PostProcessing,
    times: npt.NDArray[np.float64],
    scores: npt.NDArray[np.float32],
    before: Detection | None = None,
    most: int | None = None,
) -> tuple[Detection, tuple[LabelEvent, ...]]:
    """Goes on from `before` with results: times [n] in seconds, scores [n, K]; where it stands then, and what happened.

    Any cutting into pieces gives the same events; of each piece at most about `most` of them (None: all) are returned.
    """
    state = before or Detection()
    if not len(times):
        return state, ()
    means, tail = _means(scores, state.tail, settings.averaged)
    best = means.argmax(axis=1).tolist()
    rows, clock = means.tolist(), times.tolist()
    label, since_s, silent_until_s, began = state.label, state.since_s, state.silent_until_s, state.began
    room = len(rows) * 2 if most is None else most
    ends_below = settings.threshold - settings.hysteresis
    events: list[LabelEvent] = []
    for now, winner, row in zip(clock, best, rows, strict=True):  # lists: thousands a second, row by row
        highest = row[winner]
        if label != NO_LABEL:
            own = row[label]
            if own >= ends_below and highest <= own + settings.hysteresis:
                continue
            if len(events) < room:
                events.append(LabelEvent(now, label, False, own))
            label, since_s, silent_until_s = NO_LABEL, now, now + settings.gap_s
        if highest >= settings.threshold and now >= silent_until_s:
            label, since_s, began = winner, now, began + 1
            if len(events) < room:
                events.append(LabelEvent(now, label, True, highest))
    mean = rows[-1][label] if label != NO_LABEL else rows[-1][best[-1]]
    return Detection(label, since_s, mean, silent_until_s, began, tail), tuple(events)


def false_alarms(events: tuple[LabelEvent, ...], truths: tuple[tuple[float, float, int], ...]) -> int:
    """How many labels began outside of the stretches (from, until, label) in which they were right."""
    return sum(
        not any(begin <= event.time_s <= end and label == event.label for begin, end, label in truths)
        for event in events
        if event.began
    )


def _means(
    scores: npt.NDArray[np.float32], tail: tuple[tuple[float, ...], ...], averaged: int
) -> tuple[npt.NDArray[np.float64], tuple[tuple[float, ...], ...]]:
    """Means [n, K] of the last `averaged` results each (of fewer at the start), and the new tail. NaN counts as 0."""
    plain = np.nan_to_num(scores.astype(np.float64), nan=0.0)
    if averaged <= 1:
        return plain, ()
    kept = [row for row in tail if len(row) == scores.shape[1]]
    whole = np.concatenate([np.array(kept).reshape(-1, scores.shape[1]), plain])
    sums = np.concatenate([np.zeros((1, scores.shape[1])), whole.cumsum(axis=0)])
    ends = np.arange(len(kept) + 1, len(whole) + 1)
    begins = np.maximum(0, ends - averaged)
    means = (sums[ends] - sums[begins]) / (ends - begins)[:, None]
    return means, tuple(tuple(row) for row in whole[max(0, len(whole) - averaged + 1) :].tolist())
