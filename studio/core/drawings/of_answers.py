"""Drawings of the checks of the answers (C1 to C3, C7, C17)."""

from studio.core.checks.answer_details import (
    Baselines,
    ChangedSample,
    Fit,
    Harm,
    Paired,
    Part,
    Recalls,
    Separation,
    Slices,
)
from studio.core.checks.check import Check, told
from studio.core.drawings.drawing import (
    Axis,
    Column,
    Drawing,
    Entry,
    Interval,
    Intervals,
    Table,
    Unit,
    count,
    number,
    share,
    text,
)
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase

Labels = tuple[str, ...]


def of_recalls(detail: Recalls) -> tuple[Drawing, ...]:
    """Each class's recall, the mean and the lowest one first."""
    rows = [
        Interval(name, 0, one.value, one.low, one.high)
        for name, one in (
            (phrase("mean of the classes"), detail.macro),
            (phrase("lowest: {label}", label=detail.worst_label), detail.worst),
        )
        if one is not None
    ]
    rows += [_of_part(part, part.value) for part in detail.classes]
    note = ""
    if detail.clustered_by:
        note = phrase(
            "Samples of one {column} are alike: the interval of the mean is wider for it.",
            column=detail.clustered_by,
        )
    axis = _from_lowest(rows, phrase("recall"))
    heading = phrase("Share of each class that is found (recall)")
    return (Intervals(heading, tuple(rows), axis, note=note),)


def of_fit(detail: Fit) -> tuple[Drawing, ...]:
    """The errors of a model that answers with numbers."""
    names = (
        (phrase("Mean absolute error"), detail.absolute),
        (phrase("95 of 100 errors are below"), detail.quantile_95),
        (phrase("Mean error (bias)"), detail.bias),
        (phrase("Explained (R²)"), detail.explained),
    )
    known = tuple((name, one) for name, one in names if one is not None)
    return (_figures(phrase("Errors, in the unit of the answers"), known),)


def of_separation(detail: Separation) -> tuple[Drawing, ...]:
    """How well anomalies are told from normal samples."""
    names = [(phrase("Area under the ROC curve (AUC)"), detail.auc)]
    if detail.found is not None:
        names.append((phrase("Anomalies found"), detail.found))
    if detail.false_alarms is not None:
        names.append((phrase("Normal samples called anomalies"), detail.false_alarms))
    rows = tuple(Interval(name, 0, one.value, one.low, one.high) for name, one in names)
    note = phrase(
        "Up to 10 % false alarms the area is {area} (0.5 is chance).", area=f"{detail.partial_auc:.3f}"
    )
    axis = Axis(phrase("share"), Unit.SHARE, 0, 1)
    heading = phrase("Anomalies told from normal samples")
    return (Intervals(heading, rows, axis, 0.5, phrase("chance"), note),)


def of_paired(check: Check, detail: Paired) -> tuple[Drawing, ...]:
    """The change by compression, with the margin."""
    one = detail.change
    far = max(abs(one.low), abs(one.high), abs(check.limit or 0.0)) * 1.3 or 0.01
    unit = Unit.POINTS if detail.broken or detail.mended or far <= 1 else Unit.NUMBER
    row = Interval(phrase("compressed minus original"), check.n, one.value, one.low, one.high)
    note = phrase("A change as large arises by chance alone with p = {p}.", p=f"{detail.p:.2g}")
    if detail.broken or detail.mended:  # numbers have neither
        counted = phrase("{broken} broken, {mended} mended.", broken=detail.broken, mended=detail.mended)
        note = told(counted, note)
    axis = Axis(phrase("change"), unit, -far, far)
    allowed = phrase("allowed loss")
    return (Intervals(phrase("Change by compression"), (row,), axis, check.limit, allowed, note),)


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
            text(phrase("no chance") if part.harmed else phrase("fell too far") if part.fell else ""),
        )
        for part in parts
    )
    columns = (
        Column(phrase("Class or group")), Column(phrase("n"), True), Column(phrase("Broken"), True),
        Column(phrase("Mended"), True), Column(phrase("p (Holm)"), True), Column(""),
    )  # fmt: skip
    found: list[Drawing] = [Table(phrase("Whom compression harmed"), columns, rows)]
    kinds = (
        (phrase("broken"), detail.broken),
        (phrase("wrong before and after"), detail.still_wrong),
        (phrase("mended"), detail.mended),
    )
    changed = tuple(_of_changed(one, kind, labels) for kind, ones in kinds for one in ones)
    if changed:
        heads = (
            Column(phrase("Sample"), True), Column(phrase("What")), Column(phrase("True")), Column(phrase("Before")),
            Column(phrase("After")), Column(phrase("Sure before"), True), Column(phrase("Sure after"), True),
        )  # fmt: skip
        found.append(Table(phrase("Changed answers"), heads, changed))
    return tuple(found)


def of_slices(detail: Slices) -> tuple[Drawing, ...]:
    """Each group's share of right answers, and the columns' gaps."""
    rows = [_of_part(cell, f"{cell.column}: {cell.value}") for cell in detail.cells]
    found: list[Drawing] = []
    if rows:
        heading = phrase("Right answers in each group, with 95 % intervals")
        found.append(Intervals(heading, tuple(rows), _from_lowest(rows, phrase("right answers"))))
    columns = (
        Column(phrase("Column")),
        Column(phrase("Gap"), True),
        Column(phrase("Lowest")),
        Column(phrase("Highest")),
        Column(phrase("p (Holm)"), True),
    )
    table = tuple(
        (text(one.column), share(one.gap), text(one.lowest), text(one.highest), number(one.holm))
        for one in detail.columns
    )
    return (*found, Table(phrase("Widest gaps"), columns, table)) if table else tuple(found)


def of_baselines(detail: Baselines) -> tuple[Drawing, ...]:
    """Simple ways to answer beside the model."""
    rows = [
        Interval(one.rule, 0, one.accuracy.value, one.accuracy.low, one.accuracy.high)
        for one in detail.baselines
    ]
    gain = detail.gain
    points, low, high = (f"{one * 100:+.1f}".replace("-", "−") for one in (gain.value, gain.low, gain.high))
    note = phrase(
        "The model gains {points} points ({low} to {high}) on the best of them.",
        points=points,
        low=low,
        high=high,
    )
    own = gain.value + max((one.accuracy.value for one in detail.baselines), default=0.0)
    axis = Axis(phrase("right answers"), Unit.SHARE, 0, 1)
    heading = phrase("Simple ways to answer")
    return (Intervals(heading, tuple(rows), axis, own, phrase("the model"), note),)


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


def _figures(heading: str, names: tuple[tuple[str, Estimate], ...]) -> Table:
    columns = (
        Column(phrase("What")), Column(phrase("Value"), True), Column(phrase("95 % from"), True),
        Column(phrase("to"), True),
    )  # fmt: skip
    rows = tuple((text(name), number(one.value), number(one.low), number(one.high)) for name, one in names)
    return Table(heading, columns, rows)
