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
from studio.core.checks.check import Check, Measured, Verdict, told
from studio.core.checks.columns import is_background
from studio.core.checks.held import Held, Kind, highest, words_of
from studio.core.checks.intervals import at_most, share
from studio.core.checks.limits import Limits
from studio.core.phrases import phrase, phrase_count, phrase_later

MISSES = phrase_later("Missed detections and false alarms")

Scores = npt.NDArray[np.float32]

_MOST_CURVES = 16  # that are listed; all are judged
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
    more misses or false alarms than allowed by D3 fails; without a limit of the maker's, the studio's own one warns.
    The share that decides the verdict is the value, and stands beside its own limit.
    """
    y = answers.y.astype(np.int64)
    if not len(y):
        return Check("C4", phrase(MISSES), Verdict.CANNOT_TELL, phrase("The test set has no samples."))
    threshold = limits.threshold
    most = steps.highest if steps is not None else None
    reachable = most is None or threshold <= most + 1e-9
    held = _held(y, answers.scores, labels, limits)
    order = _worst_first(held)
    curves = tuple(
        _curve(answers, y, place, labels[place], threshold, drawn=rank < _MOST_DRAWN)
        for rank, place in enumerate(order[:_MOST_CURVES])
    )
    tied = float((answers.scores.max(axis=1) >= most - 1e-9).mean()) if most is not None else 0.0
    detail = Detection(
        threshold, most, steps.step if steps is not None else None, reachable, tied, curves, len(order)
    )
    measured = _measured(held, labels)
    if not reachable:
        return Check(
            "C4",
            phrase(MISSES),
            Verdict.FAIL,
            phrase(
                "The threshold is {threshold}, but no score of the int8 output exceeds {highest}: the device would "
                "never raise an event. Set the threshold lower.",
                threshold=f"{threshold:.4f}",
                highest=f"{most:.4f}",
            ),
            value=1.0,
            n=len(y),
            method=phrase("steps of the output"),
            limit=most,
            detail=detail,
            measured=measured,
        )
    decisive = max(held, key=lambda one: one.badness)
    found = decisive.found
    return Check(
        "C4",
        phrase(MISSES),
        decisive.verdict,
        told(
            _fares_worst(threshold, curves[0]),
            words_of(decisive, labels[decisive.place]),
            _background(labels, limits),
        ),
        value=found.value if found else None,
        ci=(found.low, found.high) if found else None,
        n=decisive.n,
        method=phrase("Wilson; bound by Clopper-Pearson"),
        limit=decisive.limit,
        needed=decisive.needed,
        detail=detail,
        measured=measured,
    )


def _fares_worst(threshold: float, curve: DetectionCurve) -> str:
    alarms = round(curve.false_alarms.value * curve.negatives) if curve.false_alarms else 0
    if curve.misses is None or curve.misses_at_most is None:
        return phrase_count(
            "At a score of {threshold} '{label}' fares worst: it has no samples, and {count} false alarm in {others} "
            "other samples.",
            "At a score of {threshold} '{label}' fares worst: it has no samples, and {count} false alarms in {others} "
            "other samples.",
            alarms,
            threshold=f"{threshold:.2f}",
            label=curve.label,
            others=curve.negatives,
        )
    return phrase_count(
        "At a score of {threshold} '{label}' fares worst: {missed} of {n} missed, which allows for up to {share} % "
        "(95 %), and {count} false alarm in {others} other samples.",
        "At a score of {threshold} '{label}' fares worst: {missed} of {n} missed, which allows for up to {share} % "
        "(95 %), and {count} false alarms in {others} other samples.",
        alarms,
        threshold=f"{threshold:.2f}",
        label=curve.label,
        missed=round(curve.misses.value * curve.positives),
        n=curve.positives,
        share=f"{curve.misses_at_most * 100:.1f}",
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


def _held(
    y: npt.NDArray[np.int64], scores: Scores, labels: tuple[str, ...], limits: Limits
) -> tuple[Held, ...]:
    """The shares of misses and of false alarms of each class that is an event, each against its limit.

    A class without samples can still be raised falsely. Where no event has samples, all classes that have some count.
    """
    counts = np.bincount(y, minlength=len(labels))
    fired = scores >= limits.threshold
    hits = np.bincount(y[fired[np.arange(len(y)), y]], minlength=len(labels))
    alarms = fired.sum(axis=0) - hits
    events = [place for place, label in enumerate(labels) if not is_background(label, limits)]
    if not counts[events].any():
        events = [place for place in range(len(labels)) if counts[place]]
    held = []
    for place in events:
        own, others = int(counts[place]), int(len(y) - counts[place])
        missed, falsely = own - int(hits[place]), int(alarms[place])
        kinds = [
            (Kind.FALSE_ALARMS, falsely, others, limits.max_false_alarm_share, limits.usual_false_alarm_share)
        ]
        if own:
            kinds.insert(0, (Kind.MISSES, missed, own, limits.max_miss_share, limits.usual_miss_share))
        for kind, wrong, of, limit, usual in kinds:
            found, allowed = share(wrong, of), usual if limit is None else limit
            held.append(Held(kind, place, found, of, allowed, limit is not None, limits.fewest_samples))
    return tuple(held)


def _worst_first(held: tuple[Held, ...]) -> list[int]:
    """The classes, that of the worst share first."""
    return list(dict.fromkeys(one.place for one in sorted(held, key=lambda one: one.badness, reverse=True)))


def _measured(held: tuple[Held, ...], labels: tuple[str, ...]) -> tuple[Measured, ...]:
    """The highest shares, for the gate to hold against the maker's limits."""
    kinds = {Kind.MISSES: "max_miss_share", Kind.FALSE_ALARMS: "max_false_alarm_share"}
    return tuple(
        Measured(name, worst.found.value, labels[worst.place])
        for kind, name in kinds.items()
        if (worst := highest(held, kind)) is not None and worst.found is not None
    )


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
