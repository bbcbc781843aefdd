"""How a model is compressed: the choices (recipe) and what came of them (candidate)."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.model import Layer
from studio.core.storage import read_error


class Scheme(StrEnum):
    """How numbers are stored."""

    FLOAT32 = "float32"
    INT8 = "int8"
    DYNAMIC_RANGE = "dynamic-range"

    @property
    def words(self) -> str:
        """The choice in makers' words, the term of art beside it."""
        return {
            Scheme.FLOAT32: "numbers as they were trained, 32 bits (float32)",
            Scheme.INT8: "all numbers stored in 8 bits (int8)",
            Scheme.DYNAMIC_RANGE: "only weights stored in 8 bits (dynamic range)",
        }[self]

    @property
    def why_not_on_microcontrollers(self) -> str | None:
        """Why the generated C does not take it, or None if it does."""
        return {
            Scheme.FLOAT32: None,
            Scheme.INT8: None,
            Scheme.DYNAMIC_RANGE: "Dynamic range mixes 8-bit weights with float activations; engines for "
            "microcontrollers refuse such hybrid models. Choose int8 for a microcontroller.",
        }[self]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The compression choices.

    `pruning` is the share of channels removed from each layer that can lose some (0 to 0.9);
    `calibration_samples` is how many training samples set the int8 ranges.
    """

    scheme: Scheme = Scheme.INT8
    pruning: float = 0.0
    calibration_samples: int = 200

    def __post_init__(self) -> None:
        if not 0.0 <= self.pruning <= 0.9:
            raise StudioError(f"Pruning is a share from 0 to 0.9, not {self.pruning}.")
        if self.calibration_samples < 1:
            raise StudioError("Calibration needs at least 1 sample; 100 to 500 are usual.")

    @property
    def title(self) -> str:
        """A short name: 'int8' or 'int8, 30 % of channels pruned'."""
        if self.pruning == 0.0:
            return self.scheme.value
        return f"{self.scheme.value}, {self.pruning * 100:.0f} % of channels pruned"


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
    """A recipe from a JSON file's path, or from words such as 'int8' or 'int8,pruning=0.3'."""
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
        name, _, value = setting.partition("=")
        try:
            values[name.strip()] = float(value) if name.strip() == "pruning" else int(value)
        except ValueError:
            raise StudioError(f"'{setting}' in the recipe is not NAME=NUMBER, as in pruning=0.3.") from None
    try:
        return from_json(Recipe, values, "recipe")
    except ValueError as error:
        raise StudioError(f"The recipe '{text}' is not understood: {error}.") from error


def write_recipe(recipe: Recipe) -> str:
    """The recipe as JSON text, as `read_recipe` takes it back."""
    return json.dumps(to_json(recipe), indent=2) + "\n"
