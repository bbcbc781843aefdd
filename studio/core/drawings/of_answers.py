"""Drawings of the checks of the answers (C1 to C7, C17)."""

from studio.core.checks.answer_details import (
    AlarmRate,
    Baselines,
    ChangedSample,
    Detection,
    DetectionCurve,
    DetectionPoint,
    Fit,
    Harm,
    Paired,
    Part,
    Recalls,
    Reliability,
    Separation,
    Slices,
)
from studio.core.checks.check import Check
from studio.core.drawings.drawing import (
    Axis,
    Column,
    Drawing,
    Entry,
    Interval,
    Intervals,
    Line,
    Lines,
    Scale,
    Table,
    Unit,
    count,
    number,
    share,
    text,
)
from studio.core.evaluation import Estimate

_MOST_CURVES = 4  # detection curves in one plot; more cannot be told apart
_LEAST_SHARE = 0.001  # where an axis of errors begins
_MOST_ERROR = 0.6

Labels = tuple[str, ...]


def of_recalls(detail: Recalls) -> tuple[Drawing, ...]:
    """Each class's recall, the mean and the lowest one first."""
    rows = [
        Interval(name, 0, one.value, one.low, one.high)
        for name, one in (
            ("mean of the classes", detail.macro),
            (f"lowest: {detail.worst_label}", detail.worst),
        )
        if one is not None
    ]
    rows += [_of_part(part, part.value) for part in detail.classes]
    note = f"Whole values of {detail.clustered_by} were drawn together." if detail.clustered_by else ""
    axis = _from_lowest(rows, "recall")
    return (Intervals("Share of each class that is found (recall)", tuple(rows), axis, note=note),)


def of_fit(detail: Fit) -> tuple[Drawing, ...]:
    """The errors of a model that answers with numbers."""
    names = (
        ("Mean absolute error", detail.absolute),
        ("95 of 100 errors are below", detail.quantile_95),
        ("Mean error (bias)", detail.bias),
        ("Explained (R²)", detail.explained),
    )
    return (_figures("Errors, in the unit of the answers", names),)


def of_separation(detail: Separation) -> tuple[Drawing, ...]:
    """How well anomalies are told from normal samples."""
    names = [("Area under the ROC curve (AUC)", detail.auc)]
    if detail.found is not None:
        names.append(("Anomalies found", detail.found))
    if detail.false_alarms is not None:
        names.append(("Normal samples called anomalies", detail.false_alarms))
    rows = tuple(Interval(name, 0, one.value, one.low, one.high) for name, one in names)
    note = f"Up to 10 % false alarms the area is {detail.partial_auc:.3f} (0.5 is chance)."
    axis = Axis("share", Unit.SHARE, 0, 1)
    return (Intervals("Anomalies told from normal samples", rows, axis, 0.5, "chance", note),)


def of_paired(check: Check, detail: Paired) -> tuple[Drawing, ...]:
    """The change by compression, with the margin."""
    one = detail.change
    far = max(abs(one.low), abs(one.high), abs(check.limit or 0.0)) * 1.3 or 0.01
    unit = Unit.POINTS if detail.broken or detail.mended or far <= 1 else Unit.NUMBER
    row = Interval("compressed minus original", check.n, one.value, one.low, one.high)
    note = f"A change as large arises by chance alone with p = {detail.p:.2g}."
    if detail.broken or detail.mended:  # numbers have neither
        note = f"{detail.broken} broken, {detail.mended} mended. {note}"
    axis = Axis("change", unit, -far, far)
    return (Intervals("Change by compression", (row,), axis, check.limit, "allowed loss", note),)


def of_harm(detail: Harm, labels: Labels) -> tuple[Drawing, ...]:
    """The classes and groups that lost most, and the broken samples."""
    parts = sorted(detail.parts, key=lambda part: (part.holm, part.mended - part.broken))
    rows = tuple(
        (
            text(f"{part.column}: {part.value}" if part.column else part.value),
            count(part.n),
            count(part.broken),
            count(part.mended),
            number(part.holm),
            text("no chance" if part.harmed else "fell too far" if part.fell else ""),
        )
        for part in parts
    )
    columns = (
        Column("Class or group"), Column("n", True), Column("Broken", True), Column("Mended", True),
        Column("p (Holm)", True), Column(""),
    )  # fmt: skip
    found: list[Drawing] = [Table("Whom compression harmed", columns, rows)]
    kinds = (
        ("broken", detail.broken),
        ("wrong before and after", detail.still_wrong),
        ("mended", detail.mended),
    )
    changed = tuple(_of_changed(one, kind, labels) for kind, ones in kinds for one in ones)
    if changed:
        heads = (
            Column("Sample", True), Column("What"), Column("True"), Column("Before"), Column("After"),
            Column("Sure before", True), Column("Sure after", True),
        )  # fmt: skip
        found.append(Table("Changed answers", heads, changed))
    return tuple(found)


def of_detection(detail: Detection) -> tuple[Drawing, ...]:
    """Misses against false alarms (DET), on axes on which normal distributions are straight lines."""
    lines: list[Line] = []
    for place, curve in enumerate(detail.curves[:_MOST_CURVES]):
        color = f"series:{place}"
        lines.append(Line(curve.label, color, _det(curve.points), dots=True, steps=True))
        if curve.float_points and place == 0:
            lines.append(Line(f"{curve.label} before", "before", _det(curve.float_points), dashed=True))
    worst = detail.curves[0] if detail.curves else None
    note = (
        f"Each dot is a threshold that the output can reach; the highest is {detail.highest:.4g}."
        if detail.highest
        else ""
    )
    if not detail.reachable:
        note = f"The threshold {detail.threshold:g} can never be reached: the output ends at {detail.highest:.4g}."
    found: list[Drawing] = []
    if lines:
        ends = (_LEAST_SHARE, _MOST_ERROR)
        x, y = (Axis(words, Unit.SHARE, *ends, Scale.PROBIT) for words in ("false alarms", "misses"))
        found.append(
            Lines("Misses against false alarms (DET)", x, y, tuple(lines), _at_threshold(worst),
                  f"at the threshold {detail.threshold:g}", note)
        )  # fmt: skip
    columns = (
        Column("Class"), Column("n", True), Column("Misses", True), Column("at most", True),
        Column("False alarms", True), Column("95 %", True),
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
    return (*found, Table(f"At the threshold {detail.threshold:g}", columns, rows))


def of_alarms(check: Check, detail: AlarmRate) -> tuple[Drawing, ...]:
    """False alarms per hour over the threshold, with Poisson bounds."""
    how = "projected from single clips" if detail.projected else f"in {detail.hours:.3g} hours of recording"
    note = f"{detail.alarms} false alarms {how}; {detail.processing}"
    if not detail.curve:
        row = Interval("false alarms", 0, detail.per_hour.value, detail.per_hour.low, detail.per_hour.high)
        high = max(detail.per_hour.high, check.limit or 0.0) * 1.1 or 1.0
        axis = Axis("per hour", Unit.PER_HOUR, 0, high)
        return (Intervals("False alarms per hour", (row,), axis, check.limit, "limit", note),)
    points = tuple((one.threshold, one.per_hour.value) for one in detail.curve)
    ends = tuple((one.per_hour.low, one.per_hour.high) for one in detail.curve)
    high = max([*(end for _, end in ends), check.limit or 0.0]) * 1.05 or 1.0
    x = Axis("threshold", Unit.NUMBER, min(x for x, _ in points), max(x for x, _ in points))
    lines = [Line("false alarms per hour (95 %)", "after", points, ends, dots=True)]
    if check.limit is not None:
        lines.append(Line("limit", "danger", ((x.low, check.limit), (x.high, check.limit)), dashed=True))
    return (
        Lines("False alarms per hour", x, Axis("per hour", Unit.PER_HOUR, 0, high), tuple(lines), note=note),
    )


def of_reliability(detail: Reliability) -> tuple[Drawing, ...]:
    """How often the model is right at each confidence."""
    bins = tuple(one for one in detail.bins if one.n)
    points = tuple((one.confidence, one.accuracy.value) for one in bins)
    ends = tuple((one.accuracy.low, one.accuracy.high) for one in bins)
    note = (
        f"Mean distance (ECE) {detail.calibration_error:.3f}; a perfect model of this test size shows up to "
        f"{detail.chance_95:.3f} by chance. Before compression {detail.float_calibration_error:.3f}."
    )
    lines = (
        Line("as sure as right", "before", ((0.0, 0.0), (1.0, 1.0)), dashed=True),
        Line("right answers (95 %)", "after", points, ends, dots=True),
    )
    x, y = Axis("confidence", Unit.SHARE, 0, 1), Axis("right answers", Unit.SHARE, 0, 1)
    bars = Intervals(
        "Distance (ECE) against chance",
        (Interval("a perfect model", 0, None, 0.0, detail.chance_95), Interval(
            "this model", 0, detail.calibration_error, detail.calibration_error, detail.calibration_error,
            detail.float_calibration_error)),
        Axis("distance", Unit.SHARE, 0, max(detail.chance_95, detail.calibration_error, 0.01) * 1.2),
    )  # fmt: skip
    return (Lines("Is it as often right as it is sure?", x, y, lines, note=note), bars)


def of_slices(detail: Slices) -> tuple[Drawing, ...]:
    """Each group's share of right answers, and the columns' gaps."""
    rows = [_of_part(cell, f"{cell.column}: {cell.value}") for cell in detail.cells]
    found: list[Drawing] = []
    if rows:
        heading = "Right answers in each group, with 95 % intervals"
        found.append(Intervals(heading, tuple(rows), _from_lowest(rows, "right answers")))
    columns = (
        Column("Column"),
        Column("Gap", True),
        Column("Lowest"),
        Column("Highest"),
        Column("p (Holm)", True),
    )
    table = tuple(
        (text(one.column), share(one.gap), text(one.lowest), text(one.highest), number(one.holm))
        for one in detail.columns
    )
    return (*found, Table("Widest gaps", columns, table)) if table else tuple(found)


def of_baselines(detail: Baselines) -> tuple[Drawing, ...]:
    """Simple ways to answer beside the model."""
    rows = [
        Interval(one.rule, 0, one.accuracy.value, one.accuracy.low, one.accuracy.high)
        for one in detail.baselines
    ]
    gain = detail.gain
    points = f"{gain.value * 100:+.1f} points ({gain.low * 100:+.1f} to {gain.high * 100:+.1f})"
    note = f"The model gains {points} on the best of them.".replace("-", "−")
    own = gain.value + max((one.accuracy.value for one in detail.baselines), default=0.0)
    axis = Axis("right answers", Unit.SHARE, 0, 1)
    return (Intervals("Simple ways to answer", tuple(rows), axis, own, "the model", note),)


def _of_part(part: Part, name: str) -> Interval:
    if part.share is None:
        return Interval(name, part.n, None, 0.0, 1.0, faint=True)
    one = part.share
    return Interval(name, part.n, one.value, one.low, one.high, part.float_share, not part.telling)


def _from_lowest(rows: list[Interval], words: str) -> Axis:
    """From the lowest end of an interval to 1, at round tenths."""
    lowest = min([row.low for row in rows if row.value is not None], default=0.0)
    return Axis(words, Unit.SHARE, max(0.0, int(lowest * 10 - 1e-9) / 10), 1.0)


def _of_changed(one: ChangedSample, kind: str, labels: Labels) -> tuple[Entry, ...]:
    names = (text(_name(labels, place)) for place in (one.truth, one.before, one.after))
    return (count(one.row), text(kind), *names, share(one.float_score), share(one.score))


def _name(labels: Labels, place: int) -> str:
    return labels[place] if 0 <= place < len(labels) else str(place)


def _det(points: tuple[DetectionPoint, ...]) -> tuple[tuple[float, float], ...]:
    return tuple((point.false_alarms, point.misses) for point in points)


def _at_threshold(curve: DetectionCurve | None) -> tuple[float, float] | None:
    if curve is None or curve.misses is None or curve.false_alarms is None:
        return None
    return curve.false_alarms.value, curve.misses.value


def _span(one: Estimate | None) -> str:
    return "" if one is None else f"{one.low * 100:.1f} to {one.high * 100:.1f} %"


def _figures(heading: str, names: tuple[tuple[str, Estimate], ...]) -> Table:
    columns = (Column("What"), Column("Value", True), Column("95 % from", True), Column("to", True))
    rows = tuple((text(name), number(one.value), number(one.low), number(one.high)) for name, one in names)
    return Table(heading, columns, rows)
