"""What a check says: a figure with its interval, a verdict, and the detail that is drawn."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.checks.details import Detail
from studio.core.phrases import phrase_count

CHECKS_VERSION = 6
"""Counts up when a check is computed otherwise, so that no older result is taken for a new one."""


class Verdict(StrEnum):
    """What a check says. CANNOT_TELL is neither good nor bad: there are too few samples, or none of the right kind."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"

    @property
    def rank(self) -> int:
        """0 for the best; the worst of several verdicts is the one with the highest rank."""
        return (Verdict.PASS, Verdict.CANNOT_TELL, Verdict.WARN, Verdict.FAIL).index(self)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the gate holds against a limit of the maker's: `limit` is its id in the checklist.

    `of` names the class that it is of, where it is of one.
    """

    limit: str
    value: float
    of: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One computed check.

    `value` with its confidence interval `ci` (95 %), from `n` samples by `method`, against `limit` (None: no limit
    applies); `sentence` says it in words. `needed` is how many samples would let it tell (0: more would not help, or it
    can tell). `seed` drew what was drawn, so that the same seed gives the same figures; `seconds` is what it took.
    `measured` has what the maker can limit, whether a limit is set or not.
    """

    id: str
    title: str
    verdict: Verdict
    sentence: str
    value: float | None = None
    ci: tuple[float, float] | None = None
    n: int = 0
    method: str = ""
    limit: float | None = None
    seconds: float = 0.0
    seed: int = 0
    needed: int = 0
    detail: Detail | None = None
    measured: tuple[Measured, ...] = ()
    version: int = CHECKS_VERSION


def told(*sentences: str) -> str:
    """The sentences that say something, one after the other."""
    return " ".join(sentence for sentence in sentences if sentence)


def needed_words(check: Check) -> str:
    """How many samples would let a check tell that cannot, as a sentence ("": more would not help, or it can)."""
    if not check.needed or check.verdict is not Verdict.CANNOT_TELL:
        return ""
    return phrase_count(
        "About {count:,} sample would let it tell.",
        "About {count:,} samples would let it tell.",
        check.needed,
    )


def worst(verdicts: tuple[Verdict, ...]) -> Verdict:
    """The worst of some verdicts; PASS of none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.PASS)
