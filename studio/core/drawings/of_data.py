"""Drawings of the checks of data, files and boards (C10, C12 to C16, C18)."""

from dataclasses import replace

from studio.core.checks.check import told
from studio.core.checks.data_details import (
    Agreement,
    Coverage,
    Findings,
    FoundKind,
    Leaks,
    Membership,
    Suspect,
    Suspects,
    TrainingSuspects,
)
from studio.core.drawings.drawing import (
    Axis,
    Column,
    Drawing,
    Interval,
    Intervals,
    Table,
    Unit,
    count,
    number,
    share,
    text,
)
from studio.core.drawings.of_samples import pair_to_see, suspect_to_see
from studio.core.phrases import phrase, phrase_count

Labels = tuple[str, ...]


def of_membership(detail: Membership) -> tuple[Drawing, ...]:
    """How well training samples are told from others."""
    rows = tuple(Interval(one.model, 0, one.auc.value, one.auc.low, one.auc.high) for one in detail.attacks)
    columns = (
        Column(phrase("Model")),
        Column(phrase("Advantage"), True),
        Column(phrase("Caught at 1 %"), True),
        Column(phrase("Tied"), True),
    )
    table = tuple(
        (text(one.model), number(one.advantage), share(one.caught_at_1_percent), share(one.tied_share))
        for one in detail.attacks
    )
    note = phrase(
        "{members} samples were in training, {others} were not.", members=detail.members, others=detail.others
    )
    axis = Axis(phrase("pairs told apart (AUC)"), Unit.SHARE, 0.3, 1)
    heading = phrase("Can the answers tell who was in training?")
    guessing = phrase(
        "Guessing by right answers alone: {share} (0.5 is chance)", share=f"{detail.gap_attack:.3f}"
    )
    return (
        Intervals(heading, rows, axis, 0.5, phrase("chance"), note),
        Table(guessing, columns, table),
    )


def of_leaks(detail: Leaks) -> tuple[Drawing, ...]:
    """Samples in two splits, and groups in two splits."""
    columns = (
        Column(phrase("Split")), Column(phrase("Sample"), True), Column(phrase("is also in")),
        Column(phrase("Sample"), True), Column(phrase("Alike"), True), Column(phrase("How")),
    )  # fmt: skip
    rows = tuple(
        (text(one.split), count(one.row), text(one.other_split), count(one.other_row), share(one.similarity),
         text(one.how))
        for one in detail.leaks
    )  # fmt: skip
    heading = phrase(
        "In more than one split: {exact} the same, {near} nearly", exact=detail.exact, near=detail.near
    )
    table = Table(heading, columns, rows, _cut(detail.exact + detail.near - len(detail.leaks)))
    table = replace(table, sights=tuple(pair_to_see(one) for one in detail.leaks))
    if not detail.overlaps:
        return (table,)
    overlaps = tuple(
        (
            text(one.column),
            text(", ".join(one.values)),
            count(one.samples),
            text(phrase("matters") if one.matters else ""),
        )
        for one in detail.overlaps
    )
    heads = (
        Column(phrase("Column")), Column(phrase("In training and in test")), Column(phrase("Test samples"), True),
        Column(""),
    )  # fmt: skip
    better = ""
    if detail.regroup_by:
        better = phrase("Divide the data by {column} instead.", column=detail.regroup_by)
    return (table, Table(phrase("The same people, places or devices in both"), heads, overlaps, better))


def of_coverage(detail: Coverage) -> tuple[Drawing, ...]:
    """How many samples there are of what."""
    columns = (
        Column(phrase("Class or group")),
        Column(phrase("Training"), True),
        Column(phrase("Test"), True),
    )
    rows = tuple(
        (text(f"{one.column}: {one.value}" if one.column else one.value), count(one.train), count(one.test))
        for one in detail.counts
    )
    return (Table(phrase("Samples of each"), columns, rows, _even(detail) if len(rows) > 1 else ""),)


def _even(detail: Coverage) -> str:
    evenness = f"{detail.evenness:.2f}"
    if detail.ratio is None:
        return phrase("Evenness {evenness} of 1.", evenness=evenness)
    return phrase(
        "Evenness {evenness} of 1; the most frequent is {ratio} times the rarest.",
        evenness=evenness,
        ratio=f"{detail.ratio:.1f}",
    )


def of_suspects(detail: Suspects, labels: Labels) -> tuple[Drawing, ...]:
    """Labels that the model doubts, and those of training samples that a quick classifier doubts."""
    found: list[Drawing] = [
        replace(
            _suspects(phrase("Labels of test samples to look at"), detail.suspects, detail.count, labels),
            sights=tuple(suspect_to_see(one, "test", labels) for one in detail.suspects),
        )
    ]
    training = detail.training
    if training is not None:
        method = _classifier(training)
        if training.telling:
            heading = phrase("Labels of training samples to look at")
            table = _suspects(heading, training.suspects, training.count, labels, method)
            sights = tuple(suspect_to_see(one, "train", labels) for one in training.suspects)
            found.append(replace(table, sights=sights))
        else:
            heading = phrase("Labels of training samples: cannot tell")
            why = phrase("The classifier is wrong too often for its doubts to mean anything.")
            found.append(Table(heading, (), (), told(why, method)))
    return tuple(found)


def _suspects(
    heading: str, suspects: tuple[Suspect, ...], number_of_all: int, labels: Labels, method: str = ""
) -> Table:
    columns = (
        Column(phrase("Sample"), True), Column(phrase("Label")), Column(phrase("Looks like")),
        Column(phrase("Label score"), True), Column(phrase("Other score"), True),
    )  # fmt: skip
    rows = tuple(
        (count(one.row), text(_name(labels, one.label)), text(_name(labels, one.looks_like)),
         share(one.label_score), share(one.score))
        for one in suspects
    )  # fmt: skip
    more = _cut(number_of_all - len(suspects))
    return Table(heading, columns, rows, ". ".join(words for words in (more, method) if words))


def _classifier(training: TrainingSuspects) -> str:
    return phrase(
        "By extremely randomized trees on the inputs (of signals their frequencies too), grown three times on two "
        "thirds of {n} training samples: on the rest they find {share} % of a class in the mean. Your model is not "
        "asked, because it was trained with these labels.",
        n=f"{training.n:,}",
        share=f"{training.found_share * 100:.0f}",
    )


def of_findings(detail: Findings) -> tuple[Drawing, ...]:
    """What files tell of persons and computers."""
    columns = (
        Column(phrase("File")), Column(phrase("Where")), Column(phrase("What")), Column(phrase("Begins with")),
        Column(""),
    )  # fmt: skip
    rows = tuple(
        (
            text(one.file),
            text(one.place),
            text(one.kind),
            text(one.shown),
            text(phrase("must go") if one.serious else ""),
        )
        for one in detail.findings
    )
    scanned, unread = f"{detail.scanned:,}", f"{detail.unread:,}"
    heading = phrase("Found in {files} files", files=scanned)
    if detail.unread:
        heading = phrase(
            "Found in {files} files; {unread} more could not be looked at", files=scanned, unread=unread
        )
    each = Table(heading, columns, rows, _cut(detail.count - len(detail.findings)))
    return (_by_kind(detail.kinds), each) if detail.kinds else (each,)


def _by_kind(kinds: tuple[FoundKind, ...]) -> Table:
    """Every kind of finding, with the first files that have it."""
    copies = any(one.goes for one in kinds)
    columns = (
        Column(phrase("What")), Column(phrase("Files"), True), Column(phrase("Times"), True),
        Column(phrase("Such as")), Column(""), *((Column(phrase("In copies")),) if copies else ()),
    )  # fmt: skip
    rows = tuple(
        (
            text(one.kind),
            count(one.files),
            count(one.count),
            text(", ".join(one.such_as) + (" …" if one.files > len(one.such_as) else "")),
            text(phrase("must go") if one.serious else ""),
            *((text(phrase("gone") if one.goes else phrase("stays")),) if copies else ()),
        )
        for one in kinds
    )
    return Table(phrase("By kind"), columns, rows)


def of_agreement(detail: Agreement) -> tuple[Drawing, ...]:
    """A board's answers against this computer's."""
    rows = (
        (text(phrase("Answers that are the same")), count(detail.equal)),
        (text(phrase("Largest difference, in steps of the output")), count(detail.worst_steps)),
        (text(phrase("Model on the board")), text(detail.board_model[:16] or phrase("not said"))),
        (text(phrase("Model here")), text(detail.host_model[:16] or phrase("not said"))),
    )
    columns = (Column(phrase("What")), Column("", True))
    return (Table(phrase("On {board}", board=detail.board), columns, rows),)


def _cut(number_left: int) -> str:
    """That so many rows more are not in a table."""
    return phrase_count("and {count} more", "and {count} more", number_left) if number_left > 0 else ""


def _name(labels: Labels, place: int) -> str:
    return labels[place] if 0 <= place < len(labels) else str(place)
