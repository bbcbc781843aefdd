"""Overrides: one item at a time, with a reason, a risk, a measure and an end; some items have none."""

from datetime import date, datetime, timedelta

from studio.core.checklist import Checklist
from studio.core.review.answers import Override

SUBJECT = "subject:"
TIER = "tier"


def why_override_fails(override: Override, checklist: Checklist, subject_hash: str, now: str) -> str | None:
    """Why an override does not count, as a sentence; None where it does. `now` is the time (RFC 3339)."""
    what = f"The override of {override.item}"
    if override.item in checklist.never_override:
        return f"{override.item} cannot be overridden. Solve it, or do not ship."
    if not override.by.strip():
        return f"{what} names nobody. Say who decides it."
    if len(override.reason.strip()) < checklist.fewest_reason_characters:
        fewest = checklist.fewest_reason_characters
        return f"{what} gives its reason in fewer than {fewest} characters. Say why in a sentence."
    if not override.risk.strip() or not override.measure.strip():
        return f"{what} lacks the risk that is accepted, or what is done about it. Write both."
    if override.item == TIER and override.tier is None:
        return f"{what} does not say which tier to use."
    return _why_over(override, checklist, subject_hash, now, what)


def standing(
    overrides: tuple[Override, ...], checklist: Checklist, subject_hash: str, now: str
) -> dict[str, Override]:
    """The overrides that count, by item."""
    return {
        override.item: override
        for override in overrides
        if why_override_fails(override, checklist, subject_hash, now) is None
    }


def _why_over(override: Override, checklist: Checklist, subject_hash: str, now: str, what: str) -> str | None:
    if override.expires.startswith(SUBJECT):
        if override.expires != f"{SUBJECT}{subject_hash}":
            return f"{what} was for another model, data or target. Decide it again."
        return None
    end, given, today = _day(override.expires), _day(override.at), _day(now)
    if end is None or given is None or today is None:
        return f"{what} has no end. Give a day, at most {checklist.override_days} days ahead."
    if end > given + timedelta(days=checklist.override_days):
        return f"{what} runs for more than {checklist.override_days} days. Choose an earlier day."
    if given > today:
        return f"{what} is dated {given}, which is still to come. Enter it again."
    if end < today:
        return f"{what} ended on {end}. Decide it again."
    return None


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
