"""What the log has yet to be told: changes of the answers, results that came, answers that went stale."""

from collections.abc import Iterable
from typing import Any

from studio.core.canonical import digest
from studio.core.checks.check import Check
from studio.core.evaluation import Evaluation
from studio.core.review.answers import Answers, SignOff
from studio.core.review.gate import Level
from studio.core.review.items import State, checks_hash, evidence_hash
from studio.core.review.log import Event, Row
from studio.core.review.overrides import why_override_fails
from studio.core.review.record import Review

News = tuple[Event, dict[str, Any]]
"""An event and its payload, as `Journal.append` takes them."""


def news_of_answers(
    rows: Iterable[Row], entered: Answers, via: str = "", *, quotes_results: bool = False
) -> tuple[News, ...]:
    """What in `entered` is other than the log says; `via` "file" marks what a file brought.

    `quotes_results`: that file says what the checks said, so that its limits may be younger than results. The log gets
    hashes of words, not the words themselves.
    """
    known = _State(rows)
    found: list[News] = []
    if entered.intake is not None and known.last(Event.INTAKE_SET, "intake") != entered.intake:
        found.append((Event.INTAKE_SET, {"intake": entered.intake}))
    use = digest([entered.use, list(entered.out_of_scope)])
    if entered.use and known.last(Event.USE_SET, "sha256") != use:
        found.append((Event.USE_SET, {"sha256": use}))
    if (known.last(Event.LIMITS_SET, "limits") or {}) != entered.limits:
        quoted = {"quotes_results": True} if quotes_results else {}
        found.append((Event.LIMITS_SET, {"limits": entered.limits, **quoted}))
    raised = entered.raised.tier.value if entered.raised else None
    if known.last(Event.TIER_RAISED, "tier") != raised:
        found.append((Event.TIER_RAISED, {"tier": raised}))
    for answer in entered.answers:
        said = digest([answer.choice.value, answer.text, [[one.row, one.judgement] for one in answer.judged]])
        about = digest(answer.parts)
        if known.of(Event.ANSWER_SET, "id", answer.id) != (said, about):
            characters = len(answer.text.strip())
            found.append(
                (
                    Event.ANSWER_SET,
                    {
                        "id": answer.id,
                        "choice": answer.choice.value,
                        "characters": characters,
                        "judged": len(answer.judged),
                        "sha256": said,
                        "parts": about,
                    },
                )
            )
    found += _news_of_overrides(known, entered)
    given = {digest(signed): signed for signed in (entered.signoff, entered.second) if signed is not None}
    standing = known.signatures()
    for name, signed in given.items():
        if not known.has(Event.SIGNED, name):
            found.append((Event.SIGNED, _signature(signed)))
        elif name not in standing:  # undone, and brought back: no other signature
            found.append((Event.SIGNED_AGAIN, {"sha256": name}))
    found += [(Event.UNSIGNED, {"sha256": name}) for name in standing if name not in given]
    return tuple((event, {**payload, "via": via} if via else payload) for event, payload in found)


def news_of_results(
    rows: Iterable[Row], evaluation: Evaluation | None, checks: tuple[Check, ...]
) -> tuple[News, ...]:
    """That the test set was opened for a candidate, and what the checks say, where the log does not know yet."""
    known = tuple(rows)
    found: list[News] = []
    if evaluation is not None:
        opened = {"model": evaluation.candidate_sha256, "data": evaluation.data_sha256, "n": evaluation.n}
        if not any(row.type is Event.TEST_SET_OPENED and row.payload == opened for row in known):
            found.append((Event.TEST_SET_OPENED, opened))
    if checks:
        found_hash = checks_hash(checks)
        last = next((row for row in reversed(known) if row.type is Event.CHECK_RUN), None)
        if last is None or last.payload.get("sha256") != found_hash:
            verdicts = {check.id: check.verdict.value for check in checks}
            found.append((Event.CHECK_RUN, {"sha256": found_hash, "verdicts": verdicts}))
    return tuple(found)


def news_of_review(rows: Iterable[Row], reviewed: Review) -> tuple[News, ...]:
    """Which answers went stale, and which overrides ended, where the log does not know yet."""
    known = tuple(rows)
    found: list[News] = []
    stale = sorted(item.question.id for item in reviewed.items if item.state is State.STALE)
    last = next((row for row in reversed(known) if row.type is Event.ANSWER_STALE), None)
    if stale != (last.payload.get("ids", []) if last else []):
        found.append((Event.ANSWER_STALE, {"ids": stale}))
    for override in reviewed.entered.overrides:
        why = why_override_fails(override, reviewed.checklist, reviewed.subject.hash, reviewed.at)
        over = {"item": override.item, "sha256": digest(override)}
        if why and not any(row.type is Event.OVERRIDE_EXPIRED and row.payload == over for row in known):
            found.append((Event.OVERRIDE_EXPIRED, over))
    return tuple(found)


def export_refused(reviewed: Review, level: Level) -> News:
    """Somebody asked for an export that the gate does not allow."""
    return Event.EXPORT_REFUSED, {"level": level.value, "reasons": len(reviewed.gate.reasons_for(level))}


def evidence_opened(check: Check, via: str = "") -> News:
    """That somebody opened what a check says."""
    payload = {"evidence": check.id, "sha256": evidence_hash(check)}
    return Event.EVIDENCE_OPENED, {**payload, "via": via} if via else payload


def news_of_stated(rows: Iterable[Row], entered: Answers, checks: tuple[Check, ...]) -> tuple[News, ...]:
    """The evidence that an answers file says was opened, where the log does not know of it."""
    known = {
        (row.payload.get("evidence"), row.payload.get("sha256"))
        for row in rows
        if row.type is Event.EVIDENCE_OPENED
    }
    stated = {name for answer in entered.answers for name in answer.stated}
    return tuple(
        evidence_opened(check, "file")
        for check in checks
        if check.id in stated and (check.id, evidence_hash(check)) not in known
    )


def _news_of_overrides(known: "_State", entered: Answers) -> list[News]:
    found: list[News] = []
    for override in entered.overrides:
        if known.of(Event.OVERRIDE_ADDED, "item", override.item) != (digest(override), ""):
            payload = {"item": override.item, "sha256": digest(override), "expires": override.expires}
            found.append((Event.OVERRIDE_ADDED, payload))
    standing = {override.item for override in entered.overrides}
    for item in known.keys_of(Event.OVERRIDE_ADDED, "item"):
        if item not in standing and known.of(Event.OVERRIDE_ADDED, "item", item) != ("", ""):
            found.append((Event.OVERRIDE_ADDED, {"item": item, "sha256": "", "withdrawn": True}))
    return found


def _signature(signed: SignOff) -> dict[str, Any]:
    return {
        "role": signed.role.value,
        "by": signed.by,
        "statement": signed.statement,
        "subject_hash": signed.subject_hash,
        "answers_hash": signed.answers_hash,
        "key": signed.key,
        "sha256": digest(signed),
    }


class _State:
    """What a log says of each thing last."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = tuple(rows)

    def last(self, event: Event, name: str) -> Any:
        """`name` in the last row of this kind."""
        return next((row.payload.get(name) for row in reversed(self._rows) if row.type is event), None)

    def of(self, event: Event, key: str, value: str) -> tuple[str, str] | None:
        """The hashes in the last row of this kind whose `key` is `value`: of the content, and of its parts."""
        for row in reversed(self._rows):
            if row.type is event and row.payload.get(key) == value:
                return str(row.payload.get("sha256", "")), str(row.payload.get("parts", ""))
        return None

    def has(self, event: Event, sha256: str) -> bool:
        """True where a row of this kind has this content."""
        return any(row.type is event and row.payload.get("sha256") == sha256 for row in self._rows)

    def signatures(self) -> tuple[str, ...]:
        """The hashes of the signatures that stand."""
        found: dict[str, None] = {}
        for row in self._rows:
            if row.type in (Event.SIGNED, Event.SIGNED_AGAIN):
                found[str(row.payload.get("sha256"))] = None
            elif row.type is Event.UNSIGNED:
                found.pop(str(row.payload.get("sha256")), None)
        return tuple(found)

    def keys_of(self, event: Event, key: str) -> tuple[str, ...]:
        """The values of `key` in all rows of this kind, each once."""
        return tuple(dict.fromkeys(str(row.payload.get(key)) for row in self._rows if row.type is event))
