"""How a model is compressed: the choices (recipe) and what came of them (candidate)."""

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.model import Layer
from studio.core.storage import read_error


class Scheme(StrEnum):
    """How numbers are stored."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT8 = "int8"
    INT16 = "int16x8"
    INT4 = "int4"
    DYNAMIC_RANGE = "dynamic-range"
    WEIGHTS_ONLY = "weights-only"

    @property
    def words(self) -> str:
        """The choice in makers' words, the term of art beside it."""
        return _WORDS[self]

    @property
    def why_not_on_microcontrollers(self) -> str | None:
        """Why the generated C does not take it, or None if it does."""
        return _WHY_NOT.get(self)

    @property
    def needs_calibration(self) -> bool:
        """True where activations are stored in few bits, so that their ranges must be known."""
        return self in (Scheme.INT8, Scheme.INT16, Scheme.INT4)


_WORDS = {
    Scheme.FLOAT32: "numbers as they were trained, 32 bits (float32)",
    Scheme.FLOAT16: "weights in 16 bits, computed in 32 (float16)",
    Scheme.INT8: "all numbers stored in 8 bits (int8)",
    Scheme.INT16: "weights in 8 bits, activations in 16 (int16×8)",
    Scheme.INT4: "weights in 4 bits, activations in 8 (int4)",
    Scheme.DYNAMIC_RANGE: "only weights stored in 8 bits (dynamic range)",
    Scheme.WEIGHTS_ONLY: "weights in 8 bits, computed in 32 (weights only)",
}
_WHY_NOT = {
    Scheme.FLOAT16: "float16 weights are turned back to float32 before they are used, which phones and Linux boards "
    "do while loading; a microcontroller would need both copies. Choose int8 for a microcontroller.",
    Scheme.DYNAMIC_RANGE: "Dynamic range mixes 8-bit weights with float activations; engines for "
    "microcontrollers refuse such hybrid models. Choose int8 for a microcontroller.",
    Scheme.WEIGHTS_ONLY: "Weights-only models turn their 8-bit weights back to float32 before each use; engines for "
    "microcontrollers refuse such hybrid models. Choose int8 for a microcontroller.",
}


class Clip(StrEnum):
    """How the range of a tensor is chosen from the values that calibration saw."""

    MIN_MAX = "min-max"
    PERCENTILE = "percentile"
    MSE = "mse"

    @property
    def words(self) -> str:
        """The choice in makers' words, the term of art beside it."""
        return {
            Clip.MIN_MAX: "every value that was seen (min/max)",
            Clip.PERCENTILE: "all but the rarest 0.1 % (percentile)",
            Clip.MSE: "where rounding costs least (mean squared error)",
        }[self]


class Sampling(StrEnum):
    """Which training samples calibrate."""

    BALANCED = "balanced"
    RANDOM = "random"
    FIRST = "first"

    @property
    def words(self) -> str:
        """The choice in makers' words."""
        return {
            Sampling.BALANCED: "as many of each class",
            Sampling.RANDOM: "drawn at random (seed 1)",
            Sampling.FIRST: "the first ones in the file",
        }[self]


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """What differs in one layer (its name in `Model.layers`) from the rest; None: as the rest."""

    layer: str
    scheme: Scheme | None = None
    pruning: float | None = None
    sparsity: float | None = None

    def __post_init__(self) -> None:
        for share in (self.pruning, self.sparsity):
            if share is not None and not 0.0 <= share <= 0.95:
                raise StudioError(f"Pruning of '{self.layer}' is a share from 0 to 0.95, not {share}.")
        if self.scheme not in (None, Scheme.FLOAT32, Scheme.INT8, Scheme.INT16, Scheme.INT4):
            raise StudioError(f"'{self.layer}' can be float32, int8, int16x8 or int4, not {self.scheme}.")

    @property
    def empty(self) -> bool:
        """True when nothing differs."""
        return self.scheme is None and self.pruning is None and self.sparsity is None


@dataclass(frozen=True, slots=True)
class Student:
    """A smaller model of the same kind: the share of channels (`width`) and of repeatable layers (`depth`) it keeps.

    `joined`: its separable layers become plain convolutions, so that the board needs no code for depthwise ones.
    """

    width: float = 1.0
    depth: float = 1.0
    joined: bool = False

    def __post_init__(self) -> None:
        if not (0.05 <= self.width <= 1.0 and 0.0 <= self.depth <= 1.0):
            raise StudioError(
                "A student keeps 0.05 to 1 of the width and 0 to 1 of the depth of its teacher."
            )

    @property
    def title(self) -> str:
        """How much of its teacher it is: '50 % wide, 75 % deep, joined'."""
        return f"{self.width * 100:.0f} % wide, {self.depth * 100:.0f} % deep" + ", joined" * self.joined


@dataclass(frozen=True, slots=True)
class Training:
    """Fine-tuning with the training set, after which the best epoch on the validation set is kept.

    `quantization_aware`: the forward pass rounds as the recipe's scheme will (fake quantization).
    `distillation` (alpha, 0 to 1) is the share of the loss that compares with the loaded model's softened answers
    (`temperature`); the rest compares with the labels. `patience`: epochs without a gain before it ends early.
    `ramp`: the share of the epochs over which sparsity rises to its target (cubic schedule of Zhu and Gupta, 2017);
    above 1 where training was stopped before it got there, so that the same epochs lead to the same weights.
    `variety` (0 to 1) is how far copies of the samples are altered (shifted, turned, stretched, louder or fainter) that
    are learnt beside them; with distillation the loaded model is asked about the copies too.
    """

    epochs: int = 20
    learning_rate: float = 0.001
    batch: int = 32
    patience: int = 6
    seed: int = 1
    quantization_aware: bool = False
    distillation: float = 0.0
    temperature: float = 4.0
    ramp: float = 0.5
    variety: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.epochs <= 1000 or self.batch < 1 or self.patience < 1:
            raise StudioError("Training needs 1 to 1000 epochs, a batch and a patience of at least 1.")
        if not 0 < self.learning_rate <= 1:
            raise StudioError(f"The learning rate is above 0 and at most 1, not {self.learning_rate}.")
        if not (0 <= self.distillation <= 1 and self.temperature > 0 and 0 <= self.ramp <= 1000):
            raise StudioError("Distillation's share and the ramp are from 0 to 1, its temperature above 0.")
        if not 0 <= self.variety <= 1:
            raise StudioError(f"The variety of the samples is from 0 to 1, not {self.variety}.")


PATTERNS = ("1:4", "2:4", "4:8")
PALETTES = (4, 16)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The compression choices.

    `pruning` is the share of channels removed from each layer that can lose some (0 to 0.9); `sparsity` the share of
    single weights set to zero (0 to 0.95), `pattern` instead keeps N of every M weights along the inputs ("2:4");
    `palette` is how many different weights each layer may have (0: any); `calibration_samples` how many training
    samples set the ranges, chosen by `sampling`, clipped by `clip`. `layers` holds what differs in single layers.
    `student` and `training` are None where the model keeps its depth, and its weights.
    """

    scheme: Scheme = Scheme.INT8
    pruning: float = 0.0
    calibration_samples: int = 200
    sampling: Sampling = Sampling.BALANCED
    clip: Clip = Clip.MIN_MAX
    sparsity: float = 0.0
    pattern: str = ""
    palette: int = 0
    layers: tuple[LayerChoice, ...] = ()
    student: Student | None = None
    training: Training | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.pruning <= 0.9:
            raise StudioError(f"Pruning is a share from 0 to 0.9, not {self.pruning}.")
        if not 0.0 <= self.sparsity <= 0.95:
            raise StudioError(f"Sparsity is a share from 0 to 0.95, not {self.sparsity}.")
        if self.calibration_samples < 1:
            raise StudioError("Calibration needs at least 1 sample; 100 to 500 are usual.")
        if self.pattern and self.pattern not in PATTERNS:
            raise StudioError(f"A pattern is one of {', '.join(PATTERNS)}, not {self.pattern}.")
        if self.palette and self.palette not in PALETTES:
            raise StudioError("A palette has 4 or 16 different weights (0: no palette).")
        names = [choice.layer for choice in self.layers]
        if len(set(names)) != len(names):
            raise StudioError("A recipe names each layer once.")

    @property
    def for_another_model(self) -> "Recipe":
        """How numbers are stored and calibrated; what is taken out, apart or trained belongs to one model."""
        return Recipe(
            self.scheme,
            calibration_samples=self.calibration_samples,
            sampling=self.sampling,
            clip=self.clip,
        )

    @property
    def title(self) -> str:
        """A short name: 'int8' or 'int8, 30 % of channels pruned, retrained'."""
        parts = [self.scheme.value]
        if self.student is not None:
            parts.append(f"student {self.student.title}")
        if self.pruning:
            parts.append(f"{self.pruning * 100:.0f} % of channels pruned")
        if self.pattern:
            parts.append(f"{self.pattern} sparse")
        elif self.sparsity:
            parts.append(f"{self.sparsity * 100:.0f} % of weights zero")
        if self.palette:
            parts.append(f"{self.palette} weights a layer")
        if self.clip is not Clip.MIN_MAX and self.scheme.needs_calibration:
            parts.append(f"clipped by {self.clip.value}")
        if self.layers:
            parts.append(f"{len(self.layers)} layer{'s' if len(self.layers) > 1 else ''} apart")
        if self.training is not None:
            aware = ", quantization-aware" if self.training.quantization_aware else ""
            parts.append(("distilled" if self.training.distillation else "retrained") + aware)
        return ", ".join(parts)

    def choice(self, layer: str) -> LayerChoice:
        """What differs in this layer; an empty choice where nothing does."""
        return next((choice for choice in self.layers if choice.layer == layer), LayerChoice(layer))

    def scheme_of(self, layer: str) -> Scheme:
        """How this layer's numbers are stored."""
        return self.choice(layer).scheme or self.scheme

    def with_choice(self, choice: LayerChoice) -> "Recipe":
        """The recipe with this in the place of what differed in the layer; an empty choice takes it away."""
        others = [known for known in self.layers if known.layer != choice.layer]
        if not choice.empty:
            others.append(choice)
        return replace(self, layers=tuple(sorted(others, key=lambda known: known.layer)))

    @property
    def structure(self) -> "Recipe":
        """What of the recipe shapes the float weights, before numbers are stored in fewer bits.

        Two recipes of the same structure share pruned and trained weights. Quantization-aware training sees the
        scheme, so there everything counts.
        """
        if self.training is not None and self.training.quantization_aware:
            return self
        kept = (LayerChoice(c.layer, None, c.pruning, c.sparsity) for c in self.layers)
        return Recipe(
            scheme=Scheme.FLOAT32,
            pruning=self.pruning,
            sparsity=self.sparsity,
            pattern=self.pattern,
            layers=tuple(choice for choice in kept if not choice.empty),
            student=self.student,
            training=self.training,
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A compressed model: its recipe, its .tflite in the cache, and its layers.

    `removed_channels` counts the channels that pruning took out; `notes` name what could not be done.
    """

    recipe: Recipe
    model_sha256: str
    data_sha256: str
    artifact: str
    sha256: str
    file_bytes: int
    layers: tuple[Layer, ...]
    removed_channels: int = 0
    notes: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)


def read_recipe(text: str) -> Recipe:
    """A recipe from a JSON file's path, JSON text, or words such as 'int8' or 'int8,pruning=0.3,clip=mse'."""
    if text.lstrip().startswith("{"):  # as `core/command_line.py` writes it
        try:
            return from_json(Recipe, json.loads(text), "recipe")
        except ValueError as error:
            raise StudioError(f"The recipe is not understood: {error}.") from error
    path = Path(text)
    if path.suffix == ".json":
        try:
            return from_json(Recipe, json.loads(path.read_text(encoding="utf-8")), path.name)
        except OSError as error:
            raise read_error(path, error) from error
        except ValueError as error:
            raise StudioError(f"{path} is not a recipe: {error}.") from error
    scheme, *settings = (part.strip() for part in text.split(","))
    values: dict[str, object] = {"scheme": scheme}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        kind = {"pruning": float, "sparsity": float, "calibration_samples": int, "palette": int}.get(
            name, str
        )
        try:
            if not equals or not value:
                raise ValueError
            values[name] = kind(value)
        except ValueError:
            raise StudioError(f"'{setting}' in the recipe is not NAME=VALUE, as in pruning=0.3.") from None
    try:
        return from_json(Recipe, values, "recipe")
    except ValueError as error:
        raise StudioError(f"The recipe '{text}' is not understood: {error}.") from error


def write_recipe(recipe: Recipe) -> str:
    """The recipe as JSON text, as `read_recipe` takes it back."""
    return json.dumps(to_json(recipe), indent=2) + "\n"
