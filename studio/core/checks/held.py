"""A share of misses or of false alarms held against its limit: the verdict, and the sentences that say which it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.core.checks.check import Verdict, told
from studio.core.checks.intervals import needed
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_later


class Kind(StrEnum):
    """What the share is of."""

    MISSES = "misses"
    FALSE_ALARMS = "false alarms"


@dataclass(frozen=True, slots=True)
class Held:
    """The share `found` of a class, from `n` samples (its own for misses, the others for false alarms).

    `limit` is the maker's own where `own`, else the studio's. Fewer than `fewest` samples cannot tell.
    """

    kind: Kind
    place: int
    found: Estimate | None
    n: int
    limit: float
    own: bool
    fewest: int

    @property
    def few(self) -> bool:
        """True where there are too few samples to say anything."""
        return self.found is None or self.n < self.fewest

    @property
    def verdict(self) -> Verdict:
        """The maker's limit is held strictly, by the interval; the studio's by the figure alone."""
        if self.found is None or self.few:
            return Verdict.CANNOT_TELL
        if not self.own:
            return Verdict.PASS if self.found.value <= self.limit else Verdict.WARN
        if self.found.low > self.limit:
            return Verdict.FAIL
        return Verdict.PASS if self.found.high <= self.limit else Verdict.CANNOT_TELL

    @property
    def badness(self) -> tuple[int, float]:
        """By which the worst is found: the verdict, then how far the share is above its limit."""
        return self.verdict.rank, (self.found.value if self.found else 0.0) - self.limit

    @property
    def needed(self) -> int:
        """How many samples of its kind would let it tell (0: it can, or more would not help)."""
        if self.verdict is not Verdict.CANNOT_TELL:
            return 0
        if self.found is None or not self.own:
            return self.fewest
        return max(needed(self.n, self.found, self.limit), self.fewest if self.few else 0)


def highest(held: Sequence[Held], kind: Kind) -> Held | None:
    """The one of this kind with the highest share; None where nothing was measured."""
    known = [(one.found.value, one) for one in held if one.kind is kind and one.found is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


_SAID = {
    (Kind.MISSES, True, Verdict.FAIL): phrase_later(
        "That breaks your limit of {limit} % misses: '{label}' has {share} %."
    ),
    (Kind.FALSE_ALARMS, True, Verdict.FAIL): phrase_later(
        "That breaks your limit of {limit} % false alarms: '{label}' has {share} %."
    ),
    (Kind.MISSES, True, Verdict.CANNOT_TELL): phrase_later(
        "Whether '{label}' keeps your limit of {limit} % misses cannot be told: it has {share} %, which may be {low} "
        "to {high} %."
    ),
    (Kind.FALSE_ALARMS, True, Verdict.CANNOT_TELL): phrase_later(
        "Whether '{label}' keeps your limit of {limit} % false alarms cannot be told: it has {share} %, which may be "
        "{low} to {high} %."
    ),
    (Kind.MISSES, True, Verdict.PASS): phrase_later(
        "All classes keep your limits; '{label}' comes nearest to that of {limit} % misses, with {share} %."
    ),
    (Kind.FALSE_ALARMS, True, Verdict.PASS): phrase_later(
        "All classes keep your limits; '{label}' comes nearest to that of {limit} % false alarms, with {share} %."
    ),
    (Kind.MISSES, False, Verdict.WARN): phrase_later(
        "'{label}' has {share} % misses; you set no limit, and from {limit} % on the studio warns."
    ),
    (Kind.FALSE_ALARMS, False, Verdict.WARN): phrase_later(
        "'{label}' has {share} % false alarms; you set no limit, and from {limit} % on the studio warns."
    ),
}
_FEW = {
    Kind.MISSES: phrase_later("Fewer than {fewest} samples of '{label}' cannot tell its misses."),
    Kind.FALSE_ALARMS: phrase_later(
        "Fewer than {fewest} samples of others than '{label}' cannot tell its false alarms."
    ),
}
_MORE = {
    Kind.MISSES: phrase_later("About {n} samples of it would tell."),
    Kind.FALSE_ALARMS: phrase_later("About {n} samples of others would tell."),
}


def words_of(held: Held, label: str) -> str:
    """Which class, limit and share decided, and how many samples would tell ("": the studio's limit is kept)."""
    if held.found is None or held.few:
        return phrase(_FEW[held.kind], fewest=held.fewest, label=label)
    sentence = _SAID.get((held.kind, held.own, held.verdict), "")
    more = phrase(_MORE[held.kind], n=held.needed) if held.needed else ""
    shown = {
        "limit": f"{held.limit * 100:g}",
        "share": f"{held.found.value * 100:.1f}",
        "low": f"{held.found.low * 100:.1f}",
        "high": f"{held.found.high * 100:.1f}",
    }
    return told(phrase(sentence, label=label, **shown), more)
