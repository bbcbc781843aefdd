"""C4: missed detections and false alarms, at the threshold and at all others that the output can reach."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.answer_details import (
    Detection,
    DetectionCurve,
    DetectionPoint,
)
from studio.core.checks.check import Check, Verdict, told, worst
from studio.core.checks.columns import is_background
from studio.core.checks.intervals import at_most, needed, share
from studio.core.checks.limits import Limits
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_count, phrase_later

MISSES = phrase_later("Missed detections and false alarms")

Scores = npt.NDArray[np.float32]

_MOST_CURVES = 16
# What is drawn goes to the window as JSON, which takes its thread time to read.
_MOST_DRAWN = 6  # of the curves, the worst
_MOST_POINTS, _MOST_FLOAT_POINTS = 128, 48


@dataclass(frozen=True, slots=True)
class Steps:
    """The scores that an int8 output can hold: multiples of `step`, up to `highest`."""

    step: float
    highest: float


def check_misses(answers: Answers, labels: tuple[str, ...], steps: Steps | None, limits: Limits) -> Check:
    """C4: each class against the rest at the threshold, with Wilson's intervals, and all thresholds (DET curve).

    int8 scores tie and end at 255/256: a threshold above what the output can hold never fires, and fails. A class with
    more misses than allowed by D3 fails; without a limit of the maker's, the studio's own one warns.
    """
    y = answers.y.astype(np.int64)
    if not len(y):
        return Check("C4", phrase(MISSES), Verdict.CANNOT_TELL, phrase("The test set has no samples."))
    threshold = limits.threshold
    highest = steps.highest if steps is not None else None
    reachable = highest is None or threshold <= highest + 1e-9
    order = _worst_first(y, answers.scores, labels, threshold, limits)
    curves = tuple(
        _curve(answers, y, place, labels[place], threshold, drawn=rank < _MOST_DRAWN)
        for rank, place in enumerate(order[:_MOST_CURVES])
    )
    tied = float((answers.scores.max(axis=1) >= highest - 1e-9).mean()) if highest is not None else 0.0
    detail = Detection(threshold, highest, steps.step if steps is not None else None, reachable, tied, curves)
    first = curves[0]
    if not reachable:
        return Check(
            "C4",
            phrase(MISSES),
            Verdict.FAIL,
            phrase(
                "The threshold is {threshold}, but no score of the int8 output exceeds {highest}: the device would "
                "never raise an event. Set the threshold lower.",
                threshold=f"{threshold:.4f}",
                highest=f"{highest:.4f}",
            ),
            value=1.0,
            n=len(y),
            method=phrase("steps of the output"),
            limit=highest,
            detail=detail,
        )
    if first.misses is None or first.misses_at_most is None:
        words = phrase("No class has samples in the test set.")
        return Check("C4", phrase(MISSES), Verdict.CANNOT_TELL, words, n=len(y), detail=detail)
    verdicts = tuple(
        found
        for curve in curves
        for found in (
            _verdict(curve.misses, curve.positives, limits.max_miss_share, limits.usual_miss_share, limits),
            _verdict(
                curve.false_alarms,
                curve.negatives,
                limits.max_false_alarm_share,
                limits.usual_false_alarm_share,
                limits,
            ),
        )
    )
    verdict = worst(verdicts)
    limit = limits.max_miss_share if limits.max_miss_share is not None else limits.usual_miss_share
    more = needed(first.positives, first.misses, limit) if verdict is Verdict.CANNOT_TELL else 0
    return Check(
        "C4",
        phrase(MISSES),
        verdict,
        told(
            _fares_worst(threshold, first, first.misses, first.misses_at_most),
            _background(labels, limits),
            phrase("{n} samples of it would tell.", n=more) if more else "",
        ),
        value=first.misses.value,
        ci=(first.misses.low, first.misses.high),
        n=first.positives,
        method=phrase("Wilson; bound by Clopper-Pearson"),
        limit=limit,
        needed=more,
        detail=detail,
    )


def _fares_worst(threshold: float, curve: DetectionCurve, misses: Estimate, at_most: float) -> str:
    alarms = round(curve.false_alarms.value * curve.negatives) if curve.false_alarms else 0
    return phrase_count(
        "At a score of {threshold} '{label}' fares worst: {missed} of {n} missed, which allows for up to {share} % "
        "(95 %), and {count} false alarm in {others} other samples.",
        "At a score of {threshold} '{label}' fares worst: {missed} of {n} missed, which allows for up to {share} % "
        "(95 %), and {count} false alarms in {others} other samples.",
        alarms,
        threshold=f"{threshold:.2f}",
        label=curve.label,
        missed=round(misses.value * curve.positives),
        n=curve.positives,
        share=f"{at_most * 100:.1f}",
        others=curve.negatives,
    )


def detection_points(
    truth: npt.NDArray[np.bool_], scores: npt.NDArray[np.floating], most: int = _MOST_POINTS
) -> tuple[DetectionPoint, ...]:
    """The shares of misses and of false alarms at every threshold that makes a difference; thinned out to `most`."""
    from sklearn.metrics import det_curve

    if truth.all() or not truth.any():
        return ()
    false_alarms, misses, thresholds = det_curve(truth, scores)
    finite = np.flatnonzero(np.isfinite(thresholds))
    if len(finite) > most:
        finite = finite[np.unique(np.linspace(0, len(finite) - 1, most).astype(np.int64))]
    return tuple(
        DetectionPoint(float(thresholds[i]), float(misses[i]), float(false_alarms[i])) for i in finite
    )


def _worst_first(
    y: npt.NDArray[np.int64], scores: Scores, labels: tuple[str, ...], threshold: float, limits: Limits
) -> list[int]:
    """The classes that are events and have samples, the most missed first; all classes where none is an event."""
    counts = np.bincount(y, minlength=len(labels))
    found = scores[np.arange(len(y)), y] >= threshold
    hits = np.bincount(y[found], minlength=len(labels))
    events = [
        place for place in range(len(labels)) if counts[place] and not is_background(labels[place], limits)
    ]
    chosen = events or [place for place in range(len(labels)) if counts[place]]
    return sorted(chosen, key=lambda place: hits[place] / counts[place])


def _background(labels: tuple[str, ...], limits: Limits) -> str:
    quiet = [f"'{label}'" for label in labels if is_background(label, limits)]
    if not quiet or len(quiet) == len(labels):
        return ""
    names = quiet[0]
    if len(quiet) > 1:
        names = phrase("{names} and {last}", names=", ".join(quiet[:-1]), last=quiet[-1])
    return phrase("What is missed of {names} does not count: that is no event.", names=names)


def _curve(
    answers: Answers,
    y: npt.NDArray[np.int64],
    place: int,
    label: str,
    threshold: float,
    *,
    drawn: bool,
) -> DetectionCurve:
    truth, own = y == place, answers.scores[:, place]
    positives, negatives = int(truth.sum()), int((~truth).sum())
    missed, alarms = int((own[truth] < threshold).sum()), int((own[~truth] >= threshold).sum())
    return DetectionCurve(
        label,
        positives,
        negatives,
        share(missed, positives),
        share(alarms, negatives),
        at_most(missed, positives) if positives else None,
        detection_points(truth, own) if drawn else (),
        detection_points(truth, answers.float_scores[:, place], _MOST_FLOAT_POINTS) if drawn else (),
    )


def _verdict(found: Estimate | None, n: int, limit: float | None, usual: float, limits: Limits) -> Verdict:
    """Held against the maker's limit strictly, by the interval; against the studio's own by the figure alone."""
    if found is None or n < limits.fewest_samples:
        return Verdict.CANNOT_TELL
    if limit is None:
        return Verdict.PASS if found.value <= usual else Verdict.WARN
    if found.low > limit:
        return Verdict.FAIL
    return Verdict.PASS if found.high <= limit else Verdict.CANNOT_TELL
