"""Drawings of the checks of data, files, boards and other inputs (C8 to C16, C18, the sweep for D7)."""

from dataclasses import replace

from studio.core.checks.data_details import (
    Agreement,
    Coverage,
    Findings,
    Leaks,
    Membership,
    Suspect,
    Suspects,
    TrainingSuspects,
)
from studio.core.checks.input_details import Faults, InputSweep, LogitRejection, UnknownKind, Unknowns
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
    count,
    number,
    share,
    text,
)
from studio.core.drawings.of_samples import pair_to_see, suspect_to_see

_MOST_CURVES = 5  # faults in one plot; more cannot be told apart

_SCORE, _LOGIT = "score", "logit"
_LOGIT_NOTE = (
    "Scores are the device's; logits are those before the softmax, of the model before compression. AUC 1: known "
    "samples always have the higher one; 0.5: chance; near 0: inputs of no class have it, so that an upper limit "
    "would catch them."
)

Labels = tuple[str, ...]


def of_faults(detail: Faults) -> tuple[Drawing, ...]:
    """Accuracy over the strength of each fault, and what a dead sensor makes the model say."""
    clean = detail.clean
    deepest = sorted(detail.curves, key=lambda curve: min(point.accuracy.value for point in curve.points))
    steps = max((len(curve.points) for curve in detail.curves), default=1)
    lines = [
        Line("without a fault", "before", ((0.0, clean.value), (float(steps), clean.value)), dashed=True)
    ]
    for place, curve in enumerate(deepest[:_MOST_CURVES]):
        points = tuple((float(step), point.accuracy.value) for step, point in enumerate(curve.points, 1))
        ends = tuple((point.accuracy.low, point.accuracy.high) for point in curve.points)
        levels = ", ".join(f"{point.level:g}" for point in curve.points)
        name = f"{curve.fault} ({levels} {curve.unit})"
        whole = ((clean.low, clean.high), *ends)
        lines.append(Line(name, f"series:{place}", ((0.0, clean.value), *points), whole, dots=True))
    x = Axis("steps of the fault, 0 is none", Unit.STEPS, 0, steps)
    y = Axis("right answers", Unit.SHARE, 0, 1)
    rows = tuple(
        (
            text(one.fault),
            text(one.answer),
            share(one.score),
            text("raises an event" if one.fires else "silent"),
        )
        for one in detail.silent
    )
    columns = (Column("Sensor"), Column("Answer"), Column("Score", True), Column("Event"))
    falls = tuple(
        (
            text(curve.fault),
            text(", ".join(f"{point.accuracy.value * 100:.0f} %" for point in curve.points)),
            text("holds" if curve.falls_at is None else f"falls at {curve.falls_at:g} {curve.unit}"),
        )
        for curve in deepest
    )
    more = len(deepest) - _MOST_CURVES
    note = (
        f"The {_MOST_CURVES} worst of {len(deepest)} faults; all are in the list below." if more > 0 else ""
    )
    return (
        Lines("Right answers with a faulty sensor", x, y, tuple(lines), note=note),
        Table("A dead sensor must stay silent", columns, rows),
        Table("All faults", (Column("Fault"), Column("Right, step by step"), Column("")), falls),
    )


def of_unknowns(detail: Unknowns) -> tuple[Drawing, ...]:
    """How much of what belongs to no class is turned away."""
    rows = tuple(
        Interval(one.name, one.n, one.rejected.value, one.rejected.low, one.rejected.high)
        for one in detail.unknowns
    )
    columns = (Column("Input"), Column("By"), Column("AUC, 95 %"), Column("Tied", True),
               Column("Called"))  # fmt: skip
    table = []
    for one in detail.unknowns:
        table.append((text(one.name), text(_SCORE), *_told_apart(one)))
        if one.logits is not None:
            table.append((text(one.name), text(_LOGIT), *_told_apart(one.logits)))
    has_logits = any(one.logits is not None for one in detail.unknowns)
    return (
        Intervals(
            "Inputs of no class that stay below the threshold", rows, Axis("turned away", Unit.SHARE, 0, 1)
        ),
        Table(
            "Are they less sure than known samples?",
            columns,
            tuple(table),
            _LOGIT_NOTE if has_logits else detail.no_logits,
        ),
    )


def _told_apart(one: UnknownKind | LogitRejection) -> tuple[Entry, ...]:
    return (
        Entry(f"{one.auc.value:.2f} ({one.auc.low:.2f}–{one.auc.high:.2f})", one.auc.value),
        share(one.tied_share, 0),
        text(f"{one.called}, {one.called_share * 100:.0f} %"),
    )


def of_membership(detail: Membership) -> tuple[Drawing, ...]:
    """How well training samples are told from others."""
    rows = tuple(Interval(one.model, 0, one.auc.value, one.auc.low, one.auc.high) for one in detail.attacks)
    columns = (
        Column("Model"),
        Column("Advantage", True),
        Column("Caught at 1 %", True),
        Column("Tied", True),
    )
    table = tuple(
        (text(one.model), number(one.advantage), share(one.caught_at_1_percent), share(one.tied_share))
        for one in detail.attacks
    )
    note = f"{detail.members} samples were in training, {detail.others} were not."
    axis = Axis("pairs told apart (AUC)", Unit.SHARE, 0.3, 1)
    return (
        Intervals("Can the answers tell who was in training?", rows, axis, 0.5, "chance", note),
        Table(f"Guessing by right answers alone: {detail.gap_attack:.3f} (0.5 is chance)", columns, table),
    )


def of_leaks(detail: Leaks) -> tuple[Drawing, ...]:
    """Samples in two splits, and groups in two splits."""
    columns = (Column("Split"), Column("Sample", True), Column("is also in"), Column("Sample", True),
               Column("Alike", True), Column("How"))  # fmt: skip
    rows = tuple(
        (text(one.split), count(one.row), text(one.other_split), count(one.other_row), share(one.similarity),
         text(one.how))
        for one in detail.leaks
    )  # fmt: skip
    cut = detail.exact + detail.near - len(detail.leaks)
    note = f"and {cut} more" if cut > 0 else ""
    table = Table(
        f"In more than one split: {detail.exact} the same, {detail.near} nearly", columns, rows, note
    )
    table = replace(table, sights=tuple(pair_to_see(one) for one in detail.leaks))
    if not detail.overlaps:
        return (table,)
    overlaps = tuple(
        (
            text(one.column),
            text(", ".join(one.values)),
            count(one.samples),
            text("matters" if one.matters else ""),
        )
        for one in detail.overlaps
    )
    heads = (Column("Column"), Column("In training and in test"), Column("Test samples", True), Column(""))
    better = f"Divide the data by {detail.regroup_by} instead." if detail.regroup_by else ""
    return (table, Table("The same people, places or devices in both", heads, overlaps, better))


def of_coverage(detail: Coverage) -> tuple[Drawing, ...]:
    """How many samples there are of what."""
    columns = (Column("Class or group"), Column("Training", True), Column("Test", True))
    rows = tuple(
        (text(f"{one.column}: {one.value}" if one.column else one.value), count(one.train), count(one.test))
        for one in detail.counts
    )
    most = f"; the most frequent is {detail.ratio:.1f} times the rarest" if detail.ratio is not None else ""
    even = f"Evenness {detail.evenness:.2f} of 1{most}." if len(rows) > 1 else ""
    return (Table("Samples of each", columns, rows, even),)


def of_suspects(detail: Suspects, labels: Labels) -> tuple[Drawing, ...]:
    """Labels that the model doubts, and those of training samples that a quick classifier doubts."""
    found: list[Drawing] = [
        replace(
            _suspects("Labels of test samples to look at", detail.suspects, detail.count, labels),
            sights=tuple(suspect_to_see(one, "test", labels) for one in detail.suspects),
        )
    ]
    training = detail.training
    if training is not None:
        method, heading = _classifier(training), "Labels of training samples"
        if training.telling:
            heading = f"{heading} to look at"
            table = _suspects(heading, training.suspects, training.count, labels, method)
            sights = tuple(suspect_to_see(one, "train", labels) for one in training.suspects)
            found.append(replace(table, sights=sights))
        else:
            why = "The classifier is wrong too often for its doubts to mean anything."
            found.append(Table(f"{heading}: cannot tell", (), (), f"{why} {method}"))
    return tuple(found)


def _suspects(
    heading: str, suspects: tuple[Suspect, ...], number_of_all: int, labels: Labels, method: str = ""
) -> Table:
    columns = (Column("Sample", True), Column("Label"), Column("Looks like"), Column("Sure of the label", True),
               Column("Sure of the other", True))  # fmt: skip
    rows = tuple(
        (count(one.row), text(_name(labels, one.label)), text(_name(labels, one.looks_like)),
         share(one.label_score), share(one.score))
        for one in suspects
    )  # fmt: skip
    cut = number_of_all - len(suspects)
    more = f"and {cut} more" if cut > 0 else ""
    return Table(heading, columns, rows, ". ".join(words for words in (more, method) if words))


def _classifier(training: TrainingSuspects) -> str:
    return (
        "By extremely randomized trees on the inputs (of signals their frequencies too), grown three times on two "
        f"thirds of {training.n:,} training samples: on the rest they find {training.found_share * 100:.0f} % of a "
        "class in the mean. Your model is not asked, because it was trained with these labels."
    )


def of_findings(detail: Findings) -> tuple[Drawing, ...]:
    """What files tell of persons and computers."""
    columns = (Column("File"), Column("Where"), Column("What"), Column("Begins with"), Column(""))
    rows = tuple(
        (
            text(one.file),
            text(one.place),
            text(one.kind),
            text(one.shown),
            text("must go" if one.serious else ""),
        )
        for one in detail.findings
    )
    cut = detail.count - len(detail.findings)
    note = f"and {cut} more" if cut > 0 else ""
    title = f"Found in {detail.scanned:,} files"
    if detail.unread:
        title += f"; {detail.unread:,} more could not be looked at"
    return (Table(title, columns, rows, note),)


def of_agreement(detail: Agreement) -> tuple[Drawing, ...]:
    """A board's answers against this computer's."""
    rows = (
        (text("Answers that are the same"), count(detail.equal)),
        (text("Largest difference, in steps of the output"), count(detail.worst_steps)),
        (text("Model on the board"), text(detail.board_model[:16] or "not said")),
        (text("Model here"), text(detail.host_model[:16] or "not said")),
    )
    return (Table(f"On {detail.board}", (Column("What"), Column("", True)), rows),)


def of_sweep(detail: InputSweep) -> tuple[Drawing, ...]:
    """Accuracy with coarser or fewer inputs."""
    rows = tuple(
        Interval(f"{one.words}: {one.data_share * 100:.0f} % of the data", 0, one.accuracy.value,
                 one.accuracy.low, one.accuracy.high)
        for one in detail.sweep
    )  # fmt: skip
    return (Intervals("Right answers with less data", rows, Axis("right answers", Unit.SHARE, 0, 1)),)


def _name(labels: Labels, place: int) -> str:
    return labels[place] if 0 <= place < len(labels) else str(place)
