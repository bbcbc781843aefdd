"""What is found out besides the candidate at hand: training, sensitivity, search, and the insides of layers."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.build import Build
from studio.core.evaluation import Engine
from studio.core.recipe import Recipe

EXACT_DB = 150.0  # the signal-to-noise ratio from which two outputs count as equal: float32's own rounding


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One epoch of training; `accuracy` is the task's metric (accuracy or R²) on the validation set.

    Sent as the `data` of a job's progress and kept in `Trained`.
    """

    epoch: int
    loss: float
    validation_loss: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Trained:
    """What training came to.

    `recipe` is the one asked for; where it was stopped early by the user its `training.epochs` are those that were
    done, so that the recipe leads to these very weights again. `before` is the validation metric before the first
    epoch, `best_epoch` (0: before training) the epoch that is kept; `artifact_sha256` names the float .tflite.
    """

    recipe: Recipe
    curve: tuple[CurvePoint, ...]
    before: float
    best_epoch: int
    artifact_sha256: str
    seconds: float = 0.0


class Probe(StrEnum):
    """What sensitivity does to one layer while the others stay float32."""

    INT8 = "int8"
    INT4 = "int4"
    PRUNE_50 = "50 % pruned"
    PRUNE_70 = "70 % pruned"
    PRUNE_90 = "90 % pruned"


@dataclass(frozen=True, slots=True)
class LayerSensitivity:
    """The metric for each probe, in the order of `Probe`, if only this layer is changed; None where it cannot be."""

    layer: str
    scores: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How much each layer minds compression, measured on `n` validation samples; rows in the model's order."""

    model_sha256: str
    data_sha256: str
    n: int
    baseline: float
    rows: tuple[LayerSensitivity, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchLimits:
    """What a search must keep to: bytes and microseconds on the board, and the lowest metric that is still good.

    `seconds` is the time it may take. `lowest_accuracy` is on the test set's scale (0 to 1, or R²).
    """

    board: str
    flash_bytes: int
    ram_bytes: int
    inference_us: int
    lowest_accuracy: float
    seconds: float = 120.0
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """One recipe that a search tried; figures are for the board of its limits.

    `accuracy` was measured on `n` samples by `engine`; `allowed`: within all limits. Sent as progress data too.
    """

    number: int
    recipe: Recipe
    accuracy: float
    n: int
    engine: Engine
    flash_bytes: int
    ram_bytes: int
    inference_us: int
    allowed: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """All trials of a search; `best` is the one to take (None: nothing within the limits), `baseline` int8 everywhere.

    `front` are the numbers of the trials on the validation set that no other beats in both flash and accuracy.
    `sentence` states the best against the baseline, `command` reproduces it without a window.
    """

    limits: SearchLimits
    trials: tuple[Trial, ...]
    front: tuple[int, ...]
    baseline: Trial
    best: Trial | None
    sentence: str
    seconds: float = 0.0
    command: str = ""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of values in bins of equal width from `low` to `high`."""

    low: float
    high: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LayerInside:
    """What one layer of the candidate (its `index` there) holds and computes, beside the float model's.

    `sqnr_db` = 10·log10(Σ float² ÷ Σ (float − candidate)²) and `cosine` compare its output over all samples (at
    most EXACT_DB, where nothing differs); None where the float model has no such output (or its size differs).
    `sparsity` is the share of weights that are zero. Histograms are in real numbers; `weight_step` and
    `activation_step` are the distances between storable numbers (the largest channel's for weights; 0: float).
    """

    index: int
    sqnr_db: float | None = None
    cosine: float | None = None
    sparsity: float = 0.0
    weights: Histogram | None = None
    weight_step: float = 0.0
    activations: Histogram | None = None
    activation_step: float = 0.0


@dataclass(frozen=True, slots=True)
class LayerReport:
    """The insides of every layer of a candidate, measured on `n` samples."""

    candidate_sha256: str
    n: int
    layers: tuple[LayerInside, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a recipe came to, kept for comparison; `parent` is the recipe that it was made from.

    `build` gives flash, RAM and time on any board. The metric is `accuracy` with its 95 % interval from `n` samples.
    """

    recipe: Recipe
    parent: Recipe | None
    candidate_sha256: str
    file_bytes: int
    accuracy: float | None
    accuracy_ci: tuple[float, float] | None
    n: int
    engine: Engine | None
    build: Build | None
