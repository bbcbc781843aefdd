"""What is printed of a review for people to read, in plain sentences and tables: the same for card and datasheet."""

from dataclasses import dataclass

from studio.core.board import Board
from studio.core.build import Fit
from studio.core.checklist import LimitRule, Stage, Worse
from studio.core.checks.answer_details import Harm, Slices
from studio.core.checks.check import Verdict, needed_words, told
from studio.core.checks.limits import threshold_of
from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import Delivery
from studio.core.formatting import show_bytes, show_share
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review import printed_tables
from studio.core.review.answers import Override, SignOff
from studio.core.review.gate import Level
from studio.core.review.overrides import SUBJECT, TIER
from studio.core.review.printed_answers import Told, is_told, told_of
from studio.core.review.printed_tables import Pairs
from studio.core.review.printed_triggers import triggers
from studio.core.review.record import Review

VERDICTS = {
    Verdict.PASS: phrase_later("passed"),
    Verdict.WARN: phrase_later("look at this"),
    Verdict.FAIL: phrase_later("FAILED"),
    Verdict.CANNOT_TELL: phrase_later("cannot tell"),
}
_ANSWERS = {
    Task.CLASSIFICATION: phrase_later("classes"),
    Task.REGRESSION: phrase_later("numbers"),
    Task.AUTOENCODER: phrase_later(
        "what it was given, drawn again; how far that is off tells what is unusual"
    ),
}
_PARTS_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval, to be drawn: all from 0 to 1."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check says; `word` says its verdict."""

    id: str
    title: str
    verdict: Verdict
    sentence: str

    @property
    def word(self) -> str:
        """The verdict in words."""
        return phrase(VERDICTS[self.verdict])


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
    checks: tuple[Checked, ...]
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
    pace: str
    triggers: Pairs


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
            (phrase("Tier"), _tier(reviewed)),
            (phrase("Said of the use"), _intake(reviewed)),
            (phrase("Model"), f"{delivery.recipe}, {show_bytes(len(delivery.tflite))}"),
            (phrase("Answers with"), ", ".join(delivery.labels) or phrase(_ANSWERS[evaluation.task])),
            *_threshold(entered.limits, delivery.labels),
            # Translators: for which board, and what computes the model there.
            (phrase("For"), f"{board.name}; {delivery.engine.words}"),
            (phrase("Signed by"), _signed(reviewed)),
            *((phrase("What was signed"), one.statement) for one in _signatures(reviewed) if one.statement),
        ),
        results=printed_tables.results(evaluation, reviewed),
        bars=_bars(evaluation, reviewed),
        checks=tuple(
            Checked(check.id, check.title, check.verdict, told(check.sentence, needed_words(check)))
            for check in reviewed.checks
        ),
        harm=_harm(reviewed),
        told={
            stage: tuple(
                told_of(item, reviewed)
                for item in reviewed.items
                if item.question.stage is stage and is_told(item)
            )
            for stage in Stage
        },
        limits=tuple(
            (rule.text, _limit(rule, entered.limits[rule.id]))
            for rule in reviewed.checklist.own_limits
            if rule.binds and rule.id in entered.limits
        ),
        overrides=entered.overrides,
        open_points=reviewed.warnings + (reviewed.reasons if reviewed.gate.level is Level.BENCH else ()),
        effort=printed_tables.effort(reviewed),
        hardware=printed_tables.hardware(board, fit, delivery),
        hashes=printed_tables.hashes(reviewed),
        data=printed_tables.data(dataset),
        labels=delivery.labels,
        pace=printed_tables.pace(fit),
        triggers=triggers(reviewed),
    )  # fmt: skip


def _limit(rule: LimitRule, value: float) -> str:
    shown = show_share(value, 1000) if rule.unit == "share" else f"{value:g} {rule.unit}"
    if rule.worse is Worse.ABOVE:
        return phrase("at most {limit}", limit=shown)
    return phrase("at least {limit}", limit=shown)


def _threshold(own: dict[str, float], labels: tuple[str, ...]) -> Pairs:
    """The score from which a class counts as detected; nothing where no classes are told apart."""
    if not labels:
        return ()
    said = {"threshold": f"{threshold_of(own):.4g}"}
    if "threshold" in own:
        words = phrase(
            "A class counts as detected from a score of {threshold} on, as the maker chose.", **said
        )
    else:
        words = phrase("A class counts as detected from a score of {threshold} on, as is usual.", **said)
    return ((phrase("Threshold"), words),)


def _tier(reviewed: Review) -> str:
    """The tier that counted, in words; where somebody moved it, what the answers about the use lead to."""
    words = f"{reviewed.tier.value}: {reviewed.checklist.tiers.get(reviewed.tier.value, '')}"
    computed, lowered = reviewed.computed, reviewed.overrides.get(TIER)
    if computed is reviewed.tier:
        return words
    by = lowered.by if lowered is not None else reviewed.entered.raised.by if reviewed.entered.raised else ""
    told = reviewed.checklist.tiers.get(computed.value, "")
    said = {"who": by, "computed": computed.value, "meaning": told, "used": words}
    if computed.rank > reviewed.tier.rank:
        return phrase(
            "Lowered by {who} from {computed} ({meaning}), which the use leads to, to {used}", **said
        )
    return phrase("Raised by {who} from {computed} ({meaning}), which the use leads to, to {used}", **said)


def _intake(reviewed: Review) -> str:
    """The questions about the use that were answered with yes."""
    intake = reviewed.entered.intake or {}
    found = [item.text for item in reviewed.checklist.intake if intake.get(item.id)]
    if not found:
        return phrase("Every question about the use was answered with no.")
    return " ".join(phrase("{question} Yes.", question=text) for text in found)


def _verdict(reviewed: Review) -> str:
    if reviewed.gate.level is Level.BENCH:
        return phrase("UNREVIEWED bench build: for trials at the desk only. Do not use it on or near people.")
    said = {"tier": reviewed.tier.value, "computed": reviewed.computed.value, "names": _signed(reviewed)}
    words = [phrase("Reviewed at tier {tier} and released, signed by {names}.", **said)]
    if reviewed.computed.rank > reviewed.tier.rank:
        words = [
            phrase(
                "Reviewed at tier {tier}, lowered from {computed}, and released, signed by {names}.", **said
            )
        ]
    if failed := [check.id for check in reviewed.checks if check.verdict is Verdict.FAIL]:
        words.append(phrase("Failed checks: {checks}.", checks=", ".join(failed)))
    if count := len(reviewed.entered.overrides):
        words.append(
            phrase_count(
                "{count} decision to go on all the same; it is printed in full.",
                "{count} decisions to go on all the same; they are printed in full.",
                count,
            )
        )
    return " ".join(words)


def _signatures(reviewed: Review) -> tuple[SignOff, ...]:
    return tuple(one for one in (reviewed.entered.signoff, reviewed.entered.second) if one is not None)


def _signed(reviewed: Review) -> str:
    names = [
        phrase("{who} ({day}, with a key)", who=one.by, day=one.at[:10])
        if one.key
        else f"{one.by} ({one.at[:10]})"
        for one in _signatures(reviewed)
    ]
    if len(names) == 2:
        return phrase("{first} and {second}", first=names[0], second=names[1])
    return "".join(names) or phrase("nobody")


def _bars(evaluation: Evaluation, reviewed: Review) -> tuple[Bar, ...]:
    from studio.core.evidence import wilson

    found = []
    for score in evaluation.classes[:_PARTS_SHOWN]:
        if score.n:
            low, high = wilson(round(score.recall * score.n), score.n)
            name = phrase("found: {label}", label=score.label)
            found.append(Bar(name, score.recall, low, high, score.n))
    check = reviewed.check("C7")
    if check is not None and isinstance(check.detail, Slices):
        found += [
            Bar(f"{cell.column}: {cell.value}", cell.share.value, cell.share.low, cell.share.high, cell.n)
            for cell in check.detail.cells[:_PARTS_SHOWN]
            if cell.share is not None
        ]
    return tuple(found)


def _harm(reviewed: Review) -> tuple[tuple[str, str, str, str], ...]:
    check = reviewed.check("C3")
    if check is None or not isinstance(check.detail, Harm):
        return ()
    return tuple(
        (
            f"{part.column}: {part.value}" if part.column else part.value,
            str(part.n),
            str(part.broken),
            phrase("{mended} (harmed)", mended=part.mended) if part.harmed else str(part.mended),
        )
        for part in check.detail.parts[:_PARTS_SHOWN]
        if part.broken or part.mended
    )


def until(override: Override) -> str:
    """How long an override counts, in words."""
    if override.expires.startswith(SUBJECT):
        return phrase("until model, data or target change")
    return phrase("until {day}", day=override.expires)
