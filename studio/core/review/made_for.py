"""What an answers file was written for: it vouches for that alone, and for checks that say now what they said then."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.core.canonical import digest
from studio.core.checks.check import Check
from studio.core.review.subject import Subject


@dataclass(frozen=True, slots=True)
class MadeFor:
    """`source` as of `source_of`, and what each check said then (check id → verdict)."""

    source: str = ""
    checks: dict[str, str] = field(default_factory=dict)

    def vouches(self, source: str) -> bool:
        """True where it was written for this very source."""
        return bool(source) and self.source == source

    def opened(self, names: Iterable[str], checks: tuple[Check, ...]) -> tuple[str, ...]:
        """Those of `names` (check ids) whose checks say what they said when the file was written."""
        same = {check.id for check in checks if self.checks.get(check.id) == check.verdict.value}
        return tuple(name for name in names if name in same)

    def signs(self, source: str, checks: tuple[Check, ...]) -> bool:
        """True where a signature may count: the same source, and every check says the same."""
        return self.vouches(source) and self.checks == verdicts_of(checks)


def source_of(model_sha256: str, subject: Subject) -> str:
    """SHA-256 of all that a review's subject follows from: `model_sha256` (the file as loaded), data, recipe, target.

    The exported bytes are left out: another computer's rounding may give others from the same source.
    """
    return digest(
        {
            "model": model_sha256,
            "data": [subject.train_sha256, subject.validation_sha256, subject.test_sha256],
            "recipe": subject.recipe_sha256,
            "postprocessing": subject.postprocessing_sha256,
            "checklist": subject.checklist_sha256,
            "target": subject.target,
        }
    )


def made_for(source: str, checks: tuple[Check, ...]) -> MadeFor:
    """What a file that is written now is for."""
    return MadeFor(source, verdicts_of(checks))


def verdicts_of(checks: tuple[Check, ...]) -> dict[str, str]:
    """What each check says, by its id."""
    return {check.id: check.verdict.value for check in checks}


def made_for_text(made: MadeFor) -> str:
    """The lines of an answers file that say what it is for."""
    said = ", ".join(f'{name} = "{verdict}"' for name, verdict in made.checks.items())
    return f'[made_for]\nsource = "{made.source}"\nchecks = {{ {said} }}\n'
