"""Where each question stands: answered, a draft, open or stale, and what it still lacks."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from studio.core.canonical import digest
from studio.core.checklist import Checklist, Part, Question, Tier
from studio.core.checks.check import Check
from studio.core.checks.limits import standard_limits
from studio.core.review.answers import Answer, Answers, Choice, Judgement, Override
from studio.core.review.logged import Logged
from studio.core.review.subject import postprocessing_hash

Samples = dict[str, tuple[int, ...]]
"""By a check's id: the samples (row numbers in the test split) that it lists for a person to look at."""


class State(StrEnum):
    """Where a question stands. A draft has words, but evidence beside it was not opened or a limit is not set."""

    ANSWERED = "answered"
    DRAFT = "draft"
    OPEN = "open"
    STALE = "stale"
    OPTIONAL = "optional"


class Flag(StrEnum):
    """What is pointed out to the reader of an answer, and blocks nothing."""

    SHORT = "short"
    SAME = "same"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Item:
    """One question in this review: its state, and whether it blocks a release or warns.

    `unopened` is evidence (check ids) that nobody opened as it is now, `unjudged` samples without a judgement,
    `needs_limit` True where a limit has to be set, `changed` the parts that made the answer stale. `override` is one
    that counts, so that the item does not block.
    """

    question: Question
    state: State
    blocks: bool
    warns: bool
    answer: Answer | None = None
    unopened: tuple[str, ...] = ()
    unjudged: tuple[int, ...] = ()
    needs_limit: bool = False
    changed: tuple[Part, ...] = ()
    override: Override | None = None
    flags: tuple[Flag, ...] = ()
    refused: bool = False

    @property
    def is_of_nothing(self) -> bool:
        """True for an answer from a file that does not say which model, data or board it was given for."""
        changed = set(self.changed) - {Part.POSTPROCESSING}
        return self.answer is not None and not changed <= set(self.answer.parts)


def evidence_hash(check: Check) -> str:
    """SHA-256 of what a check says, its sentence included: a signature is for what was read, word by word."""
    measured = (part for one in check.measured for part in (one.limit, one.value, one.of))
    return _hash_of(
        check.id, check.version, check.verdict.value, check.sentence, check.value, check.ci, check.n, check.limit,
        *measured,
    )  # fmt: skip


def was_opened(check: Check, logged: Logged) -> bool:
    """True where somebody opened what a check says now, in these words."""
    return logged.was_opened(check.id, evidence_hash(check))


@lru_cache(maxsize=4096)
def _hash_of(*said: str | float | tuple[float, float] | None) -> str:
    return digest(list(said))


def checks_hash(checks: tuple[Check, ...]) -> str:
    """SHA-256 of all checks' results in any order; what a signature covers."""
    return digest(sorted(evidence_hash(check) for check in checks))


def items_of(
    checklist: Checklist,
    entered: Answers,
    tier: Tier,
    parts: dict[str, str],
    checks: tuple[Check, ...],
    logged: Logged,
    overrides: dict[str, Override],
    samples: Samples,
) -> tuple[Item, ...]:
    """Every question of the checklist, in its order; `parts` as of `parts_of`, `overrides` those that count."""
    intake = entered.intake or {}
    raised = {name for item in checklist.intake if intake.get(item.id) for name in item.raises}
    known = {check.id: was_opened(check, logged) for check in checks}
    words = Counter(_plain(answer.text) for answer in entered.answers)
    return tuple(
        _item(
            checklist,
            question,
            entered,
            tier,
            question.id in raised,
            parts,
            known,
            overrides,
            samples,
            words,
        )
        for question in checklist.questions
    )


def _item(
    checklist: Checklist,
    question: Question,
    entered: Answers,
    tier: Tier,
    raised: bool,
    parts: dict[str, str],
    known: dict[str, bool],
    overrides: dict[str, Override],
    samples: Samples,
    words: Counter[str],
) -> Item:
    answer = entered.answer(question.id)
    blocker = tier.reaches(question.blocker_from) or raised
    warner = tier.reaches(question.warning_from)
    override = overrides.get(question.id)
    if answer is None or not answer.text.strip():
        state = State.OPEN if blocker or warner else State.OPTIONAL
        holds = blocker and override is None
        return Item(question, state, holds, warner and not holds, answer, override=override)
    about = {Part.POSTPROCESSING: _usual_postprocessing(), **answer.parts}  # older answers do not name it
    changed = tuple(part for part in question.depends if about.get(part) != parts[part])
    unopened = tuple(
        name for name in question.checks if name in known and name not in answer.stated and not known[name]
    )
    judged = {one.row for one in answer.judged}
    unjudged = tuple(row for row in samples.get(question.judges, ()) if row not in judged)
    needs_limit = (
        bool(question.limits)
        and answer.choice is not Choice.NOT_APPLICABLE
        and not any(name in entered.limits for name in question.limits)
    )
    refused = question.no_blocks and answer.choice is not Choice.YES
    state = State.ANSWERED
    if changed:
        state = State.STALE
    elif unopened or unjudged or needs_limit:
        state = State.DRAFT
    missing = state is not State.ANSWERED
    blocks = ((blocker and missing) or refused) and override is None
    flags = []
    if len(answer.text.strip()) < checklist.copied_characters:
        flags.append(Flag.SHORT)
    if words[_plain(answer.text)] > 1:
        flags.append(Flag.SAME)
    if answer.choice is Choice.YES and any(one.judgement is Judgement.WRONG for one in answer.judged):
        flags.append(Flag.DIFFERS)
    return Item(
        question, state, blocks, missing and not blocks and (blocker or warner), answer,
        unopened, unjudged, needs_limit, changed, override, tuple(flags), refused,
    )  # fmt: skip


def _usual_postprocessing() -> str:
    """What every answer was about before the threshold could be chosen."""
    return postprocessing_hash(standard_limits().threshold)


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
