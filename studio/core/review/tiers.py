"""How much is at stake: the tier that the answers about the use lead to, and how a person moves it."""

from studio.core.checklist import Checklist, Tier
from studio.core.review.answers import Answers, Override


def tier_of(checklist: Checklist, intake: dict[str, bool] | None) -> Tier:
    """The tier that the intake answers lead to; the checklist's tier for real use without any 'yes'.

    Without intake answers nothing is known, so the tier is that of real use too.
    """
    if intake is not None and intake.get("bench", False) and sum(intake.values()) == 1:
        return Tier.BENCH
    tiers = [item.tier for item in checklist.intake if intake and intake.get(item.id, False)]
    return max([*tiers, checklist.real_use], key=lambda tier: tier.rank)


def tier_used(checklist: Checklist, entered: Answers, lowered: Override | None) -> Tier:
    """The tier that counts: as computed, lowered by an override that holds, raised as somebody chose.

    A banned use stays one whatever was chosen.
    """
    computed = tier_of(checklist, entered.intake)
    if computed is Tier.STOP:
        return computed
    known: list[Tier] = [computed]
    if lowered is not None and lowered.tier is not None:
        known = sorted([computed, lowered.tier], key=lambda tier: tier.rank)[:1]
    if entered.raised is not None:
        known.append(entered.raised.tier)
    return max(known, key=lambda tier: tier.rank)


def unanswered_use(checklist: Checklist, entered: Answers) -> int:
    """How many questions about the use have no answer yet."""
    return sum(item.id not in (entered.intake or {}) for item in checklist.intake)
