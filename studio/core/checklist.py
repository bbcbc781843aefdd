"""The review's questions, tiers, limits and rules of the gate, read from a TOML file."""

import hashlib
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from studio.core.codec import from_json
from studio.core.errors import StudioError
from studio.core.phrases import ENGLISH, language, phrase
from studio.core.places import resources


class Stage(StrEnum):
    """When a question is asked."""

    DESIGN = "design"
    DEVELOPMENT = "development"
    DEPLOYMENT = "deployment"


class Tier(StrEnum):
    """How much is at stake, from nothing (T0) to uses that must not ship (STOP)."""

    BENCH = "T0"
    THINGS = "T1"
    PEOPLE = "T2"
    STAKES = "T3"
    STOP = "STOP"

    @property
    def rank(self) -> int:
        """0 for T0 up to 4 for STOP."""
        return _RANKS[self]

    def reaches(self, other: "Tier | None") -> bool:
        """True where this tier is `other` or above; False where there is no other (None: never)."""
        return other is not None and self.rank >= other.rank


_RANKS = {tier: rank for rank, tier in enumerate(Tier)}


class Part(StrEnum):
    """What an answer can be about: when it changes, the answer is stale."""

    USE = "use"
    DATA = "data"
    TEST = "test"
    MODEL = "model"
    POSTPROCESSING = "postprocessing"
    TARGET = "target"


class Function(StrEnum):
    """What a question is part of, by NIST's AI Risk Management Framework (AI RMF 1.0)."""

    GOVERN = "govern"
    MAP = "map"
    MEASURE = "measure"
    MANAGE = "manage"


@dataclass(frozen=True, slots=True)
class Intake:
    """A yes/no question about the use; `tier` is where 'yes' puts it.

    `raises` names questions that 'yes' makes blockers, `names` what the question lists, by `source`; `checked` is as in
    Example.
    """

    id: str
    text: str
    tier: Tier
    raises: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    source: str = ""
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """What happened where a question was not asked, or was: `source` says who published it and when.

    `checked` says against what the words were held, and when ("": nobody did). It is for those who keep the file and is
    shown nowhere.
    """

    text: str
    source: str
    url: str = ""
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question only a person can answer: `text` is answered yes, no or not applicable, `say` asks for the words.

    `blocker_from`/`warning_from` are the tiers from which a missing answer blocks or warns (None: never); `checks` the
    evidence beside it, which must be opened; `depends` what makes an answer stale when it changes. With `judges` each
    sample that this check lists wants a judgement, for which `judgements` has the words. Of `limits` at least one must
    be set; `choices` are own limits that do not bind and may be set too. `no_blocks`: 'no' is no answer to go on with.
    `function` is the one of NIST's AI RMF, `pointers` are places in laws and standards that ask for something alike, to
    read on: that they are named says nothing of conformity.
    """

    id: str
    stage: Stage
    text: str
    say: str
    why: str
    example: Example
    blocker_from: Tier | None = None
    warning_from: Tier | None = None
    checks: tuple[str, ...] = ()
    depends: tuple[Part, ...] = ()
    judges: str = ""
    judgements: dict[str, str] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    no_blocks: bool = False
    function: Function | None = None
    pointers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRule:
    """What a check does to the gate.

    From `blocks_from` a failed one blocks, from `needed_from` it must have run, from `unsure_blocks_from` "cannot tell"
    blocks too (None: never). `bench`: a build marked UNREVIEWED needs it as well.
    """

    id: str
    blocks_from: Tier | None = None
    needed_from: Tier | None = None
    unsure_blocks_from: Tier | None = None
    bench: bool = False


class Worse(StrEnum):
    """On which side of a limit a value fails; OTHER: it is a choice that none fails by."""

    ABOVE = "above"
    BELOW = "below"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit that the maker may set; the gate holds against it what a check measured of it (Check.measured).

    `unit` is "share" (0 to 1) or what stands behind the number. With `classes` it limits answers that are classes:
    a model that answers with numbers has none to hold against it. It lies from `least` to `most` (None: as the unit has
    it).
    """

    id: str
    text: str
    unit: str
    worse: Worse
    classes: bool = False
    least: float = 0.0
    most: float | None = None

    @property
    def binds(self) -> bool:
        """True where a value can be on the wrong side of it; False for a choice."""
        return self.worse is not Worse.OTHER

    def why_no_limit(self, value: float) -> str | None:
        """Why `value` cannot be this limit, as a sentence, or None."""
        usual = 1.0 if self.unit == "share" else sys.float_info.max
        if self.least <= value <= (usual if self.most is None else self.most):  # NaN is neither
            return None
        given = f"{value:g}"
        if self.most is not None:
            return phrase(
                "The limit {limit} is {value}; write a number from {least} to {most}, which the scores of an int8 "
                "output can reach.",
                limit=self.id,
                value=given,
                least=f"{self.least:.4f}",
                most=f"{self.most:.4f}",
            )
        if self.unit == "share":
            return phrase(
                "The limit {limit} is {value}; write a number from 0 to 1.", limit=self.id, value=given
            )
        return phrase("The limit {limit} is {value}; write a number 0 or more.", limit=self.id, value=given)

    def broken_by(self, value: float, limit: float) -> bool:
        """True where `value` is on the wrong side of `limit`."""
        return self.binds and (value > limit if self.worse is Worse.ABOVE else value < limit)

    def looser(self, before: float, after: float | None) -> bool:
        """True where `after` allows more than `before` (None: no limit at all), and where a choice is another."""
        if not self.binds:
            return after != before
        return after is None or (after > before if self.worse is Worse.ABOVE else after < before)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A review's questions and rules. `real_use` is the tier of any use that is more than a trial at the desk.

    Items in `never_override` cannot be overridden. An override's reason has `fewest_reason_characters` and
    `fewest_reason_words` that differ, and it ends after `override_days` at the latest; answers shorter than
    `copied_characters`, or the same twice, are pointed out. From `second_from` a second person signs. Pauses beyond
    `minutes_between` do not count as time spent.
    """

    id: str
    title: str
    version: int
    notice: str
    real_use: Tier
    tiers: dict[str, str]
    intake: tuple[Intake, ...]
    questions: tuple[Question, ...]
    checks: tuple[CheckRule, ...]
    own_limits: tuple[LimitRule, ...]
    never_override: tuple[str, ...]
    fewest_reason_characters: int
    fewest_reason_words: int
    override_days: int
    copied_characters: int
    second_from: Tier
    minutes_between: int
    sha256: str = ""

    def question(self, question_id: str) -> Question:
        """The question with this id, or a StudioError."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise StudioError(phrase("The checklist has no question '{question}'.", question=question_id))

    def rule(self, check_id: str) -> CheckRule:
        """What the check with this id does to the gate; nothing where the file does not name it."""
        return next((rule for rule in self.checks if rule.id == check_id), CheckRule(check_id))

    def limit(self, limit_id: str) -> LimitRule:
        """The limit with this id, or a StudioError."""
        for limit in self.own_limits:
            if limit.id == limit_id:
                return limit
        known = ", ".join(limit.id for limit in self.own_limits)
        raise StudioError(
            phrase("The checklist has no limit '{limit}'. It has {known}.", limit=limit_id, known=known)
        )

    def binding(self, limits: Mapping[str, float]) -> dict[str, float]:
        """Those of these limits (id → value) that a value can break, the maker's choices left out."""
        choices = {limit.id for limit in self.own_limits if not limit.binds}
        return {name: value for name, value in limits.items() if name not in choices}

    def check_limits(self, limits: Mapping[str, float]) -> None:
        """Raise StudioError where one of these (id → value) is no limit of this checklist."""
        for name, value in limits.items():
            if why := self.limit(name).why_no_limit(value):
                raise StudioError(why)


def read_checklist(path: Path) -> Checklist:
    """A checklist from its TOML file."""
    try:
        text = path.read_bytes()
        found = from_json(Checklist, {"id": path.stem, **tomllib.loads(text.decode("utf-8"))}, path.name)
    except (ValueError, OSError) as error:
        raise StudioError(
            phrase(
                "The checklist {file} cannot be used: {why}. Correct it or remove it.", file=path, why=error
            )
        ) from error
    return replace(found, sha256=hashlib.sha256(text).hexdigest())


def standard_checklist() -> Checklist:
    """The checklist that comes with the studio, in the language in use where it was translated.

    Raises StudioError where the translation is of other questions, or has other rules.
    """
    return _standard(language())


@cache
def _standard(language: str) -> Checklist:
    original = resources() / "checklists" / "responsible_ai.toml"
    translation = original.with_name(f"{original.stem}.{language}{original.suffix}")
    if language == ENGLISH or not translation.is_file():
        return read_checklist(original)
    from studio.core.translation import translated  # which is made of the types above

    return translated(read_checklist(original), read_checklist(translation))
