"""What stands against a model on a microcontroller, layer by layer: it runs, runs after a change, or cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Runs(StrEnum):
    """Whether a layer runs on a microcontroller."""

    AS_IT_IS = "runs"
    AFTER_CHANGE = "runs after a change"
    CANNOT = "cannot run"


@dataclass(frozen=True, slots=True)
class LayerVerdict:
    """The verdict on one layer; `words` name the change, or why it cannot and what to do."""

    layer: str
    operator: str
    verdict: Runs
    words: str = ""


def count_of(verdicts: Sequence[LayerVerdict], which: Runs) -> int:
    """How many layers have this verdict."""
    return sum(one.verdict is which for one in verdicts)


def summary(verdicts: Sequence[LayerVerdict]) -> str:
    """The counts in a line: '12 layers run, 1 after a change, 0 cannot'; "" where there are none."""
    if not verdicts:
        return ""
    runs = count_of(verdicts, Runs.AS_IT_IS)
    changed = count_of(verdicts, Runs.AFTER_CHANGE)
    return (
        f"{runs} {'layer runs' if runs == 1 else 'layers run'}, {changed} after a change, "
        f"{count_of(verdicts, Runs.CANNOT)} cannot"
    )
