"""The gate: a pure function of all that is known, and the only way to an export."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.checklist import Checklist, Tier
from studio.core.checks.check import Check, Verdict
from studio.core.formatting import show_share
from studio.core.review.answers import Answers, Override, Role
from studio.core.review.items import Item, Samples, State, items_of
from studio.core.review.logged import Logged
from studio.core.review.overrides import TIER, standing, why_override_fails
from studio.core.review.signatures import why_not_signed
from studio.core.review.subject import Subject, parts_of
from studio.core.review.tiers import tier_used, unanswered_use

USE, SIGNATURE, SECOND, LOG = "use", "signature", "second", "log"
_SIGNED_AT = {Role.MAKER: SIGNATURE, Role.SECOND: SECOND}


class Level(StrEnum):
    """What may be exported: nothing, a build marked UNREVIEWED for the desk, or a release."""

    REFUSED = "refused"
    BENCH = "bench"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and the `place` it is about.

    That is a question's or check's id, or "use", "tier", "signature", "second" or "log".
    """

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Gate:
    """The decision. `reasons` hold back a release, `bench_reasons` a bench build; `warnings` are printed."""

    level: Level
    reasons: tuple[Reason, ...]
    bench_reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """True where a release may be exported."""
        return self.level is Level.RELEASE

    def reasons_for(self, level: Level) -> tuple[Reason, ...]:
        """What holds back an export of this level."""
        return self.bench_reasons if level is Level.BENCH else self.reasons


def gate(
    subject: Subject,
    tier: Tier,
    checks: tuple[Check, ...],
    answers: Answers,
    overrides: tuple[Override, ...],
    logged: Logged,
    *,
    checklist: Checklist,
    samples: Samples,
    now: str,
) -> Gate:
    """What may be exported of `subject`, and why not more.

    `tier` counts where it is higher than the one that the answers lead to. `logged` are the log's facts with its head,
    `now` the time (RFC 3339). The result depends on the arguments alone.
    """
    return decide(
        subject, tier, checks, answers, overrides, logged, checklist=checklist, samples=samples, now=now
    )[1]


def decide(
    subject: Subject,
    tier: Tier,
    checks: tuple[Check, ...],
    answers: Answers,
    overrides: tuple[Override, ...],
    logged: Logged,
    *,
    checklist: Checklist,
    samples: Samples,
    now: str,
) -> tuple[tuple[Item, ...], Gate]:
    """As `gate`, with where every question stands."""
    counting = standing(overrides, checklist, subject.hash, now)
    used = max(tier_used(checklist, answers, counting.get(TIER)), tier, key=lambda one: one.rank)
    items = items_of(checklist, answers, used, parts_of(subject, answers), checks, logged, counting, samples)
    stop, use = _about_use(checklist, answers, used)
    about_checks = _about_checks(checklist, checks, used, answers, counting)
    lapsed = [
        Reason(override.item, why)
        for override in overrides
        if (why := why_override_fails(override, checklist, subject.hash, now)) is not None
    ]
    blocking = [Reason(item.question.id, why_item_blocks(item)) for item in items if item.blocks]
    places = {reason.place for reason in (*blocking, *about_checks.blocks)}
    reasons = [
        *stop,
        *use,
        *(reason for reason in lapsed if reason.place in places),
        *blocking,
        *about_checks.blocks,
    ]
    if logged.broken:
        reasons.append(
            Reason(LOG, f"{logged.broken} Put back an earlier copy, or move it away: a new log then says so.")
        )
    unsigned = why_not_signed(checklist, answers, subject, checks, used)
    reasons += [Reason(_SIGNED_AT[role], why) for role, why in unsigned]
    bench = [*stop, *_bench_use(checklist, answers)]
    bench += [
        Reason(item.question.id, why_item_blocks(item))
        for item in items
        if item.question.blocker_from is Tier.BENCH and item.blocks
    ]
    bench += [reason for reason in about_checks.blocks if checklist.rule(reason.place).bench]
    warnings = [Reason(item.question.id, _why_item_warns(item)) for item in items if item.warns]
    warnings += [*about_checks.warns, *(reason for reason in lapsed if reason.place not in places)]
    warnings += _about_limits(answers, logged, checklist)
    level = Level.RELEASE if not reasons else Level.BENCH if not bench else Level.REFUSED
    return items, Gate(level, tuple(reasons), tuple(bench), tuple(warnings))


def why_item_blocks(item: Item) -> str:
    """The sentence for a question that blocks: what is missing."""
    name, text = item.question.id, item.question.text
    if item.refused and item.state is not State.STALE:
        return f"{name} is not answered with yes, and nothing ships without that: {text}"
    if item.state is State.STALE and item.is_of_nothing:
        return f"{name} must be confirmed, nothing says which model, data or board it was given for: {text}"
    if item.state is State.STALE:
        return f"{name} must be confirmed again, what it was about has changed: {text}"
    if item.state is State.DRAFT:
        return f"{name} is a draft until {_missing(item)}: {text}"
    return f"{name} is open: {text}"


def _why_item_warns(item: Item) -> str:
    if item.override is not None:
        return f"{item.question.id} is overridden by {item.override.by}: {item.question.text}"
    return why_item_blocks(item)


def _missing(item: Item) -> str:
    missing = []
    if item.unopened:
        missing.append(f"its evidence was opened ({', '.join(item.unopened)})")
    if item.unjudged:
        missing.append(f"{len(item.unjudged)} samples were looked at and judged")
    if item.needs_limit:
        missing.append("a limit was set")
    return " and ".join(missing)


def _about_use(checklist: Checklist, answers: Answers, tier: Tier) -> tuple[list[Reason], list[Reason]]:
    stop, use = [], []
    if tier is Tier.STOP:
        words = "This use is on the list of uses that must not ship. The studio does not export for it, whoever asks."
        stop.append(Reason(USE, words))
    open_use = unanswered_use(checklist, answers)
    if open_use:
        words = f"Answer the questions about the use first, {open_use} of {len(checklist.intake)} are open: "
        use.append(Reason(USE, words + "they decide which others matter."))
    return stop, use


def _bench_use(checklist: Checklist, answers: Answers) -> list[Reason]:
    """Even a bench build has to say that its use is not banned."""
    asked = [item for item in checklist.intake if item.tier is Tier.STOP]
    if all(item.id in (answers.intake or {}) for item in asked):
        return []
    return [Reason(USE, "Say first whether the use is one of the banned ones.")]


@dataclass(frozen=True, slots=True)
class _Found:
    blocks: tuple[Reason, ...]
    warns: tuple[Reason, ...]


def _about_checks(
    checklist: Checklist,
    checks: tuple[Check, ...],
    tier: Tier,
    answers: Answers,
    overrides: dict[str, Override],
) -> _Found:
    known = {check.id: check for check in checks}
    blocks: list[Reason] = []
    warns: list[Reason] = []
    for rule in checklist.checks:
        if rule.id not in known and tier.reaches(rule.needed_from):
            words = f"Check {rule.id} has not run yet. Wait for the evaluation, or see why it failed."
            (warns if rule.id in overrides else blocks).append(Reason(rule.id, words))
    for check in checks:
        rule = checklist.rule(check.id)
        broken = _broken_limit(checklist, check, answers)
        words, stops = "", False
        if check.verdict is Verdict.FAIL:
            words, stops = (
                f"{check.id} failed: {check.sentence}",
                tier.reaches(rule.blocks_from) or bool(broken),
            )
        elif broken:
            words, stops = broken, True
        elif check.verdict is Verdict.CANNOT_TELL:
            words, stops = f"{check.id} cannot tell: {check.sentence}", tier.reaches(rule.unsure_blocks_from)
        elif check.verdict is Verdict.WARN:
            words = f"{check.id}: {check.sentence}"
        if words and stops and check.id in overrides:
            words, stops = f"{words} Overridden by {overrides[check.id].by}.", False
        if words:
            (blocks if stops else warns).append(Reason(check.id, words))
    return _Found(tuple(blocks), tuple(warns))


def _broken_limit(checklist: Checklist, check: Check, answers: Answers) -> str:
    for rule in checklist.own_limits:
        limit = answers.limits.get(rule.id)
        if rule.check != check.id or limit is None or check.value is None:
            continue
        if rule.broken_by(check.value, limit):
            found, allowed = _shown(check.value, rule.unit), _shown(limit, rule.unit)
            return f"{check.id} breaks the limit that you set. {rule.text}: {allowed}, measured {found}."
    return ""


def _shown(value: float, unit: str) -> str:
    return show_share(value, 1000) if unit == "share" else f"{value:g} {unit}"


def _about_limits(answers: Answers, logged: Logged, checklist: Checklist) -> list[Reason]:
    found = []
    if logged.restarted_at:
        words = "What was looked at before is not known, and limits may fit results."
        found.append(
            Reason(LOG, f"The review's log was gone and begun anew on {logged.restarted_at[:10]}. {words}")
        )
    elif answers.limits and not logged.limits_before_results:
        found.append(
            Reason("D8", "The limits were set after the test set had been opened: they may fit the results.")
        )
    for one in logged.loosened:
        rule = checklist.limit(one.limit)
        after = "none" if one.after is None else _shown(one.after, rule.unit)
        before = _shown(one.before, rule.unit)
        words = f"Limit loosened after seeing results, by {one.by or 'somebody'}. {rule.text}: {before}, then {after}."
        found.append(Reason("D8", words))
    if not answers.use.strip():
        found.append(Reason(USE, "Nobody wrote down what it is for; D1 has to stand for it."))
    return found
