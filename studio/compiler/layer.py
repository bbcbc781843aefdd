"""What an operator family gives back for one node: kernel calls, their constants and what they need."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.compiler.graph import Node
from studio.compiler.sources import Storage
from studio.core.tflite import Tensor

C_TYPES = {
    "int8": "int8_t", "int16": "int16_t", "int32": "int32_t", "int64": "int64_t", "uint8": "uint8_t",
    "uint16": "uint16_t", "uint32": "uint32_t", "float32": "float",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Array:
    """A constant array of the generated code; `name` is completed by the layer's own.

    `in_flash` if kernels read it only through studio_constants.h, so that an AVR can leave it in flash.
    """

    name: str
    values: npt.NDArray[np.generic]
    in_flash: bool = False

    @property
    def c_type(self) -> str:
        """The type of one element in C."""
        return C_TYPES[self.values.dtype.name]


@dataclass(frozen=True, slots=True)
class Ref:
    """The name of one of the layer's arrays, as a parameter or an argument."""

    array: str


@dataclass(frozen=True, slots=True)
class Place:
    """The memory of a tensor, `offset` bytes in; the plan says where that is."""

    tensor: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Scratch:
    """Memory that only this layer needs, while it runs, `offset` bytes in."""

    offset: int = 0


Argument = Place | Scratch | Ref | int
Parameter = int | float | Ref | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a kernel: a constant struct of parameters (none if empty), then the arguments.

    `struct` is the type of the parameters where that is not the kernel's own name.
    """

    kernel: str
    parameters: tuple[tuple[str, Parameter], ...]
    arguments: tuple[Argument, ...]
    struct: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """One node, compiled.

    `alias_of` is a tensor whose bytes are the output as they stand: then there are no calls. `overlays` names
    the inputs in whose memory the output may be computed, if nothing needs them afterwards. `storages` are the ways
    to store its weights, first the one taken, where there are several.
    """

    node: Node
    calls: tuple[Call, ...] = ()
    arrays: tuple[Array, ...] = ()
    macs: int = 0
    scratch_bytes: int = 0
    overlays: tuple[int, ...] = ()
    alias_of: int | None = None
    comment: str = ""
    storages: tuple[Storage, ...] = ()

    @property
    def output(self) -> Tensor:
        """What the layer writes."""
        return self.node.output

    @property
    def reads(self) -> tuple[int, ...]:
        """The tensors whose memory the calls read."""
        if self.alias_of is not None:
            return (self.alias_of,)
        places = [a.tensor for call in self.calls for a in call.arguments if isinstance(a, Place)]
        return tuple(dict.fromkeys(t for t in places if t != self.output.index))

    @property
    def weight_bytes(self) -> int:
        """The bytes of all constant arrays."""
        return sum(int(a.values.nbytes) for a in self.arrays)


def alias(node: Node) -> Layer:
    """A node that changes nothing but the shape."""
    source = node.input(0)
    if source.count != node.output.count or source.dtype != node.output.dtype:
        raise node.fail(
            f"turns {list(source.shape)} into {list(node.output.shape)}, which has another number of elements; "
            "convert the model with a fixed batch of 1."
        )
    return Layer(node, alias_of=source.index)
