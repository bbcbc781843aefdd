"""How well a candidate answers the test set, beside the float model it came from."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.dataset import Task


class Engine(StrEnum):
    """What computed the answers."""

    STUDIO_C = "the exported C, built for this computer"
    LITERT = "LiteRT's reference kernels on this computer"


class Verdict(StrEnum):
    """What a check says."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One computed check of the review.

    `value` with its confidence interval `ci` (95 %), from `n` samples by `method`; `sentence` says it in words.
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


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class: its samples in the test set and the share found (recall) by the float and the candidate model."""

    label: str
    n: int
    float_recall: float
    recall: float


@dataclass(frozen=True, slots=True)
class GroupScore:
    """One value of a group column: its samples and both models' accuracy on them."""

    column: str
    value: str
    n: int
    float_accuracy: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Flips:
    """Samples whose answer changed: right before and wrong now, the reverse, and wrong both times."""

    broken: int
    mended: int
    still_wrong: int

    @property
    def total(self) -> int:
        """All changed answers."""
        return self.broken + self.mended + self.still_wrong


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results on the test set.

    For classes `accuracy` is the share of right answers; for numbers it is R², the share of the
    target's variance explained (1 − Σ(y−ŷ)² ÷ Σ(y−ȳ)²), and `mean_error` the mean absolute error.
    `confusion[t][p]` counts samples of class t answered p. `predictions` is an .npz in the cache with
    y, float_scores, scores (float32 [N, K]) and, with the studio's C, outputs (as stored, [N, K]).
    """

    candidate_sha256: str
    data_sha256: str
    task: Task
    engine: Engine
    n: int
    accuracy: float
    float_accuracy: float
    accuracy_ci: tuple[float, float]
    mean_error: float | None = None
    float_mean_error: float | None = None
    classes: tuple[ClassScore, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    groups: tuple[GroupScore, ...] = ()
    flips: Flips | None = None
    checks: tuple[CheckResult, ...] = ()
    predictions: str = ""

    @property
    def metric(self) -> str:
        """What `accuracy` is called for this task."""
        return "accuracy" if self.task is Task.CLASSIFICATION else "R²"
