"""review.json: the whole record of a review, so that somebody else can compute the gate again (schema rai-review/1)."""

import json
from dataclasses import dataclass
from typing import Any

from studio import __version__
from studio.core.checklist import Tier
from studio.core.checks.check import Check
from studio.core.checks.limits import threshold_of
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.places import resources
from studio.core.review.answers import Answer, Answers, Choice, Judged, Override, Raised, Role, SignOff
from studio.core.review.items import Item, Samples, evidence_hash, was_opened
from studio.core.review.log import Head
from studio.core.review.record import Review
from studio.core.review.subject import Subject

SCHEMA = "rai-review/1"


def schema() -> bytes:
    """The JSON Schema of review.json; it goes with every export."""
    return (resources() / "checklists" / "review.schema.json").read_bytes()


def document(reviewed: Review) -> bytes:
    """review.json of a review as it was admitted to an export."""
    return (json.dumps(_document(reviewed), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _document(reviewed: Review) -> dict[str, Any]:
    entered, facts, checklist = reviewed.entered, reviewed.logged, reviewed.checklist
    lowered = reviewed.overrides.get("tier")
    return {
        "schema": SCHEMA,
        "app": __version__,
        "created": reviewed.at,
        "notice": checklist.notice,
        "checklist": {"id": checklist.id, "version": checklist.version, "sha256": checklist.sha256},
        "subject": to_json(reviewed.subject),
        "subject_hash": reviewed.subject.hash,
        "intended_use": {"text": entered.use, "out_of_scope": list(entered.out_of_scope)},
        "tier": {
            "computed": reviewed.computed.value,
            "used": reviewed.tier.value,
            "intake": entered.intake,
            "raised": to_json(entered.raised),
            "lowered_by": lowered.by if lowered else None,
        },
        "limits": {
            "values": entered.limits,
            "threshold": threshold_of(entered.limits),
            "set_at": facts.limits_set_at,
            "first_test_open_at": facts.first_test_set_opening,
            "before_results": facts.limits_before_results,
            "loosened": to_json(facts.loosened),
        },
        "checks": [_check(check) for check in reviewed.checks],
        "samples": {name: list(rows) for name, rows in reviewed.samples.items()},
        "answers": [_answer(item, reviewed) for item in reviewed.items if item.answer is not None],
        "overrides": [to_json(override) for override in entered.overrides],
        "signoff": [to_json(signed) for signed in (entered.signoff, entered.second) if signed is not None],
        "gate": {
            "level": reviewed.gate.level.value,
            "reasons": to_json(reviewed.gate.reasons),
            "warnings": to_json(reviewed.gate.warnings),
        },
        "effort": {
            "minutes": round(facts.minutes, 1) if facts.minutes is not None else None,
            "test_set_openings": facts.test_set_openings,
            "overrides": len(entered.overrides),
            "refusals": facts.refusals,
        },
        "log": {"rows": facts.head.rows, "head": facts.head.hash},
    }


def _check(check: Check) -> dict[str, Any]:
    given = to_json(check)
    given["status"] = given.pop("verdict")
    return {**given, "sha256": evidence_hash(check)}


def _answer(item: Item, reviewed: Review) -> dict[str, Any]:
    answer, question = item.answer, item.question
    assert answer is not None
    tier = reviewed.tier
    severity = "blocker" if tier.reaches(question.blocker_from) else "optional"
    if severity == "optional" and tier.reaches(question.warning_from):
        severity = "warning"
    known = {check.id: check for check in reviewed.checks}
    return {
        "id": question.id,
        "stage": question.stage.value,
        "question": question.text,
        "function": question.function.value if question.function is not None else None,
        "pointers": list(question.pointers),
        "severity": severity,
        "answer": answer.choice.value,
        "text": answer.text,
        "by": answer.by,
        "at": answer.at,
        "evidence": [
            {
                "check": name,
                "sha256": evidence_hash(known[name]),
                "opened": was_opened(known[name], reviewed.logged),
                "stated": name in answer.stated,
            }
            for name in question.checks
            if name in known
        ],
        "stated": list(answer.stated),
        "judged": to_json(answer.judged),
        "depends": [part.value for part in question.depends],
        "parts": answer.parts,
        "status": item.state.value,
        "flags": [flag.value for flag in item.flags],
    }


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a review.json says, as the gate takes it."""

    created: str
    checklist_sha256: str
    subject: Subject
    subject_hash: str
    tier: Tier
    entered: Answers
    checks: tuple[Check, ...]
    samples: Samples
    level: str
    reasons: tuple[str, ...]
    head: Head


def read_document(content: bytes, name: str) -> Recorded:
    """The record in a review.json; StudioError where it is none."""
    try:
        data = json.loads(content)
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise ValueError(phrase("its schema is not {schema}", schema=SCHEMA))
        return _recorded(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioError(phrase("{file} is no record of a review ({why}).", file=name, why=error)) from error


def _recorded(data: dict[str, Any]) -> Recorded:
    use, tier = data["intended_use"], data["tier"]
    signatures = from_json(tuple[SignOff, ...], data["signoff"], "signoff")
    entered = Answers(
        intake=from_json(dict[str, bool], tier["intake"], "tier.intake")
        if tier["intake"] is not None
        else None,
        answers=tuple(_recorded_answer(entry) for entry in data["answers"]),
        signoff=next((signed for signed in signatures if signed.role is Role.MAKER), None),
        use=from_json(str, use["text"], "intended_use.text"),
        out_of_scope=from_json(tuple[str, ...], use["out_of_scope"], "intended_use.out_of_scope"),
        limits=from_json(dict[str, float], data["limits"]["values"], "limits.values"),
        overrides=from_json(tuple[Override, ...], data["overrides"], "overrides"),
        raised=from_json(Raised, tier["raised"], "tier.raised") if tier["raised"] is not None else None,
        second=next((signed for signed in signatures if signed.role is Role.SECOND), None),
    )
    return Recorded(
        created=from_json(str, data["created"], "created"),
        checklist_sha256=from_json(str, data["checklist"]["sha256"], "checklist.sha256"),
        subject=from_json(Subject, data["subject"], "subject"),
        subject_hash=from_json(str, data["subject_hash"], "subject_hash"),
        tier=from_json(Tier, tier["used"], "tier.used"),
        entered=entered,
        checks=tuple(_recorded_check(entry) for entry in data["checks"]),
        samples={str(key): tuple(int(row) for row in rows) for key, rows in data["samples"].items()},
        level=from_json(str, data["gate"]["level"], "gate.level"),
        reasons=tuple(str(reason["text"]) for reason in data["gate"]["reasons"]),
        head=Head(
            from_json(int, data["log"]["rows"], "log.rows"), from_json(str, data["log"]["head"], "log.head")
        ),
    )


def _recorded_check(entry: dict[str, Any]) -> Check:
    given = {key: value for key, value in entry.items() if key not in ("sha256", "status", "detail")}
    return from_json(Check, {**given, "verdict": entry["status"]}, "checks")


def _recorded_answer(entry: dict[str, Any]) -> Answer:
    return Answer(
        id=from_json(str, entry["id"], "answers.id"),
        choice=from_json(Choice, entry["answer"], "answers.answer"),
        text=from_json(str, entry["text"], "answers.text"),
        by=from_json(str, entry["by"], "answers.by"),
        at=from_json(str, entry["at"], "answers.at"),
        parts=from_json(dict[str, str], entry["parts"], "answers.parts"),
        judged=from_json(tuple[Judged, ...], entry["judged"], "answers.judged"),
        stated=_stated(entry),
    )


def _stated(entry: dict[str, Any]) -> tuple[str, ...]:
    """What an answers file says was looked at; older records name it beside the evidence alone."""
    if "stated" in entry:
        return from_json(tuple[str, ...], entry["stated"], "answers.stated")
    return tuple(str(one["check"]) for one in entry["evidence"] if one["stated"])
