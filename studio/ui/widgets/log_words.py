"""The rows of the review's log in words: what happened, and what changed, as far as each row tells."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from studio.core.checklist import Checklist
from studio.core.checks.check import Verdict
from studio.core.errors import StudioError
from studio.core.review import Choice, Event, Row

Payload = Mapping[str, Any]
_Words = Callable[[Payload, Payload, Checklist], str]
_EVENTS = {
    Event.INTAKE_SET: "Questions about the use answered",
    Event.USE_SET: "The use written down",
    Event.LIMITS_SET: "Limits set",
    Event.TEST_SET_OPENED: "Test set opened for a model",
    Event.CHECK_RUN: "Checks computed",
    Event.EVIDENCE_OPENED: "Evidence opened",
    Event.ANSWER_SET: "Answered",
    Event.ANSWER_STALE: "Answers went stale",
    Event.OVERRIDE_ADDED: "Overridden",
    Event.OVERRIDE_EXPIRED: "An override ended",
    Event.TIER_RAISED: "Tier moved",
    Event.SIGNED: "Signed",
    Event.EXPORTED: "Exported",
    Event.EXPORT_REFUSED: "Export refused",
    Event.LOG_VERIFIED: "Log checked",
    Event.LOG_RESTARTED: "The log was gone and begins anew",
}
_CHOICES: dict[str, str] = {Choice.YES: "yes", Choice.NO: "no", Choice.NOT_APPLICABLE: "not applicable"}
_TROUBLE = {Verdict.FAIL: "failed", Verdict.WARN: "to look at", Verdict.CANNOT_TELL: "cannot tell"}


def log_words(rows: Iterable[Row], checklist: Checklist) -> tuple[str, ...]:
    """A line for each row, in their order; of limits and intake answers it says which are new since the row before.

    A log that somebody changed by hand may hold anything: what is not understood is left out.
    """
    before: dict[Event, Payload] = {}
    lines = []
    for row in rows:
        detail = _DETAILS.get(row.type)
        words = detail(row.payload, before.get(row.type, {}), checklist) if detail is not None else ""
        what = f"{_EVENTS[row.type]}: {words}" if words else _EVENTS[row.type]
        lines.append(f"{what} (from a file)" if row.payload.get("via") == "file" else what)
        before[row.type] = row.payload
    return tuple(lines)


def _intake(now: Payload, before: Payload, _: Checklist) -> str:
    known, old = _mapping(now, "intake"), _mapping(before, "intake")
    new = [name for name, yes in known.items() if isinstance(yes, bool) and old.get(name) is not yes]
    gone = [name for name in old if name not in known]
    parts = [f"{_spoken(name)}: {'yes' if known[name] else 'no'}" for name in new]
    return ", ".join([*parts, *(f"{_spoken(name)}: taken back" for name in gone)])


def _limits(now: Payload, before: Payload, checklist: Checklist) -> str:
    known, old = _mapping(now, "limits"), _mapping(before, "limits")
    new = [name for name, value in known.items() if _is_number(value) and old.get(name) != value]
    parts = [_limit(name, known[name], checklist) for name in new]
    return "; ".join([*parts, *(_limit(name, None, checklist) for name in old if name not in known)])


def _limit(name: str, value: float | None, checklist: Checklist) -> str:
    try:
        rule = checklist.limit(name)
    except StudioError:  # of another version of the checklist
        return f"{_spoken(name)}: {'taken away' if value is None else format(value, 'g')}"
    text = rule.text.partition(" (")[0]
    if value is None:
        return f"{text}: taken away"
    shown = f"{value * 100:g} %" if rule.unit == "share" else f"{value:g} {rule.unit}".strip()
    return f"{text}: {shown}"


def _test_set(now: Payload, _before: Payload, _: Checklist) -> str:
    return f"{now['n']} samples" if _is_number(now.get("n")) else ""


def _checks(now: Payload, _before: Payload, _: Checklist) -> str:
    verdicts = _mapping(now, "verdicts")
    found = {
        words: [name for name, said in verdicts.items() if said == verdict]
        for verdict, words in _TROUBLE.items()
    }
    parts = [f"{words} {', '.join(names)}" for words, names in found.items() if names]
    return "; ".join(parts) or ("all passed" if verdicts else "")


def _evidence(now: Payload, _before: Payload, _: Checklist) -> str:
    return _text(now, "evidence")


def _answer(now: Payload, _before: Payload, _: Checklist) -> str:
    choice = _text(now, "choice")
    parts = [_text(now, "id"), _CHOICES.get(choice, choice)]
    if _is_number(now.get("judged")) and now["judged"]:
        parts.append(f"{now['judged']} samples judged")
    return ", ".join(part for part in parts if part)


def _stale(now: Payload, _before: Payload, _: Checklist) -> str:
    ids = now.get("ids")
    if not isinstance(ids, list | tuple):
        return ""
    return ", ".join(map(str, ids)) or "none any more"


def _override(now: Payload, _before: Payload, _: Checklist) -> str:
    item, until = _text(now, "item"), _text(now, "expires")
    if now.get("withdrawn") is True:
        return f"{item}, withdrawn"
    return f"{item}, until {until}" if until else item


def _item(now: Payload, _before: Payload, _: Checklist) -> str:
    return _text(now, "item")


def _tier(now: Payload, _before: Payload, _: Checklist) -> str:
    return f"to {_text(now, 'tier')}" if _text(now, "tier") else "back to what the answers lead to"


def _signed(now: Payload, _before: Payload, _: Checklist) -> str:
    role, name = _text(now, "role"), _text(now, "by")
    return f"{role}, {name}" if role and name else role or name


def _exported(now: Payload, _before: Payload, _: Checklist) -> str:
    level = _text(now, "level")
    return f"{level}, {now['files']} files" if level and _is_number(now.get("files")) else level


def _refused(now: Payload, _before: Payload, _: Checklist) -> str:
    level, why = _text(now, "level"), _text(now, "why")
    return f"{level}: {why}" if level and why else level or why


_DETAILS: dict[Event, _Words] = {
    Event.INTAKE_SET: _intake,
    Event.LIMITS_SET: _limits,
    Event.TEST_SET_OPENED: _test_set,
    Event.CHECK_RUN: _checks,
    Event.EVIDENCE_OPENED: _evidence,
    Event.ANSWER_SET: _answer,
    Event.ANSWER_STALE: _stale,
    Event.OVERRIDE_ADDED: _override,
    Event.OVERRIDE_EXPIRED: _item,
    Event.TIER_RAISED: _tier,
    Event.SIGNED: _signed,
    Event.EXPORTED: _exported,
    Event.EXPORT_REFUSED: _refused,
}


def _mapping(payload: Payload, name: str) -> dict[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _text(payload: Payload, name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
