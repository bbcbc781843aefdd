"""The rows of the review's log in words: what happened, and what changed, as far as each row tells."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from studio.core.checklist import Checklist, LimitRule
from studio.core.checks.check import Verdict
from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review import SUBJECT, Choice, Event, Level, Role, Row

Payload = Mapping[str, Any]
_Words = Callable[[Payload, Payload, Checklist], str]
_EVENTS = {  # Translators: what changed stands behind it, after a colon.
    Event.INTAKE_SET: phrase_later("Questions about the use answered"),
    Event.USE_SET: phrase_later("The use written down"),
    Event.LIMITS_SET: phrase_later("Limits set"),
    Event.TEST_SET_OPENED: phrase_later("Test set opened for a model"),
    Event.CHECK_RUN: phrase_later("Checks computed"),
    Event.EVIDENCE_OPENED: phrase_later("Evidence opened"),
    Event.ANSWER_SET: phrase_later("Answered"),
    Event.ANSWER_STALE: phrase_later("Answers went stale"),
    Event.OVERRIDE_ADDED: phrase_later("Overridden"),
    Event.OVERRIDE_EXPIRED: phrase_later("An override ended"),
    Event.TIER_RAISED: phrase_later("Tier moved"),
    Event.SIGNED: phrase_later("Signed"),
    Event.UNSIGNED: phrase_later("A signature was taken back, by undoing or by changing what was signed"),
    Event.SIGNED_AGAIN: phrase_later("A signature that was taken back stands again"),
    Event.EXPORTED: phrase_later("Exported"),
    Event.EXPORT_REFUSED: phrase_later("Export refused"),
    Event.EXPORT_FAILED: phrase_later("Export failed"),
    Event.LOG_VERIFIED: phrase_later("Log checked"),
    Event.LOG_RESTARTED: phrase_later("The log was gone and begins anew"),
}
_YES, _NO = phrase_later("yes"), phrase_later("no")
_CHOICES: dict[str, str] = {
    Choice.YES: _YES,
    Choice.NO: _NO,
    Choice.NOT_APPLICABLE: phrase_later("not applicable"),
}
_TROUBLE = {
    Verdict.FAIL: phrase_later("failed {checks}"),
    Verdict.WARN: phrase_later("to look at {checks}"),
    Verdict.CANNOT_TELL: phrase_later("cannot tell {checks}"),
}
_ROLES: dict[str, str] = {Role.MAKER: phrase_later("maker"), Role.SECOND: phrase_later("second reader")}
_LEVELS: dict[str, str] = {Level.BENCH: phrase_later("bench"), Level.RELEASE: phrase_later("release")}


def log_words(rows: Iterable[Row], checklist: Checklist) -> tuple[str, ...]:
    """A line for each row, in their order; of limits and intake answers it says which are new since the row before.

    A log that somebody changed by hand may hold anything: what is not understood is left out.
    """
    before: dict[Event, Payload] = {}
    lines = []
    for row in rows:
        detail = _DETAILS.get(row.type)
        words = detail(row.payload, before.get(row.type, {}), checklist) if detail is not None else ""
        event = phrase(_EVENTS[row.type])
        what = f"{event}: {words}" if words else event
        from_file = row.payload.get("via") == "file"
        lines.append(phrase("{what} (from a file)", what=what) if from_file else what)
        before[row.type] = row.payload
    return tuple(lines)


def _intake(now: Payload, before: Payload, _: Checklist) -> str:
    known, old = _mapping(now, "intake"), _mapping(before, "intake")
    new = [name for name, yes in known.items() if isinstance(yes, bool) and old.get(name) is not yes]
    gone = [name for name in old if name not in known]
    yes, no = phrase(_YES), phrase(_NO)
    parts = [f"{_spoken(name)}: {yes if known[name] else no}" for name in new]
    return ", ".join([*parts, *(phrase("{question}: taken back", question=_spoken(name)) for name in gone)])


def _limits(now: Payload, before: Payload, checklist: Checklist) -> str:
    known, old = _mapping(now, "limits"), _mapping(before, "limits")
    new = [name for name, value in known.items() if _is_number(value) and old.get(name) != value]
    parts = [_limit(name, known[name], checklist) for name in new]
    return "; ".join([*parts, *(_limit(name, None, checklist) for name in old if name not in known)])


def _limit(name: str, value: float | None, checklist: Checklist) -> str:
    try:
        rule = checklist.limit(name)
    except StudioError:  # of another version of the checklist
        text, shown = _spoken(name), "" if value is None else f"{value:g}"
    else:
        text, shown = rule.text.partition(" (")[0], "" if value is None else _shown(value, rule)
    return f"{text}: {shown}" if shown else phrase("{limit}: taken away", limit=text)


def _shown(value: float, rule: LimitRule) -> str:
    return f"{value * 100:g} %" if rule.unit == "share" else f"{value:g} {rule.unit}".strip()


def _test_set(now: Payload, _before: Payload, _: Checklist) -> str:
    return phrase_count("{count} sample", "{count} samples", now["n"]) if _is_count(now.get("n")) else ""


def _checks(now: Payload, _before: Payload, _: Checklist) -> str:
    verdicts = _mapping(now, "verdicts")
    found = {
        words: [name for name, said in verdicts.items() if said == verdict]
        for verdict, words in _TROUBLE.items()
    }
    parts = [phrase(words, checks=", ".join(names)) for words, names in found.items() if names]
    return "; ".join(parts) or (phrase("all passed") if verdicts else "")


def _evidence(now: Payload, _before: Payload, _: Checklist) -> str:
    return _text(now, "evidence")


def _answer(now: Payload, _before: Payload, _: Checklist) -> str:
    choice = _text(now, "choice")
    parts = [_text(now, "id"), phrase(_CHOICES[choice]) if choice in _CHOICES else choice]
    if _is_count(now.get("judged")) and now["judged"]:
        parts.append(phrase_count("{count} sample judged", "{count} samples judged", now["judged"]))
    return ", ".join(part for part in parts if part)


def _stale(now: Payload, _before: Payload, _: Checklist) -> str:
    ids = now.get("ids")
    if not isinstance(ids, list | tuple):
        return ""
    return ", ".join(map(str, ids)) or phrase("none any more")


def _override(now: Payload, _before: Payload, _: Checklist) -> str:
    item, until = _text(now, "item"), _text(now, "expires")
    if now.get("withdrawn") is True:
        return phrase("{item}, withdrawn", item=item)
    if until.startswith(SUBJECT):
        return phrase("{item}, until another model, data or target is at hand", item=item)
    return phrase("{item}, until {day}", item=item, day=until) if until else item


def _verified(now: Payload, _before: Payload, _: Checklist) -> str:
    return (
        phrase_count("{count} row holds", "{count} rows hold", now["rows"])
        if _is_count(now.get("rows"))
        else ""
    )


def _item(now: Payload, _before: Payload, _: Checklist) -> str:
    return _text(now, "item")


def _tier(now: Payload, _before: Payload, _: Checklist) -> str:
    tier = _text(now, "tier")
    return phrase("to {tier}", tier=tier) if tier else phrase("back to what the answers lead to")


def _signed(now: Payload, _before: Payload, _: Checklist) -> str:
    role, name = _text(now, "role"), _text(now, "by")
    words = phrase(_ROLES[role]) if role in _ROLES else role
    return ", ".join(part for part in (words, name) if part)


def _exported(now: Payload, _before: Payload, _: Checklist) -> str:
    parts = [_level(now)]
    if _is_count(now.get("files")):
        parts.append(phrase_count("{count} file", "{count} files", now["files"]))
    return ", ".join(part for part in parts if part)


def _refused(now: Payload, _before: Payload, _: Checklist) -> str:
    return ": ".join(part for part in (_level(now), _text(now, "why")) if part)


_DETAILS: dict[Event, _Words] = {
    Event.INTAKE_SET: _intake,
    Event.LIMITS_SET: _limits,
    Event.TEST_SET_OPENED: _test_set,
    Event.CHECK_RUN: _checks,
    Event.EVIDENCE_OPENED: _evidence,
    Event.ANSWER_SET: _answer,
    Event.ANSWER_STALE: _stale,
    Event.LOG_VERIFIED: _verified,
    Event.OVERRIDE_ADDED: _override,
    Event.OVERRIDE_EXPIRED: _item,
    Event.TIER_RAISED: _tier,
    Event.SIGNED: _signed,
    Event.EXPORTED: _exported,
    Event.EXPORT_REFUSED: _refused,
    Event.EXPORT_FAILED: _refused,
}


def _mapping(payload: Payload, name: str) -> dict[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _text(payload: Payload, name: str) -> str:
    found = payload.get(name)
    return found if isinstance(found, str) else ""


def _level(payload: Payload) -> str:
    level = _text(payload, "level")
    return phrase(_LEVELS[level]) if level in _LEVELS else level


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spoken(name: str) -> str:
    return name.replace("_", " ")
