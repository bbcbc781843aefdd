"""How well a candidate answers the test set, beside the float model it came from."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.dataset import Task


class Engine(StrEnum):
    """What computed the answers."""

    STUDIO_C = "the exported C, built for this computer"
    LITERT = "LiteRT on this computer"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Errors:
    """How far answers are from their targets.

    The mean absolute error (MAE), the root of the mean squared error (RMSE), and the share of the targets' variance
    that is explained (R²).
    """

    absolute: Estimate
    root_square: Estimate
    explained: Estimate


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class: its samples in the test set, and how both models fare with it.

    Recall is the share of its samples that were found, precision the share of the answers with its name that were
    right (None where it was never answered), F1 their harmonic mean.
    """

    label: str
    n: int
    float_recall: float
    recall: float
    float_precision: float | None = None
    precision: float | None = None

    @property
    def float_f1(self) -> float | None:
        """F1 before compression."""
        return _f1(self.float_precision, self.float_recall)

    @property
    def f1(self) -> float | None:
        """F1 after compression."""
        return _f1(self.precision, self.recall)


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


FLIPS_KEPT = 200
# More than these are left out of a record: it goes to the window as JSON, which takes its thread time to read.
CONFUSION_CLASSES = 40
CLASSES_KEPT = 200
_HASH_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Flipped:
    """The samples whose answer changed, as row numbers in the split; up to FLIPS_KEPT of each kind."""

    broken: tuple[int, ...] = ()
    mended: tuple[int, ...] = ()
    still_wrong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Results on the test set.

    For classes `accuracy` is the share of right answers; for numbers it is R² (`Errors`), with `errors` and
    `float_errors` beside it and `mean_error` the mean absolute error. For autoencoders these are errors of the
    reconstruction, and where samples are marked as anomalous `accuracy` is the area under the ROC curve (AUC).
    `confusion[t][p]` counts samples of class t answered p, `float_confusion` the same before compression; both are
    left out for more than CONFUSION_CLASSES classes, and `classes` for more than CLASSES_KEPT. `recipe` names how the
    candidate was made, `split` the samples, `of` how many the split has (0: `n`), `sources` the C that answered.
    `predictions` is an .npz in the cache with y, float_scores, scores (float32 [N, K]); outputs (as stored, [N, K])
    with the studio's C; rows (int64 [N], numbers in the split) where only a part was answered; anomalous (bool [N])
    where an autoencoder's samples are marked; "group …" (str [N]) for each group column.
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
    predictions: str = ""
    float_confusion: tuple[tuple[int, ...], ...] = ()
    flipped: Flipped | None = None
    errors: Errors | None = None
    float_errors: Errors | None = None
    auc: Estimate | None = None
    float_auc: Estimate | None = None
    recipe: str = ""
    split: str = "test"
    of: int = 0
    sources: str = ""

    @property
    def metric(self) -> str:
        """What `accuracy` is called for this task."""
        if self.task is Task.CLASSIFICATION:
            return "accuracy"
        return "R²" if self.auc is None else "AUC"

    @property
    def balanced(self) -> tuple[float, float] | None:
        """The mean recall of the classes (balanced accuracy) before and after.

        None where every class has about as many samples, so that it says the same as the accuracy.
        """
        present = [score for score in self.classes if score.n]
        if not present or max(score.n for score in present) < 1.5 * min(score.n for score in present):
            return None
        before = sum(score.float_recall for score in present) / len(present)
        return before, sum(score.recall for score in present) / len(present)

    @property
    def provenance(self) -> tuple[tuple[str, str], ...]:
        """What the figures come from: names with values."""
        part = f"{self.n} of {self.of} samples" if self.of > self.n else f"all {self.n} samples"
        rows = (
            ("Answered by", self.engine.value),
            ("Recipe", self.recipe),
            ("Samples", f"{part} of the {self.split} split"),
            ("Data (SHA-256)", self.data_sha256[:_HASH_DIGITS]),
            ("Candidate (SHA-256)", self.candidate_sha256[:_HASH_DIGITS]),
            ("C sources", self.sources[:_HASH_DIGITS]),
        )
        return tuple((name, value) for name, value in rows if value)


def _f1(precision: float | None, recall: float) -> float | None:
    if precision is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
