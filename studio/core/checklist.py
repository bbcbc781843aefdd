"""The review's questions, tiers and limits, read from a TOML file."""

import hashlib
import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from studio.core.codec import from_json
from studio.core.errors import StudioError
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
        return list(Tier).index(self)


@dataclass(frozen=True, slots=True)
class Intake:
    """A yes/no question about the use; `tier` is where 'yes' puts it. `raises` names questions it makes blockers."""

    id: str
    text: str
    tier: Tier
    raises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question only a person can answer.

    `blocker_from`/`warning_from` are the tiers from which a missing answer blocks or warns (None: never);
    `checks` the evidence shown beside it; `depends` what makes an answer stale when it changes
    ("model", "data"; nothing: only the words of the use).
    """

    id: str
    stage: Stage
    text: str
    why: str
    blocker_from: Tier | None = None
    warning_from: Tier | None = None
    checks: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Numeric limits of the checks.

    `accuracy_margin`: the loss of accuracy that compression may cost (share); `error_margin`: the same for
    mean absolute errors, as a share of the target's spread; `group_gap`: the gap between groups (share).
    """

    accuracy_margin: float = 0.01
    error_margin: float = 0.05
    group_gap: float = 0.05


@dataclass(frozen=True, slots=True)
class Checklist:
    """A review's questions. `real_use` is the tier of any use that is more than a trial at the desk."""

    id: str
    title: str
    version: int
    notice: str
    real_use: Tier
    intake: tuple[Intake, ...]
    questions: tuple[Question, ...]
    gate_checks: tuple[str, ...]
    limits: Limits = Limits()
    sha256: str = ""

    def question(self, question_id: str) -> Question:
        """The question with this id, or a StudioError."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise StudioError(f"The checklist has no question '{question_id}'.")


def read_checklist(path: Path) -> Checklist:
    """A checklist from its TOML file."""
    try:
        text = path.read_bytes()
        found = from_json(Checklist, {"id": path.stem, **tomllib.loads(text.decode("utf-8"))}, path.name)
    except (ValueError, OSError) as error:
        raise StudioError(
            f"The checklist {path} cannot be used: {error}. Correct it or remove it."
        ) from error
    return replace(found, sha256=hashlib.sha256(text).hexdigest())


@cache
def standard_checklist() -> Checklist:
    """The checklist that comes with the studio."""
    return read_checklist(resources() / "checklists" / "responsible_ai.toml")
