"""What was loaded: a model, its layers, and what goes in and comes out."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.verdict import LayerVerdict


class ModelFormat(StrEnum):
    """The file formats the studio opens."""

    KERAS = "keras"
    H5 = "h5"
    SAVED_MODEL = "saved-model"
    ONNX = "onnx"
    TFLITE = "tflite"


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """An input or output of the model; `scale` and `zero_point` only where it is quantized per tensor."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    scale: float | None = None
    zero_point: int | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One operator of the converted model, as the board will see it.

    `parameters` counts weights and biases; `macs` multiply-accumulates for one inference;
    `weight_bytes` what its constants take in the .tflite; `activation_bytes` the size of its outputs;
    `inputs` the indices of the layers whose outputs it reads (none: only the model's input, or unknown).
    """

    index: int
    name: str
    operator: str
    output_shape: tuple[int, ...]
    dtype: str
    parameters: int
    macs: int
    weight_bytes: int
    activation_bytes: int
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A loaded model: the user's file and the .tflite (batch of 1) that the worker made from it.

    `artifact` is the path of that .tflite in the cache; both SHA-256 values are 64 hex digits. `verdicts` say for each
    layer whether it runs on a microcontroller; `unprunable` names the layers that keep all their channels, and why.
    """

    name: str
    format: ModelFormat
    path: str
    sha256: str
    artifact: str
    artifact_sha256: str
    artifact_bytes: int
    quantized: bool
    inputs: tuple[TensorInfo, ...]
    outputs: tuple[TensorInfo, ...]
    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()
    verdicts: tuple[LayerVerdict, ...] = ()
    unprunable: tuple[tuple[str, str], ...] = ()

    @property
    def parameters(self) -> int:
        """Weights and biases in all layers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one inference."""
        return sum(layer.macs for layer in self.layers)
