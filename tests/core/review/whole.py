"""A review that is complete, to be spoiled in one place by each test."""

from dataclasses import replace
from typing import Any

from studio.core.checklist import Tier, standard_checklist
from studio.core.checks.check import Check, Measured, Verdict
from studio.core.review import (
    Answers,
    Choice,
    Event,
    Judged,
    Judgement,
    Logged,
    Override,
    Review,
    Role,
    Row,
    Samples,
    Subject,
    answered,
    logged,
    review,
)
from studio.core.review.log import head_of, next_row
from studio.core.review.noticed import evidence_opened

CHECKLIST = standard_checklist()
AT = "2026-11-26T12:00:00+00:00"
SUBJECT = Subject(
    "a" * 64, "b" * 64, "c" * 64, "d" * 64, "e" * 64, "f" * 64, "0" * 64, CHECKLIST.sha256, "1", "a board"
)
CHECKS = tuple(
    Check(f"C{number}", f"Check {number}", Verdict.PASS, "Fine.", n=100) for number in range(1, 19)
)
SAMPLES: Samples = {"C3": (4, 9), "C11": (2,)}
REASON = "We went through it together and it is good enough for a week."


def use(**yes: bool) -> dict[str, bool]:
    """The answers about the use, all 'no' but these."""
    return {item.id: yes.get(item.id, False) for item in CHECKLIST.intake}


def entered(subject: Subject = SUBJECT, samples: Samples = SAMPLES, **yes: bool) -> Answers:
    """Every question answered for `subject`, limits set, samples judged; nothing signed."""
    found = Answers(intake=use(**yes), use="It sorts buttons.", limits={"max_miss_share": 0.5})
    answers = tuple(
        answered(
            question,
            Choice.YES,
            f"A considered answer to {question.id}, in more than forty characters.",
            subject,
            found,
            by="Ada",
            at=AT,
            judged=tuple(Judged(row, Judgement.RIGHT) for row in samples.get(question.judges, ())),
        )
        for question in CHECKLIST.questions
    )
    return replace(found, answers=answers)


def rows(checks: tuple[Check, ...] = CHECKS) -> tuple[Row, ...]:
    """A log in which limits were set, the test set opened once, and all evidence looked at."""
    news: list[tuple[Event, dict[str, Any]]] = [
        (Event.LIMITS_SET, {"limits": {"max_miss_share": 0.5}}),
        (Event.TEST_SET_OPENED, {"model": "a", "data": "c", "n": 100}),
        *(evidence_opened(check) for check in checks),
    ]
    found: tuple[Row, ...] = ()
    for event, payload in news:
        found = (
            *found,
            next_row(head_of(found), event, payload, time=AT, actor="Ada", subject_hash=SUBJECT.hash),
        )
    return found


FACTS = logged(rows(), CHECKLIST)


def look(
    answers: Answers,
    checks: tuple[Check, ...] = CHECKS,
    subject: Subject = SUBJECT,
    facts: Logged = FACTS,
    samples: Samples = SAMPLES,
    at: str = AT,
) -> Review:
    """The review of these."""
    return review(CHECKLIST, answers, checks, subject, facts, samples, at=at)


def signed(
    answers: Answers,
    checks: tuple[Check, ...] = CHECKS,
    subject: Subject = SUBJECT,
    by: str = "Ada",
    role: Role = Role.MAKER,
) -> Answers:
    """These answers, signed for exactly this."""
    return answers.signed(look(answers, checks, subject).signature(by, AT, role))


def override(
    item: str, *, expires: str = "2026-12-24", reason: str = REASON, tier: Tier | None = None
) -> Override:
    """An override by Ada that counts."""
    return Override(item, "Ada", AT, reason, "A button may be missed.", "We look at each box.", expires, tier)


def with_check(check: Check) -> tuple[Check, ...]:
    """All checks, with this one in its place."""
    return tuple(check if known.id == check.id else known for known in CHECKS)


def measuring(check_id: str, *measured: Measured, verdict: Verdict = Verdict.PASS) -> Check:
    """A check that measured what the maker can limit."""
    return Check(check_id, check_id, verdict, "Not fine.", n=100, measured=measured)


def failing(check_id: str, verdict: Verdict = Verdict.FAIL) -> tuple[Check, ...]:
    """All checks passed but this one. Its evidence counts as opened only with `rows` of the same."""
    return with_check(Check(check_id, check_id, verdict, "Not fine.", n=100))
