"""What the compiler hands out: C files, and the figures that are known before anything is built."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.build import Optimize as Optimize


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One C file: a name without folders, and its text."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """The model's input or output as the C code takes and gives it: real = scale x (stored - zero_point).

    `dtype` is int8, int16 or float32, where the scale is 1 and the zero point 0.
    """

    shape: tuple[int, ...]
    dtype: str
    scale: float
    zero_point: int


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One piece of memory: where it lies in the arena and from which layer to which layer it is needed.

    `first_op` is -1 for the model's input. Tensors that share one place (a reshape, a sum computed in place)
    are one entry, named by the first of them.
    """

    tensor_name: str
    offset: int
    bytes: int
    first_op: int
    last_op: int


class StorageKind(StrEnum):
    """How a layer stores its weights.

    All of them, those that are not zero with bits or gaps that say where, or 4 or 2 bits each that say which value
    of a palette it has; INT4 is how the file has them.
    """

    DENSE = "dense"
    BITS = "bits"
    GAPS = "gaps"
    PALETTE_4 = "palette, 4 bits"
    PALETTE_2 = "palette, 2 bits"
    INT4 = "int4"


@dataclass(frozen=True, slots=True)
class Storage:
    """One way to store a layer's weights.

    `bytes` counts all of the layer's constants; `instructions` is what a run is estimated to take on a Cortex-M4
    (sparse.py and core/figures.py say how), to compare the ways with each other.
    """

    kind: StorageKind
    bytes: int
    instructions: int


@dataclass(frozen=True, slots=True)
class LayerCost:
    """What one layer of the generated code costs; `activation_bytes` is the size of what it writes.

    `storages` are the ways to store its weights where storing only some of them would be smaller: first the one
    that was taken, then the others. Where that would win nothing it is empty. `kernels` names the functions that
    the layer calls, `read_bytes` is the size of what they read besides constants. `flash_bytes` is what it stores on a
    32-bit board: constants and parameters; `storage` how its weights are stored, None where it has none.
    """

    index: int
    name: str
    operator: str
    macs: int
    weight_bytes: int
    activation_bytes: int
    storages: tuple[Storage, ...] = ()
    kernels: tuple[str, ...] = ()
    read_bytes: int = 0
    flash_bytes: int = 0
    storage: StorageKind | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The generated C code of one model, with its memory plan and the cost of each layer.

    `weight_bytes` counts weights, biases and tables, bytes. `live_bytes` is the largest sum of all that must
    be in memory at once: no plan can need less than that. `notes` says in sentences what was left out.
    """

    files: tuple[SourceFile, ...]
    arena_bytes: int
    live_bytes: int
    weight_bytes: int
    input: TensorSpec
    output: TensorSpec
    plan: tuple[PlanEntry, ...]
    layers: tuple[LayerCost, ...]
    labels: tuple[str, ...]
    model_sha256: str
    optimize: Optimize
    notes: tuple[str, ...] = ()
    more_inputs: tuple[TensorSpec, ...] = ()
    more_outputs: tuple[TensorSpec, ...] = ()

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """All inputs; most models have one."""
        return (self.input, *self.more_inputs)

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """All outputs; most models have one."""
        return (self.output, *self.more_outputs)

    @property
    def c_files(self) -> tuple[str, ...]:
        """The names of the files to compile."""
        return tuple(f.name for f in self.files if f.name.endswith(".c"))
