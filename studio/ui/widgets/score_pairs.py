"""Scores of one sample before and after compression, side by side: a line for each class, value or error."""

from dataclasses import dataclass

from studio.core.phrases import phrase
from studio.ui.widgets.barred_lines import BarredLine, BarredLines


@dataclass(frozen=True, slots=True)
class ScorePair:
    """A name (`strong`: the true class), both scores as text, and as shares of a bar where they have one."""

    name: str
    before: str
    after: str
    shares: tuple[float, float] | None = None
    strong: bool = False

    @property
    def words(self) -> str:
        """Both scores in one."""
        return f"{self.before} → {self.after}"


class ScorePairs(BarredLines):
    """The pairs below each other."""

    pairs: tuple[ScorePair, ...] = ()
    """What is shown."""

    def set_pairs(self, pairs: tuple[ScorePair, ...]) -> None:
        """Show these."""
        if pairs == self.pairs:
            return
        self.pairs = pairs
        words = "; ".join(f"{pair.name}: {pair.words}" for pair in pairs)
        self.setAccessibleName(phrase("Scores before → after. {scores}", scores=words))
        self.setToolTip(words.replace("; ", "\n"))
        self.set_lines(
            tuple(BarredLine(pair.name, pair.words, _bars(pair), strong=pair.strong) for pair in pairs)
        )


def _bars(pair: ScorePair) -> tuple[tuple[float, str], ...]:
    if pair.shares is None:
        return ()
    before, after = pair.shares
    return (before, "before"), (after, "after")
