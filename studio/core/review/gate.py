"""The gate: a pure function of all that is known, and the only way to an export."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.checklist import Checklist, LimitRule, Tier
from studio.core.checks.check import Check, Verdict, told
from studio.core.formatting import show_share
from studio.core.phrases import phrase, phrase_count
from studio.core.review.answers import Answers, Override, Role
from studio.core.review.item_reasons import why_item_blocks, why_item_warns
from studio.core.review.items import Item, Samples, items_of
from studio.core.review.logged import Logged, Loosened
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
    `now` the time (RFC 3339). The result depends on the arguments alone, its words on the language in use.
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
        words = phrase(
            "{why} Put back an earlier copy, or move it away: a new log then says so.", why=logged.broken
        )
        reasons.append(Reason(LOG, words))
    unsigned = why_not_signed(checklist, answers, subject, checks, used)
    reasons += [Reason(_SIGNED_AT[role], why) for role, why in unsigned]
    bench = [*stop, *_bench_use(checklist, answers)]
    bench += [
        Reason(item.question.id, why_item_blocks(item))
        for item in items
        if item.question.blocker_from is Tier.BENCH and item.blocks
    ]
    bench += [reason for reason in about_checks.blocks if checklist.rule(reason.place).bench]
    warnings = [Reason(item.question.id, why_item_warns(item)) for item in items if item.warns]
    warnings += [*about_checks.warns, *(reason for reason in lapsed if reason.place not in places)]
    warnings += _about_limits(answers, logged, checklist)
    level = Level.RELEASE if not reasons else Level.BENCH if not bench else Level.REFUSED
    return items, Gate(level, tuple(reasons), tuple(bench), tuple(warnings))


def _about_use(checklist: Checklist, answers: Answers, tier: Tier) -> tuple[list[Reason], list[Reason]]:
    stop, use = [], []
    if tier is Tier.STOP:
        words = phrase(
            "This use is on the list of uses that must not ship. The studio does not export for it, whoever asks."
        )
        stop.append(Reason(USE, words))
    open_use = unanswered_use(checklist, answers)
    if open_use:
        words = phrase_count(
            "Answer the questions about the use first, {count} of {all} is open: they decide which others matter.",
            "Answer the questions about the use first, {count} of {all} are open: they decide which others matter.",
            open_use,
            all=len(checklist.intake),
        )
        use.append(Reason(USE, words))
    return stop, use


def _bench_use(checklist: Checklist, answers: Answers) -> list[Reason]:
    """Even a bench build has to say that its use is not banned."""
    asked = [item for item in checklist.intake if item.tier is Tier.STOP]
    if all(item.id in (answers.intake or {}) for item in asked):
        return []
    return [Reason(USE, phrase("Say first whether the use is one of the banned ones."))]


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
            words = phrase(
                "Check {check} has not run yet. Wait for the evaluation, or see why it failed.", check=rule.id
            )
            (warns if rule.id in overrides else blocks).append(Reason(rule.id, words))
    for check in checks:
        words, stops = _about_check(checklist, check, tier, answers)
        if words and stops and check.id in overrides:
            who = overrides[check.id].by
            words, stops = " ".join([words, phrase("Overridden by {who}.", who=who)]), False
        if words:
            (blocks if stops else warns).append(Reason(check.id, words))
    return _Found(tuple(blocks), tuple(warns))


def _about_check(checklist: Checklist, check: Check, tier: Tier, answers: Answers) -> tuple[str, bool]:
    """What is to be said of a check ("": nothing), and whether it blocks."""
    rule = checklist.rule(check.id)
    broken = _broken_limits(checklist, check, answers)
    said = {"check": check.id, "finding": check.sentence}
    if check.verdict is Verdict.FAIL:
        words = told(phrase("{check} failed: {finding}", **said), broken)
        return words, tier.reaches(rule.blocks_from) or bool(broken)
    if broken:
        return broken, True
    if check.verdict is Verdict.CANNOT_TELL:
        return phrase("{check} cannot tell: {finding}", **said), tier.reaches(rule.unsure_blocks_from)
    if check.verdict is Verdict.WARN:
        return phrase("{check}: {finding}", **said), False
    return "", False


def _broken_limits(checklist: Checklist, check: Check, answers: Answers) -> str:
    """A sentence for each limit of the maker's that what this check measured is beyond ("": none)."""
    found = []
    for one in check.measured:
        limit = answers.limits.get(one.limit)
        if limit is None:
            continue
        rule = checklist.limit(one.limit)
        if not rule.broken_by(one.value, limit):
            continue
        said = {"check": check.id, "limit": rule.text, "allowed": _shown(limit, rule.unit)}
        said["measured"] = _shown(one.value, rule.unit)
        found.append(
            phrase(
                "{check} breaks the limit that you set. {limit}: {allowed}, measured {measured} ({part}).",
                part=one.of,
                **said,
            )
            if one.of
            else phrase(
                "{check} breaks the limit that you set. {limit}: {allowed}, measured {measured}.", **said
            )
        )
    return told(*found)


def _shown(value: float, unit: str) -> str:
    return show_share(value, 1000) if unit == "share" else f"{value:g} {unit}"


def _about_limits(answers: Answers, logged: Logged, checklist: Checklist) -> list[Reason]:
    found = []
    if logged.restarted_at:
        words = phrase(
            "The review's log was gone and begun anew on {day}. What was looked at before is not known, and limits may "
            "fit results.",
            day=logged.restarted_at[:10],
        )
        found.append(Reason(LOG, words))
    elif checklist.binding(answers.limits) and logged.limits_before_results is None:
        words = phrase(
            "Whether the limits were set before the results were seen is not known: they came from a file that quotes "
            "what the checks said."
        )
        found.append(Reason("D8", words))
    elif checklist.binding(answers.limits) and not logged.limits_before_results:
        words = phrase("The limits were set after the test set had been opened: they may fit the results.")
        found.append(Reason("D8", words))
    found += [Reason("D8", _loosened(one, checklist.limit(one.limit))) for one in logged.loosened]
    if not answers.use.strip():
        found.append(Reason(USE, phrase("Nobody wrote down what it is for; D1 has to stand for it.")))
    return found


def _loosened(one: Loosened, rule: LimitRule) -> str:
    # Translators: somebody loosened a limit, and it is not known who.
    who = one.by or phrase("somebody")
    # Translators: there is no limit any more.
    after = phrase("none") if one.after is None else _shown(one.after, rule.unit)
    if not rule.binds:
        return phrase(
            "Chosen anew after seeing results, by {who}. {limit}: {before}, then {after}.",
            who=who,
            limit=rule.text,
            before=_shown(one.before, rule.unit),
            after=after,
        )
    return phrase(
        "Limit loosened after seeing results, by {who}. {limit}: {before}, then {after}.",
        who=who,
        limit=rule.text,
        before=_shown(one.before, rule.unit),
        after=after,
    )
