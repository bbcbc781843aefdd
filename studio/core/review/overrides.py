"""Overrides: one item at a time, with a reason, a risk, a measure and an end; some items have none."""

import re
from datetime import date, datetime, timedelta

from studio.core.checklist import Checklist
from studio.core.phrases import phrase, phrase_count
from studio.core.review.answers import Override

SUBJECT = "subject:"
TIER = "tier"
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # Thai to Chinese
)
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+")


def why_override_fails(override: Override, checklist: Checklist, subject_hash: str, now: str) -> str | None:
    """Why an override does not count, as a sentence; None where it does. `now` is the time (RFC 3339)."""
    item = override.item
    if item not in _known(checklist):
        return phrase("There is no question or check called {item} to override. Take that out.", item=item)
    if item in checklist.never_override:
        return phrase("{item} cannot be overridden. Solve it, or do not ship.", item=item)
    if not override.by.strip():
        return phrase("The override of {item} names nobody. Say who decides it.", item=item)
    if len(override.reason.strip()) < checklist.fewest_reason_characters:
        return phrase_count(
            "The override of {item} gives its reason in fewer than {count} characters. Say why in a sentence.",
            "The override of {item} gives its reason in fewer than {count} characters. Say why in a sentence.",
            checklist.fewest_reason_characters,
            item=item,
        )
    if len(_words(override.reason)) < checklist.fewest_reason_words:
        return phrase_count(
            "The override of {item} gives its reason in fewer than {count} different words. Say why in a sentence.",
            "The override of {item} gives its reason in fewer than {count} different words. Say why in a sentence.",
            checklist.fewest_reason_words,
            item=item,
        )
    if not override.risk.strip() or not override.measure.strip():
        return phrase(
            "The override of {item} lacks the risk that is accepted, or what is done about it. Write both.",
            item=item,
        )
    if item == TIER and override.tier is None:
        return phrase("The override of {item} does not say which tier to use.", item=item)
    return _why_over(override, checklist, subject_hash, now)


def standing(
    overrides: tuple[Override, ...], checklist: Checklist, subject_hash: str, now: str
) -> dict[str, Override]:
    """The overrides that count, by item."""
    return {
        override.item: override
        for override in overrides
        if why_override_fails(override, checklist, subject_hash, now) is None
    }


def _words(text: str) -> set[str]:
    """The different words of a text; each letter is one where a script does without spaces."""
    return {word.casefold() for word in _WORD.findall(text)}


def _known(checklist: Checklist) -> set[str]:
    """What there is to override: the tier, questions, and checks."""
    found = {TIER} | {rule.id for rule in checklist.checks}
    for question in checklist.questions:
        found |= {question.id, *question.checks}
    return found


def _why_over(override: Override, checklist: Checklist, subject_hash: str, now: str) -> str | None:
    item = override.item
    if override.expires.startswith(SUBJECT):
        if override.expires != f"{SUBJECT}{subject_hash}":
            return phrase(
                "The override of {item} was for another model, data or target. Decide it again.", item=item
            )
        return None
    end, given, today = _day(override.expires), _day(override.at), _day(now)
    if end is None or given is None or today is None:
        return phrase_count(
            "The override of {item} has no end. Give a day, at most {count} days ahead.",
            "The override of {item} has no end. Give a day, at most {count} days ahead.",
            checklist.override_days,
            item=item,
        )
    if end > given + timedelta(days=checklist.override_days):
        return phrase_count(
            "The override of {item} runs for more than {count} days. Choose an earlier day.",
            "The override of {item} runs for more than {count} days. Choose an earlier day.",
            checklist.override_days,
            item=item,
        )
    if given > today:
        return phrase(
            "The override of {item} is dated {day}, which is still to come. Enter it again.",
            item=item,
            day=given,
        )
    if end < today:
        return phrase("The override of {item} ended on {day}. Decide it again.", item=item, day=end)
    return None


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
