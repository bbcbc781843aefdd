"""All that a person enters in a review: the use, limits, answers, overrides and signatures."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from studio.core.canonical import digest
from studio.core.checklist import Tier


class Choice(StrEnum):
    """An answer's direction. 'No' is a legal answer: it becomes a printed limit."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "na"


class Judgement(StrEnum):
    """What a person says of one sample; the question's `judgements` has the words for each."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Judged:
    """One sample (`row`: its number in the test split) and what was said of it."""

    row: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer.

    `parts` are the hashes of what it was about when it was given (Part → SHA-256): where one is another now, the answer
    is stale. `judged` are samples looked at one by one. `stated` is evidence that an answers file says was opened,
    where no log of the window shows it.
    """

    id: str
    choice: Choice
    text: str
    by: str = ""
    at: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    stated: tuple[str, ...] = ()


class Role(StrEnum):
    """Whose signature it is."""

    MAKER = "maker"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who stands for the review, and for which subject, answers and check results (SHA-256 of each).

    `key` and `signature` are Ed25519, in hex, where the person signed with a key (signing.py).
    """

    by: str
    at: str
    subject_hash: str
    answers_hash: str
    checks_hash: str = ""
    role: Role = Role.MAKER
    statement: str = ""
    key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A decision to go on although one item blocks; printed in full with everything that is exported.

    `item` is a question, a check or "tier" (then `tier` is the lower one to use). It ends with the day `expires`
    (YYYY-MM-DD), or where `expires` is "subject:" and a hash, as soon as the subject is another.
    """

    item: str
    by: str
    at: str
    reason: str
    risk: str
    measure: str
    expires: str
    tier: Tier | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A higher tier than the intake answers lead to, and who chose it."""

    tier: Tier
    by: str


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a person entered.

    `intake` is id → yes, `use` what it is for in the maker's words, `out_of_scope` what it is not for, `limits` limit
    id → value. `signoff` is the maker's signature, `second` that of the second person where the tier wants one.
    """

    intake: dict[str, bool] | None = None
    answers: tuple[Answer, ...] = ()
    signoff: SignOff | None = None
    use: str = ""
    out_of_scope: tuple[str, ...] = ()
    limits: dict[str, float] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    raised: Raised | None = None
    second: SignOff | None = None

    def answer(self, question_id: str) -> Answer | None:
        """The answer to this question, if there is one."""
        for answer in self.answers:
            if answer.id == question_id:
                return answer
        return None

    @property
    def hash(self) -> str:
        """SHA-256 over what a person chose and wrote, whatever the order; signatures left out."""
        said = sorted(
            (
                answer.id,
                answer.choice.value,
                answer.text,
                sorted((one.row, one.judgement.value) for one in answer.judged),
            )
            for answer in self.answers
        )
        overrides = sorted(digest(override) for override in self.overrides)
        intake = sorted((self.intake or {}).items())
        return digest(
            {
                "intake": [list(pair) for pair in intake],
                "said": [[*entry[:3], [list(pair) for pair in entry[3]]] for entry in said],
                "overrides": overrides,
                "limits": self.limits,
                "use": self.use,
                "out_of_scope": self.out_of_scope,
                "raised": self.raised,
            }
        )

    def with_answer(self, answer: Answer) -> "Answers":
        """These with `answer` in the place of that to the same question; signatures were for others and go."""
        if self.answer(answer.id) is None:
            return self.unsigned(answers=(*self.answers, answer))
        return self.unsigned(
            answers=tuple(answer if known.id == answer.id else known for known in self.answers)
        )

    def with_override(self, override: Override) -> "Answers":
        """These with `override` in the place of one for the same item; signatures go."""
        others = tuple(known for known in self.overrides if known.item != override.item)
        return self.unsigned(overrides=(*others, override))

    def without_override(self, item: str) -> "Answers":
        """These without the override of `item`; signatures go."""
        return self.unsigned(overrides=tuple(known for known in self.overrides if known.item != item))

    def unsigned(self, **changes: object) -> "Answers":
        """These with `changes` (fields by name) and no signature."""
        return replace(self, signoff=None, second=None, **changes)  # type: ignore[arg-type]

    def unstated(self) -> "Answers":
        """These without what an answers file says of evidence: it counts in the run that reads the file, no longer."""
        return replace(self, answers=tuple(replace(answer, stated=()) for answer in self.answers))

    def signed(self, by: SignOff) -> "Answers":
        """These with a signature in its role's place."""
        return replace(self, second=by) if by.role is Role.SECOND else replace(self, signoff=by)
