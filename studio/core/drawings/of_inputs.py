"""Drawings of the checks of other inputs (C8, C9, the sweep for D7)."""

from studio.core.checks.input_details import (
    FaultCurve,
    Faults,
    InputSweep,
    LogitRejection,
    SweepPoint,
    UnknownKind,
    Unknowns,
)
from studio.core.drawings.drawing import (
    Axis,
    Column,
    Drawing,
    Entry,
    Interval,
    Intervals,
    Line,
    Lines,
    Table,
    Unit,
    share,
    text,
)
from studio.core.phrases import phrase

_MOST_CURVES = 5  # faults in one plot; more cannot be told apart


def of_faults(detail: Faults) -> tuple[Drawing, ...]:
    """Accuracy over the strength of each fault, and what a dead sensor makes the model say."""
    clean = detail.clean
    deepest = sorted(detail.curves, key=lambda curve: min(point.accuracy.value for point in curve.points))
    steps = max((len(curve.points) for curve in detail.curves), default=1)
    lines = [
        Line(
            phrase("without a fault"),
            "before",
            ((0.0, clean.value), (float(steps), clean.value)),
            dashed=True,
        )
    ]
    for place, curve in enumerate(deepest[:_MOST_CURVES]):
        points = tuple((float(step), point.accuracy.value) for step, point in enumerate(curve.points, 1))
        ends = tuple((point.accuracy.low, point.accuracy.high) for point in curve.points)
        levels = ", ".join(f"{point.level:g}" for point in curve.points)
        name = f"{curve.fault} ({levels} {curve.unit})"  # all of which is said already
        whole = ((clean.low, clean.high), *ends)
        lines.append(Line(name, f"series:{place}", ((0.0, clean.value), *points), whole, dots=True))
    x = Axis(phrase("steps of the fault, 0 is none"), Unit.STEPS, 0, steps)
    y = Axis(phrase("right answers"), Unit.SHARE, 0, 1)
    rows = tuple(
        (
            text(one.fault),
            text(one.answer),
            share(one.score),
            text(phrase("raises an event") if one.fires else phrase("silent")),
        )
        for one in detail.silent
    )
    columns = (
        Column(phrase("Sensor")), Column(phrase("Answer")), Column(phrase("Score"), True), Column(phrase("Event")),
    )  # fmt: skip
    falls = tuple(
        (
            text(curve.fault),
            text(", ".join(f"{point.accuracy.value * 100:.0f} %" for point in curve.points)),
            text(_falls(curve)),
        )
        for curve in deepest
    )
    note = ""
    if len(deepest) > _MOST_CURVES:
        note = phrase(
            "The {worst} worst of {faults} faults; all are in the list below.",
            worst=_MOST_CURVES,
            faults=len(deepest),
        )
    heads = (Column(phrase("Fault")), Column(phrase("Right, step by step")), Column(""))
    return (
        Lines(phrase("Right answers with a faulty sensor"), x, y, tuple(lines), note=note),
        Table(phrase("A dead sensor must stay silent"), columns, rows),
        Table(phrase("All faults"), heads, falls),
    )


def _falls(curve: FaultCurve) -> str:
    if curve.falls_at is None:
        return phrase("holds")
    return phrase("falls at {level}", level=f"{curve.falls_at:g} {curve.unit}")


def of_unknowns(detail: Unknowns) -> tuple[Drawing, ...]:
    """How much of what belongs to no class is turned away."""
    rows = tuple(
        Interval(one.name, one.n, one.rejected.value, one.rejected.low, one.rejected.high)
        for one in detail.unknowns
    )
    columns = (
        Column(phrase("Input")), Column(phrase("By")), Column(phrase("AUC, 95 %")), Column(phrase("Tied"), True),
        Column(phrase("Called")),
    )  # fmt: skip
    table = []
    for one in detail.unknowns:
        table.append((text(one.name), text(phrase("score")), *_told_apart(one)))
        if one.logits is not None:
            table.append((text(one.name), text(phrase("logit")), *_told_apart(one.logits)))
    note = detail.no_logits
    if any(one.logits is not None for one in detail.unknowns):
        note = phrase(
            "Scores are the device's; logits are those before the softmax, of the model before compression. AUC 1: "
            "known samples always have the higher one; 0.5: chance; near 0: inputs of no class have it, so that an "
            "upper limit would catch them."
        )
    axis = Axis(phrase("turned away"), Unit.SHARE, 0, 1)
    return (
        Intervals(phrase("Inputs of no class that stay below the threshold"), rows, axis),
        Table(phrase("Are they less sure than known samples?"), columns, tuple(table), note),
    )


def _told_apart(one: UnknownKind | LogitRejection) -> tuple[Entry, ...]:
    return (
        Entry(f"{one.auc.value:.2f} ({one.auc.low:.2f}–{one.auc.high:.2f})", one.auc.value),
        share(one.tied_share, 0),
        text(f"{one.called}, {one.called_share * 100:.0f} %"),
    )


def of_sweep(detail: InputSweep) -> tuple[Drawing, ...]:
    """Accuracy with coarser or fewer inputs."""
    rows = tuple(
        Interval(_left(one), 0, one.accuracy.value, one.accuracy.low, one.accuracy.high)
        for one in detail.sweep
    )
    axis = Axis(phrase("right answers"), Unit.SHARE, 0, 1)
    return (Intervals(phrase("Right answers with less data"), rows, axis),)


def _left(point: SweepPoint) -> str:
    share = f"{point.data_share * 100:.0f}"
    return phrase("{less}: {share} % of the data", less=point.words, share=share)
