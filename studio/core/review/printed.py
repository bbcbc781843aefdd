"""What is printed of a review for people to read, in plain sentences and tables: the same for card and datasheet."""

from dataclasses import dataclass

from studio.core.board import Board
from studio.core.build import Fit
from studio.core.checklist import LimitRule, Stage, Worse
from studio.core.checks.answer_details import Harm, Slices
from studio.core.checks.check import Check, Verdict
from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import Delivery
from studio.core.formatting import show_bytes, show_share, show_time
from studio.core.metric import metric_of
from studio.core.review.answers import Choice, Judgement, Override, SignOff
from studio.core.review.gate import Level
from studio.core.review.items import Flag, Item, State
from studio.core.review.overrides import TIER
from studio.core.review.record import Review

VERDICTS = {
    Verdict.PASS: "passed",
    Verdict.WARN: "look at this",
    Verdict.FAIL: "FAILED",
    Verdict.CANNOT_TELL: "cannot tell",
}
_CHOICES = {Choice.YES: "Yes", Choice.NO: "No", Choice.NOT_APPLICABLE: "Not applicable"}
_ANSWERS = {
    Task.CLASSIFICATION: "classes",
    Task.REGRESSION: "numbers",
    Task.AUTOENCODER: "what it was given, drawn again; how far that is off tells what is unusual",
}
_PARTS_SHOWN = 40

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval, to be drawn: all from 0 to 1."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Told:
    """A question with the answer: `notes` are for the reader (overridden, stale, short, the same as another)."""

    id: str
    question: str
    answer: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything that card and datasheet say. `limit` comes first; `use` and `not_for` are the maker's words."""

    name: str
    limit: str
    verdict: str
    notice: str
    use: str
    not_for: tuple[str, ...]
    facts: Pairs
    results: Pairs
    bars: tuple[Bar, ...]
    checks: tuple[tuple[str, str, str, str], ...]
    harm: tuple[tuple[str, str, str, str], ...]
    told: dict[Stage, tuple[Told, ...]]
    limits: Pairs
    overrides: tuple[Override, ...]
    open_points: tuple[str, ...]
    effort: Pairs
    hardware: Pairs
    hashes: Pairs
    data: Pairs
    labels: tuple[str, ...]


def printed(
    reviewed: Review,
    evaluation: Evaluation,
    dataset: Dataset | None,
    delivery: Delivery,
    board: Board,
    fit: Fit | None,
) -> Printed:
    """What a review as admitted to an export has to say."""
    entered = reviewed.entered
    limit = entered.answer("P8")
    first = entered.answer("D1")
    return Printed(
        name=delivery.title,
        limit=limit.text if limit is not None and limit.text.strip() else "",
        verdict=_verdict(reviewed),
        notice=reviewed.checklist.notice,
        use=entered.use or (first.text if first is not None else ""),
        not_for=entered.out_of_scope,
        facts=(
            ("Tier", _tier(reviewed)),
            ("Said of the use", _intake(reviewed)),
            ("Model", f"{delivery.recipe}, {show_bytes(len(delivery.tflite))}"),
            ("Answers with", ", ".join(delivery.labels) or _ANSWERS[evaluation.task]),
            ("For", f"{board.name}; {delivery.engine.words}"),
            ("Signed by", _signed(reviewed)),
            *(("What was signed", one.statement) for one in _signatures(reviewed) if one.statement),
        ),
        results=_results(evaluation, reviewed),
        bars=_bars(evaluation, reviewed),
        checks=tuple(_check(check) for check in reviewed.checks),
        harm=_harm(reviewed),
        told={
            stage: tuple(
                _told(item, reviewed)
                for item in reviewed.items
                if item.question.stage is stage and _said(item)
            )
            for stage in Stage
        },
        limits=tuple(
            (rule.text, _limit(rule, entered.limits[rule.id]))
            for rule in reviewed.checklist.own_limits
            if rule.id in entered.limits
        ),
        overrides=entered.overrides,
        open_points=reviewed.warnings + (reviewed.reasons if reviewed.gate.level is Level.BENCH else ()),
        effort=_effort(reviewed),
        hardware=_hardware(board, fit, delivery),
        hashes=(
            ("Subject", reviewed.subject.hash),
            ("Model (.tflite)", reviewed.subject.model_sha256),
            ("Model before compression", reviewed.subject.float_model_sha256),
            ("Test data", reviewed.subject.test_sha256),
            ("Log", f"{reviewed.logged.head.hash} after {reviewed.logged.head.rows} rows"),
        ),
        data=_data(dataset),
        labels=delivery.labels,
    )  # fmt: skip


def _limit(rule: LimitRule, value: float) -> str:
    side = "at most" if rule.worse is Worse.ABOVE else "at least"
    shown = show_share(value, 1000) if rule.unit == "share" else f"{value:g} {rule.unit}"
    return f"{side} {shown}"


def _tier(reviewed: Review) -> str:
    """The tier that counted, in words; where somebody moved it, what the answers about the use lead to."""
    words = f"{reviewed.tier.value}: {reviewed.checklist.tiers.get(reviewed.tier.value, '')}"
    computed, lowered = reviewed.computed, reviewed.overrides.get(TIER)
    if computed is reviewed.tier:
        return words
    by = lowered.by if lowered is not None else reviewed.entered.raised.by if reviewed.entered.raised else ""
    moved = "Lowered" if computed.rank > reviewed.tier.rank else "Raised"
    told = reviewed.checklist.tiers.get(computed.value, "")
    return f"{moved} by {by} from {computed.value} ({told}), which the use leads to, to {words}"


def _intake(reviewed: Review) -> str:
    """The questions about the use that were answered with yes."""
    intake = reviewed.entered.intake or {}
    found = [item.text for item in reviewed.checklist.intake if intake.get(item.id)]
    return " ".join(f"{text} Yes." for text in found) or "Every question about the use was answered with no."


def _verdict(reviewed: Review) -> str:
    if reviewed.gate.level is Level.BENCH:
        return "UNREVIEWED bench build: for trials at the desk only. Do not use it on or near people."
    lowered = reviewed.computed.rank > reviewed.tier.rank
    at = f"tier {reviewed.tier.value}" + (f", lowered from {reviewed.computed.value}," if lowered else "")
    words = f"Reviewed at {at} and released, signed by {_signed(reviewed)}."
    failed = [check.id for check in reviewed.checks if check.verdict is Verdict.FAIL]
    if failed:
        words += f" Failed checks: {', '.join(failed)}."
    if reviewed.entered.overrides:
        count = len(reviewed.entered.overrides)
        decisions = (
            "1 decision to go on all the same; it is"
            if count == 1
            else f"{count} decisions to go on all the same; they are"
        )
        words += f" {decisions} printed in full."
    return words


def _signatures(reviewed: Review) -> tuple[SignOff, ...]:
    return tuple(one for one in (reviewed.entered.signoff, reviewed.entered.second) if one is not None)


def _signed(reviewed: Review) -> str:
    names = [f"{one.by} ({one.at[:10]}{', with a key' if one.key else ''})" for one in _signatures(reviewed)]
    return " and ".join(names) or "nobody"


def _results(evaluation: Evaluation, reviewed: Review) -> Pairs:
    metric, n = metric_of(evaluation, None), evaluation.n
    low, high = evaluation.accuracy_ci
    check = reviewed.check("C1")
    if evaluation.task is Task.CLASSIFICATION and check is not None and check.ci is not None:
        low, high = check.ci  # which knows whose samples are alike
    name = metric.value[:1].upper() + metric.value[1:]
    rows = [
        (name, f"{metric.show(evaluation.accuracy, n)} of {n} test samples" if metric.value == "accuracy"
         else f"{metric.show(evaluation.accuracy, n)} on {n} test samples"),
        ("95 % interval", f"{metric.show(low, n)} to {metric.show(high, n)}"),
        ("Before compression", metric.show(evaluation.float_accuracy, n)),
        ("Computed by", evaluation.engine.value),
    ]  # fmt: skip
    if evaluation.errors is not None:
        rows.insert(1, ("Mean absolute error", f"{evaluation.errors.absolute.value:.3g}"))
    return tuple(rows)


def _bars(evaluation: Evaluation, reviewed: Review) -> tuple[Bar, ...]:
    from studio.core.evidence import wilson

    found = []
    for score in evaluation.classes[:_PARTS_SHOWN]:
        if score.n:
            low, high = wilson(round(score.recall * score.n), score.n)
            found.append(Bar(f"found: {score.label}", score.recall, low, high, score.n))
    check = reviewed.check("C7")
    if check is not None and isinstance(check.detail, Slices):
        found += [
            Bar(f"{cell.column}: {cell.value}", cell.share.value, cell.share.low, cell.share.high, cell.n)
            for cell in check.detail.cells[:_PARTS_SHOWN]
            if cell.share is not None
        ]
    return tuple(found)


def _check(check: Check) -> tuple[str, str, str, str]:
    return check.id, check.title, VERDICTS[check.verdict], check.sentence


def _harm(reviewed: Review) -> tuple[tuple[str, str, str, str], ...]:
    check = reviewed.check("C3")
    if check is None or not isinstance(check.detail, Harm):
        return ()
    return tuple(
        (
            f"{part.column}: {part.value}" if part.column else part.value,
            str(part.n),
            str(part.broken),
            f"{part.mended}{' (harmed)' if part.harmed else ''}",
        )
        for part in check.detail.parts[:_PARTS_SHOWN]
        if part.broken or part.mended
    )


def _said(item: Item) -> bool:
    return item.answer is not None and bool(item.answer.text.strip())


def _told(item: Item, reviewed: Review) -> Told:
    answer, question = item.answer, item.question
    assert answer is not None
    notes = []
    if item.state is State.STALE:
        notes.append("This answer was given for something else and not confirmed since.")
    if item.state is State.DRAFT:
        notes.append("A draft: its evidence was not opened.")
    if answer.choice is Choice.NO:
        notes.append("Answered with no: read it as a limit.")
    if Flag.SHORT in item.flags:
        notes.append("A very short answer.")
    if Flag.SAME in item.flags:
        notes.append("The same words stand in another answer.")
    if Flag.DIFFERS in item.flags:
        notes.append("It is answered with yes, although one of the samples was judged otherwise.")
    if answer.stated:
        notes.append(f"That {', '.join(answer.stated)} was looked at is the word of an answers file.")
    rows = reviewed.samples.get(question.judges, ())
    judged = [one.judgement for one in answer.judged if one.row in rows]
    if judged:
        counts = {judgement: judged.count(judgement) for judgement in Judgement}
        words = "; ".join(
            f"{count} × {question.judgements.get(judgement.value, judgement.value)}"
            for judgement, count in counts.items()
            if count
        )
        notes.append(f"{len(judged)} of {len(rows)} samples looked at one by one: {words}.")
    if item.override is not None:
        notes.append(f"Overridden by {item.override.by}.")
    return Told(question.id, question.text, f"{_CHOICES[answer.choice]}. {answer.text.strip()}", tuple(notes))


def _effort(reviewed: Review) -> Pairs:
    facts = reviewed.logged
    shown = "less than a minute" if facts.minutes < 1 else f"{facts.minutes:.0f} minutes"
    opened = f"{facts.test_set_openings} times" if facts.test_set_openings != 1 else "once"
    return (
        ("Time spent in the review", f"{shown} (pauses left out)"),
        ("Test set opened", opened),
        ("Overrides", str(len(reviewed.entered.overrides))),
        ("Refused exports before", str(facts.refusals)),
    )


def _hardware(board: Board, fit: Fit | None, delivery: Delivery) -> Pairs:
    rows = [("Board", board.name), ("Sensor in the example", delivery.sensor.words)]
    if fit is not None:
        for name, gauge, show in (
            ("One inference", fit.compute, show_time),
            ("Memory (RAM)", fit.memory, show_bytes),
            ("Storage (flash)", fit.storage, show_bytes),
        ):
            rows.append((name, f"{show(gauge.need)} of {show(gauge.limit)}, {gauge.source.value}"))
    rows.append(("Power", "not measured"))
    return tuple(rows)


def _data(dataset: Dataset | None) -> Pairs:
    if dataset is None:
        return (("Data", "none"),)
    rows = [(split.name.capitalize(), f"{split.samples} samples") for split in dataset.splits]
    rows.append(("Group columns", ", ".join(dataset.groups) or "none: nothing can be said about groups"))
    return tuple(rows)
