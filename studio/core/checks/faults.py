"""C8: how the device answers when its sensor is at fault, and whether a dead one raises an event."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.columns import is_background
from studio.core.checks.input_details import FaultCurve, FaultPoint, Faults, SilentTest
from studio.core.checks.intervals import sure_share
from studio.core.checks.limits import Limits
from studio.core.checks.sensor_faults import Fault, Range, dead, faults_for, faulty
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_count, phrase_later

TITLE = phrase_later("A sensor at fault")

Values = npt.NDArray[np.float32]
Respond = Callable[[Values], Values]
"""Samples [N, *shape] to what the device answers, [N, K] in real numbers."""
Judge = Callable[[Values, Values], npt.NDArray[np.bool_]]
"""Samples as the device saw them and its answers to which of them are right [N]."""


def check_faults(
    x: Values,
    respond: Respond,
    judge: Judge,
    labels: tuple[str, ...],
    known: Range,
    limits: Limits,
    *,
    numbers: bool = False,
    seed: int = 0,
) -> Check:
    """C8: the share of right answers at several levels of each fault, on the samples `x` [N, *shape].

    `labels` are empty for models that give no classes; with `numbers` an answer is right that is near enough.
    `known` is the range of all data. In the fail-silent test a constant input must not raise an event: no class but
    those of no event may reach the threshold. A fall at the mildest level of a fault warns.
    """
    clean_right = judge(x, respond(x))
    clean = sure_share(int(clean_right.sum()), len(x))
    curves = tuple(
        _curve(fault, x, respond, judge, known, clean.value - limits.fault_drop, seed)
        for fault in faults_for(x.shape[1:])
    )
    silent = silent_tests(x.shape[1:], respond, labels, known, limits) if labels else ()
    fires = [test for test in silent if test.fires]
    sensitive = [
        curve for curve in curves if curve.falls_at is not None and curve.falls_at == curve.points[0].level
    ]
    points = []
    if fires:
        points.append(_dead(fires[0]))
    if sensitive:
        points += [_mildest(sensitive, clean, numbers), _more_faults(len(sensitive) - 1)]
    elif not fires:
        points.append(
            phrase("No mild fault takes it far, and a dead sensor raises no event.")
            if labels
            else phrase("No mild fault takes it far.")
        )
    lowest = min(
        (point.accuracy for curve in curves for point in curve.points),
        key=lambda found: found.value,
        default=clean,
    )
    return Check(
        "C8",
        phrase(TITLE),
        Verdict.FAIL if fires else Verdict.WARN if sensitive else Verdict.PASS,
        told(*points),
        value=lowest.value,
        ci=(lowest.low, lowest.high),
        n=len(x),
        method=phrase("faults on model inputs, Wilson"),
        limit=limits.fault_drop,
        seed=seed,
        detail=Faults(clean, curves, silent),
    )


def _dead(test: SilentTest) -> str:
    return phrase(
        "A dead sensor ({fault}) raises '{answer}' with a score of {score}: the device must notice that nothing comes "
        "in.",
        fault=test.fault,
        answer=test.answer,
        score=f"{test.score:.2f}",
    )


def _mildest(sensitive: list[FaultCurve], clean: Estimate, numbers: bool) -> str:
    """What the worst of some faults takes at its mildest level."""
    worst = min(sensitive, key=lambda curve: curve.points[0].accuracy.value)
    level, whole = f"{worst.points[0].level:g} {worst.unit}", f"{clean.value * 100:.0f}"
    share = f"{worst.points[0].accuracy.value * 100:.0f}"
    if numbers:
        return phrase(
            "With {fault} ({level}) only {share} % are near enough, of {whole} % without.",
            fault=worst.fault, level=level, share=share, whole=whole,
        )  # fmt: skip
    return phrase(
        "With {fault} ({level}) only {share} % are right, of {whole} % without.",
        fault=worst.fault, level=level, share=share, whole=whole,
    )  # fmt: skip


def _more_faults(number: int) -> str:
    if not number:
        return ""
    return phrase_count(
        "{count} more fault takes as much at its mildest.",
        "{count} more faults take as much at their mildest.",
        number,
    )


def silent_tests(
    shape: tuple[int, ...], respond: Respond, labels: tuple[str, ...], known: Range, limits: Limits
) -> tuple[SilentTest, ...]:
    """What the device says to a sensor that gives one number only."""
    inputs = dead(shape, known)
    scores = respond(np.concatenate(list(inputs.values())))
    found = []
    for name, row in zip(inputs, scores, strict=True):
        top = int(row.argmax())
        fires = not is_background(labels[top], limits) and float(row[top]) >= limits.threshold
        found.append(SilentTest(phrase(name), labels[top], float(row[top]), fires))
    return tuple(found)


def levels(shape: tuple[int, ...]) -> int:
    """How many times `check_faults` has the samples answered."""
    return 1 + sum(len(fault.levels) for fault in faults_for(shape))


def _curve(
    fault: Fault, x: Values, respond: Respond, judge: Judge, known: Range, lowest: float, seed: int
) -> FaultCurve:
    points = []
    for level in fault.levels:
        seen = faulty(x, fault, level, known, seed)
        scores = respond(seen)
        right = judge(seen, scores)
        confidence = float(scores.max(axis=1).mean())
        points.append(FaultPoint(level, sure_share(int(right.sum()), len(x)), confidence))
    falls = next((point.level for point in points if point.accuracy.value < lowest), None)
    return FaultCurve(phrase(fault.name), phrase(fault.unit), tuple(points), falls)
