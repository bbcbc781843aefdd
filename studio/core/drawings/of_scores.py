"""Drawings of the checks of scores and thresholds (C4 to C6)."""

from studio.core.checks.answer_details import (
    AlarmRate,
    Detection,
    DetectionCurve,
    DetectionPoint,
    Reliability,
)
from studio.core.checks.check import Check, told
from studio.core.drawings.drawing import (
    Axis,
    Column,
    Drawing,
    Interval,
    Intervals,
    Line,
    Lines,
    Scale,
    Table,
    Unit,
    count,
    share,
    text,
)
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_count

_MOST_CURVES = 4  # detection curves in one plot; more cannot be told apart
_LEAST_SHARE = 0.001  # where an axis of errors begins
_MOST_ERROR = 0.6


def of_detection(detail: Detection) -> tuple[Drawing, ...]:
    """Misses against false alarms (DET), on axes on which normal distributions are straight lines."""
    lines: list[Line] = []
    for place, curve in enumerate(detail.curves[:_MOST_CURVES]):
        color = f"series:{place}"
        lines.append(Line(curve.label, color, _det(curve.points), dots=True, steps=True))
        if curve.float_points and place == 0:
            name = phrase("{label} before", label=curve.label)
            lines.append(Line(name, "before", _det(curve.float_points), dashed=True))
    worst = detail.curves[0] if detail.curves else None
    threshold = f"{detail.threshold:g}"
    found: list[Drawing] = []
    if lines:
        x, y = (
            Axis(words, Unit.SHARE, _LEAST_SHARE, _MOST_ERROR, Scale.PROBIT)
            for words in (phrase("false alarms"), phrase("misses"))
        )
        heading = phrase("Misses against false alarms (DET)")
        cross_words = phrase("at the threshold {threshold}", threshold=threshold)
        found.append(
            Lines(heading, x, y, tuple(lines), _at_threshold(worst), cross_words, _reached(detail, threshold))
        )
    columns = (
        Column(phrase("Class")), Column(phrase("n"), True), Column(phrase("Misses"), True),
        Column(phrase("at most"), True), Column(phrase("False alarms"), True), Column("95 %", True),
    )  # fmt: skip
    rows = tuple(
        (
            text(curve.label),
            count(curve.positives),
            share(curve.misses.value if curve.misses else None),
            share(curve.misses_at_most),
            share(curve.false_alarms.value if curve.false_alarms else None),
            text(_span(curve.false_alarms)),
        )
        for curve in detail.curves
    )
    note = ""
    if detail.judged > len(rows):
        note = phrase(
            "The worst {shown} of {count} classes; all were judged.", shown=len(rows), count=detail.judged
        )
    return (*found, Table(phrase("At the threshold {threshold}", threshold=threshold), columns, rows, note))


def _reached(detail: Detection, threshold: str) -> str:
    """What the output can reach, where that is known."""
    if not detail.highest:
        return ""
    highest = f"{detail.highest:.4g}"
    if detail.reachable and detail.step:
        return phrase(
            "Each dot is a threshold that the output can reach, {step} or more apart; the highest is {highest}.",
            step=f"{detail.step:.4g}",
            highest=highest,
        )
    if detail.reachable:
        return phrase(
            "Each dot is a threshold that the output can reach; the highest is {highest}.", highest=highest
        )
    return phrase(
        "The threshold {threshold} can never be reached: the output ends at {highest}.",
        threshold=threshold,
        highest=highest,
    )


def of_alarms(check: Check, detail: AlarmRate) -> tuple[Drawing, ...]:
    """False alarms per hour over the threshold, with Poisson bounds."""
    heading, per_hour, note = (
        phrase("False alarms per hour"),
        phrase("per hour"),
        told(_counted_alarms(detail), _bound(detail)),
    )
    if not detail.curve:
        row = Interval(
            phrase("false alarms"), 0, detail.per_hour.value, detail.per_hour.low, detail.per_hour.high
        )
        high = max(detail.per_hour.high, check.limit or 0.0) * 1.1 or 1.0
        axis = Axis(per_hour, Unit.PER_HOUR, 0, high)
        return (Intervals(heading, (row,), axis, check.limit, phrase("limit"), note),)
    points = tuple((one.threshold, one.per_hour.value) for one in detail.curve)
    ends = tuple((one.per_hour.low, one.per_hour.high) for one in detail.curve)
    high = max([*(end for _, end in ends), check.limit or 0.0]) * 1.05 or 1.0
    x = Axis(phrase("threshold"), Unit.NUMBER, min(x for x, _ in points), max(x for x, _ in points))
    lines = [Line(phrase("false alarms per hour (95 %)"), "after", points, ends, dots=True)]
    if check.limit is not None:
        across = ((x.low, check.limit), (x.high, check.limit))
        lines.append(Line(phrase("limit"), "danger", across, dashed=True))
    return (Lines(heading, x, Axis(per_hour, Unit.PER_HOUR, 0, high), tuple(lines), note=note),)


def _counted_alarms(detail: AlarmRate) -> str:
    if detail.projected:
        return phrase_count(
            "{count} false alarm projected from single clips; {processing}.",
            "{count} false alarms projected from single clips; {processing}.",
            detail.alarms,
            processing=detail.processing,
        )
    return phrase_count(
        "{count} false alarm in {hours} hours of recording; {processing}.",
        "{count} false alarms in {hours} hours of recording; {processing}.",
        detail.alarms,
        hours=f"{detail.hours:.3g}",
        processing=detail.processing,
    )


def _bound(detail: AlarmRate) -> str:
    return phrase(
        "At the threshold that is, with 95 % confidence, at most {most} an hour.",
        most=f"{detail.at_most:.3g}",
    )


def of_reliability(detail: Reliability) -> tuple[Drawing, ...]:
    """How often the model is right at each confidence."""
    bins = tuple(one for one in detail.bins if one.n)
    points = tuple((one.confidence, one.accuracy.value) for one in bins)
    ends = tuple((one.accuracy.low, one.accuracy.high) for one in bins)
    note = phrase(
        "Mean distance (ECE) {error}; a perfect model of this test size shows up to {chance} by chance. Before "
        "compression {before}. Brier score {brier}: how far all scores are from the truth, 0 for sure and right, 2 for "
        "sure and wrong.",
        error=f"{detail.calibration_error:.3f}",
        chance=f"{detail.chance_95:.3f}",
        before=f"{detail.float_calibration_error:.3f}",
        brier=f"{detail.brier:.3f}",
    )
    lines = (
        Line(phrase("as sure as right"), "before", ((0.0, 0.0), (1.0, 1.0)), dashed=True),
        Line(phrase("right answers (95 %)"), "after", points, ends, dots=True),
    )
    x, y = Axis(phrase("confidence"), Unit.SHARE, 0, 1), Axis(phrase("right answers"), Unit.SHARE, 0, 1)
    bars = Intervals(
        phrase("Distance (ECE) against chance"),
        (Interval(phrase("a perfect model"), 0, None, 0.0, detail.chance_95), Interval(
            phrase("this model"), 0, detail.calibration_error, detail.calibration_error, detail.calibration_error,
            detail.float_calibration_error)),
        Axis(phrase("distance"), Unit.SHARE, 0, max(detail.chance_95, detail.calibration_error, 0.01) * 1.2),
    )  # fmt: skip
    return (Lines(phrase("Is it as often right as it is sure?"), x, y, lines, note=note), bars)


def _det(points: tuple[DetectionPoint, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((point.false_alarms, point.misses) for point in points)


def _at_threshold(curve: DetectionCurve | None) -> tuple[float, float] | None:
    if curve is None or curve.misses is None or curve.false_alarms is None:
        return None
    return curve.false_alarms.value, curve.misses.value


def _span(one: Estimate | None) -> str:
    if one is None:
        return ""
    return phrase("{low} to {high} %", low=f"{one.low * 100:.1f}", high=f"{one.high * 100:.1f}")
