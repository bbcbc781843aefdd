"""The review: answers and evidence in, and one gate out that every export passes through."""

import hashlib
import json
import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from studio.core.checklist import Checklist, Question, Tier
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.evaluation import CheckResult, Verdict
from studio.core.storage import read_error


class Choice(StrEnum):
    """An answer's direction. 'No' is a legal answer: it becomes a printed limit."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer; `model_sha256` and `data_sha256` are what it was given for."""

    id: str
    choice: Choice
    text: str
    model_sha256: str = ""
    data_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who stands for the review, and for which subject and answers."""

    by: str
    at: str
    subject_hash: str
    answers_hash: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a person entered: intake (id → yes), answers, and the signature."""

    intake: dict[str, bool] | None = None
    answers: tuple[Answer, ...] = ()
    signoff: SignOff | None = None

    def answer(self, question_id: str) -> Answer | None:
        """The answer to this question, if there is one."""
        return next((answer for answer in self.answers if answer.id == question_id), None)

    @property
    def hash(self) -> str:
        """SHA-256 over what a person chose and wrote, whatever the order; the signature left out."""
        said = sorted((answer.id, answer.choice.value, answer.text) for answer in self.answers)
        text = json.dumps([self.intake, said], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def signed(self, by: str, at: str, subject: "Subject") -> "Answers":
        """These answers with the signature of `by`, for `subject`, at a time (RFC 3339)."""
        return replace(self, signoff=SignOff(by, at, subject.hash, self.hash))


class State(StrEnum):
    """Where a question stands."""

    ANSWERED = "answered"
    OPEN = "open"
    STALE = "stale"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Item:
    """One question in this review: its state and whether it blocks the export."""

    question: Question
    state: State
    blocks: bool
    warns: bool
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What exactly is reviewed: SHA-256 of the compressed model, the data and the checklist."""

    model_sha256: str
    data_sha256: str
    checklist_sha256: str

    @property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON of the parts."""
        text = json.dumps(to_json(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Review:
    """The outcome: `approved` only when `reasons` is empty. `warnings` are printed with the export."""

    tier: Tier
    subject: Subject
    items: tuple[Item, ...]
    checks: tuple[CheckResult, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    signoff: SignOff | None = None

    @property
    def approved(self) -> bool:
        """True when nothing blocks the export."""
        return not self.reasons


def tier_of(checklist: Checklist, intake: dict[str, bool] | None) -> Tier:
    """The tier that the intake answers lead to; the checklist's tier for real use without any 'yes'.

    Without intake answers nothing is known, so the tier is that of real use too.
    """
    if intake is not None and intake.get("bench", False) and sum(intake.values()) == 1:
        return Tier.BENCH
    tiers = [item.tier for item in checklist.intake if intake and intake.get(item.id, False)]
    return max([*tiers, checklist.real_use], key=lambda tier: tier.rank)


def unanswered_use(checklist: Checklist, entered: Answers) -> int:
    """How many questions about the use have no answer yet."""
    return sum(item.id not in (entered.intake or {}) for item in checklist.intake)


def review(
    checklist: Checklist, entered: Answers, checks: tuple[CheckResult, ...], subject: Subject
) -> Review:
    """The gate: a pure function, and the only one that approves an export."""
    intake = entered.intake
    tier = tier_of(checklist, intake)
    raised = {name for item in checklist.intake if intake and intake.get(item.id) for name in item.raises}
    items = tuple(_item(question, entered, tier, raised, subject) for question in checklist.questions)
    reasons = []
    if tier is Tier.STOP:
        reasons.append(
            "This use is on the list of uses that must not ship. The studio does not export for it."
        )
    unanswered = unanswered_use(checklist, entered)
    if unanswered:
        reasons.append(
            f"Answer the questions about the use first, {unanswered} of {len(checklist.intake)} are open: "
            "they decide which others matter."
        )
    for item in items:
        if item.blocks:
            why = (
                "must be confirmed again, what it was about has changed"
                if item.state is State.STALE
                else "is open"
            )
            reasons.append(f"{item.question.id} {why}: {item.question.text}")
    done = {check.id for check in checks}
    for name in checklist.gate_checks:
        if name not in done:
            reasons.append(f"Check {name} has not run yet. Finish the evaluation and the build first.")
    for check in checks:
        if check.id in checklist.gate_checks and check.verdict is Verdict.FAIL:
            reasons.append(f"{check.id} failed: {check.sentence}")
    if entered.signoff is None or not entered.signoff.by.strip():
        reasons.append("Nobody has signed the review. Enter your name and sign it.")
    elif entered.signoff.subject_hash != subject.hash:
        reasons.append(
            "The model, the data or the checklist changed after the signature. Read again and sign again."
        )
    elif entered.signoff.answers_hash != entered.hash:
        reasons.append("Answers changed after the signature. Read again and sign again.")
    warnings = [f"{item.question.id} is open: {item.question.text}" for item in items if item.warns]
    warnings += [
        f"{check.id}: {check.sentence}"
        for check in checks
        if check.verdict in (Verdict.WARN, Verdict.CANNOT_TELL)
        or (check.verdict is Verdict.FAIL and check.id not in checklist.gate_checks)
    ]
    return Review(tier, subject, items, checks, tuple(reasons), tuple(warnings), entered.signoff)


def read_answers(path: Path, subject: Subject, at: str) -> Answers:
    """Answers from a TOML file: `signed_by`, [intake] and [answers.ID] with `choice` and `text`.

    Answers and signature count for `subject`, the thing at hand; where the file names the `subject` or the
    `answers_sha256` that were signed and they are others, the signature does not count. `at` is the time of
    signing (RFC 3339).
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError as error:
        raise StudioError(f"{path} is not a readable answers file: {error}.") from error
    try:
        intake = {str(key): _flag(value, f"intake.{key}") for key, value in data.get("intake", {}).items()}
        answers = tuple(
            from_json(
                Answer,
                {
                    "id": key,
                    "model_sha256": subject.model_sha256,
                    "data_sha256": subject.data_sha256,
                    **value,
                },
                f"answers.{key}",
            )
            for key, value in data.get("answers", {}).items()
        )
        signer = from_json(str, data.get("signed_by", ""), "signed_by")
        signed_subject = from_json(str, data.get("subject", subject.hash), "subject")
        entered = Answers(intake=intake if "intake" in data else None, answers=answers)
        signed_answers = from_json(str, data.get("answers_sha256", entered.hash), "answers_sha256")
    except (ValueError, AttributeError, TypeError) as error:
        raise StudioError(f"{path} is not a readable answers file: {error}.") from error
    if not signer:
        return entered
    return replace(entered, signoff=SignOff(signer, at, signed_subject, signed_answers))


def write_answers(entered: Answers) -> str:
    """The answers as TOML text, as `read_answers` takes it back; a signature keeps what it was for."""
    lines = []
    if entered.signoff is not None:
        lines += [
            f"signed_by = {_quoted(entered.signoff.by)}",
            f"subject = {_quoted(entered.signoff.subject_hash)}",
            f"answers_sha256 = {_quoted(entered.signoff.answers_hash)}",
        ]
    if entered.intake is not None:
        lines += ["", "[intake]"]
        lines += [f"{name} = {'true' if yes else 'false'}" for name, yes in entered.intake.items()]
    for answer in entered.answers:
        lines += ["", f"[answers.{answer.id}]", f"choice = {_quoted(answer.choice.value)}"]
        lines += [f"text = {_quoted(answer.text)}"]
        if answer.model_sha256:
            lines.append(f"model_sha256 = {_quoted(answer.model_sha256)}")
        if answer.data_sha256:
            lines.append(f"data_sha256 = {_quoted(answer.data_sha256)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A TOML basic string takes the escapes of JSON, once DEL is escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _flag(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{where} should be true or false")
    return value


def _item(question: Question, entered: Answers, tier: Tier, raised: set[str], subject: Subject) -> Item:
    answer = entered.answer(question.id)
    state = State.OPEN
    if answer is not None and answer.text.strip():
        fresh = {
            "model": answer.model_sha256 == subject.model_sha256,
            "data": answer.data_sha256 == subject.data_sha256,
        }
        state = State.ANSWERED if all(fresh[part] for part in question.depends) else State.STALE
    blocker = question.blocker_from is not None and tier.rank >= question.blocker_from.rank
    blocker = blocker or question.id in raised
    warner = question.warning_from is not None and tier.rank >= question.warning_from.rank
    missing = state is not State.ANSWERED
    if state is State.OPEN and not blocker and not warner:
        state = State.OPTIONAL
    return Item(question, state, blocker and missing, warner and missing and not blocker, answer)
