"""The model as the compiler sees it: layers in order, constants apart, and nothing that computes nothing."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.operators import Options
from studio.core.tflite import DType, Operator, Tensor, TfliteModel

INT8 = DType.INT8
INT4 = DType.INT4
INT16 = DType.INT16
FLOAT32 = DType.FLOAT32
LARGEST_BYTES = 1 << 26  # beyond the memory of any microcontroller
EDGES = ("QUANTIZE", "DEQUANTIZE")


@dataclass(frozen=True, slots=True)
class Node:
    """One layer to be compiled, with what it reads and the one tensor that it writes.

    Of an operator that writes several tensors there is one node for each; `part` counts them. `border` is what
    a PAD in front of the layer would add to its image: rows (above, below) and columns (before, behind).
    """

    model: TfliteModel
    operator: Operator
    part: int = 0
    border: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))

    @property
    def name(self) -> str:
        """The layer's name: that of what it writes."""
        return short_name(self.output) if self.operator.outputs else f"operator {self.operator.index}"

    @property
    def options(self) -> Options:
        """The operator's options."""
        return self.operator.options

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """All inputs that are there."""
        return tuple(self.model.tensors[i] for i in self.operator.inputs if i >= 0)

    @property
    def output(self) -> Tensor:
        """What the layer writes."""
        return self.model.tensors[self.operator.outputs[0]]

    def fail(self, what: str) -> StudioError:
        """The sentence for a layer that cannot be compiled."""
        return StudioError(f"Layer {self.operator.index} '{self.name}' ({self.operator.name}) {what}")

    def input(self, position: int) -> Tensor:
        """The input at a position; StudioError if it is absent."""
        tensor = self.optional(position)
        if tensor is None:
            raise self.fail(f"lacks its input number {position + 1}: the file is damaged.")
        return tensor

    def optional(self, position: int) -> Tensor | None:
        """The input at a position, or None."""
        if position >= len(self.operator.inputs) or self.operator.inputs[position] < 0:
            return None
        return self.model.tensors[self.operator.inputs[position]]

    def constant(self, position: int, *dtypes: DType) -> npt.NDArray[np.generic]:
        """The constant at an input position, of one of the types; StudioError if it is computed at run time."""
        tensor = self.input(position)
        values = self.model.constant(tensor.index)
        if values is None:
            raise self.fail(
                f"computes its input '{short_name(tensor)}' while it runs; the studio needs it fixed in the "
                "file. Convert the model with a fixed batch of 1 and trained weights."
            )
        if tensor.dtype not in dtypes:
            raise self.fail(
                f"stores '{short_name(tensor)}' as {tensor.dtype}, where the studio takes "
                f"{' or '.join(dtypes)}. Choose int8 in Compress."
            )
        return values

    def quantization(self, tensor: Tensor) -> tuple[float, int]:
        """The scale and the zero point of an int8 tensor with one of each."""
        if tensor.dtype != INT8:
            raise self.unsuitable(tensor)
        if len(tensor.scales) != 1 or len(tensor.zero_points) > 1 or not tensor.scales[0] > 0:
            raise self.fail(
                f"has '{short_name(tensor)}' without one scale and zero point; quantize the model again to int8."
            )
        zero_point = tensor.zero_points[0] if tensor.zero_points else 0
        if not -128 <= zero_point <= 127:
            raise self.fail(f"has the zero point {zero_point} outside of int8; quantize the model again.")
        return tensor.scales[0], zero_point

    @property
    def is_hybrid(self) -> bool:
        """Whether it has int8 weights and still computes in float32."""
        stored = any(t.is_constant and t.dtype == INT8 and t.count > 1 for t in self.inputs)
        return stored and self.output.dtype == FLOAT32

    def computes_in(self, dtype: DType) -> bool:
        """Whether it reads and writes numbers of a type."""
        source = self.optional(0)
        return source is not None and source.dtype == self.output.dtype == dtype and not self.is_hybrid

    def touches(self, dtype: DType) -> bool:
        """Whether its input or its output is of a type and the other one quantized."""
        types = {t.dtype for t in (*self.inputs[:1], self.output)}
        return dtype in types and types <= {INT8, INT16}

    def unsuitable(self, tensor: Tensor) -> StudioError:
        """Why a tensor that is not int8 stops the compiler, and what to do."""
        if tensor.dtype == FLOAT32 and self.is_hybrid:
            return self.fail(
                "has int8 weights but computes in float32 (dynamic range): microcontroller engines do not run "
                "such hybrid layers, since every input would have to be quantized anew while it runs. "
                "Choose int8 in Compress; if the file came like this, load the float model it was made from."
            )
        what = {
            DType.FLOAT32: "computes in float32",
            DType.FLOAT16: "stores its weights in float16",
            DType.INT16: "computes in int16",
            DType.UINT8: "computes in uint8, the older scheme",
        }.get(tensor.dtype, f"computes in {tensor.dtype}")
        return self.fail(f"{what}, which the studio does not do for this operator. Choose int8 in Compress.")


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes that matter, in order, and where the model's data comes in and goes out.

    `notes` says in sentences what was left out at the edges; `states` keep their values between runs.
    """

    model: TfliteModel
    nodes: tuple[Node, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    notes: tuple[str, ...]
    states: tuple[Tensor, ...] = ()


def short_name(tensor: Tensor) -> str:
    """A tensor's name as people can read it: converters join the names of merged layers with ';'."""
    name = "".join(c for c in tensor.name.split(";")[0] if c.isprintable()) or f"tensor {tensor.index}"
    return name if len(name) <= 60 else "..." + name[-57:]


def build(model: TfliteModel) -> Graph:
    """The graph of a model, without layers that nothing needs."""
    for tensors, side in ((model.inputs, "input"), (model.outputs, "output")):
        if not tensors or len(set(tensors)) != len(tensors):
            raise StudioError(f"This model has no {side}, or names one twice: the file is damaged.")
    nodes = [Node(model, operator) for operator in model.operators]
    _check_order(model, nodes)
    notes: list[str] = []
    sources = tuple(_skip_input_edge(nodes, model.tensors[i], notes) for i in model.inputs)
    targets = tuple(_skip_output_edge(nodes, model.tensors[i], notes) for i in model.outputs)
    written = _variables(model)
    kept = _reachable(_one_output_each(nodes), sources, (*targets, *written))
    used = {i for n in kept for i in (*n.operator.inputs, *n.operator.outputs)}
    known = {t.index for t in sources}
    if known.isdisjoint(t.index for t in targets) and known.isdisjoint(
        i for n in kept for i in n.operator.inputs
    ):
        raise StudioError("The output of this model does not depend on its input; convert it again.")
    for node in kept:
        for tensor in (*node.inputs, node.output):
            if tensor.bytes > LARGEST_BYTES and not tensor.is_constant:
                raise node.fail(
                    f"works on {tensor.bytes} bytes at once, more than any board here has. Use a smaller input."
                )
    states = tuple(t for t in written if t.index in used)
    return Graph(model, tuple(kept), sources, targets, tuple(notes), states)


def _one_output_each(nodes: list[Node]) -> list[Node]:
    return [
        replace(node, operator=replace(node.operator, outputs=(output,)), part=part)
        for node in nodes
        for part, output in enumerate(node.operator.outputs)
    ]


def _variables(model: TfliteModel) -> tuple[Tensor, ...]:
    """The tensors that keep their values between runs."""
    return tuple(
        t for t in model.tensors if t.is_variable and not t.is_constant and t.index not in model.inputs
    )


def _check_order(model: TfliteModel, nodes: list[Node]) -> None:
    variables = {t.index for t in _variables(model)}
    known = {t.index for t in model.tensors if t.is_constant} | set(model.inputs) | variables
    for node in nodes:
        if not node.operator.outputs:
            raise node.fail("writes nothing: the file is damaged.")
        for tensor in node.inputs:
            if tensor.index not in known:
                raise node.fail(f"reads '{short_name(tensor)}' before it is written: the file is damaged.")
        for index in node.operator.outputs:
            if index in known and index not in variables:
                raise node.fail(f"writes '{short_name(model.tensors[index])}' again: the file is damaged.")
            known.add(index)
    if any(index not in known or model.tensors[index].is_constant for index in model.outputs):
        raise StudioError("No layer of this model writes its output: the file is damaged.")


def _skip_input_edge(nodes: list[Node], source: Tensor, notes: list[str]) -> Tensor:
    """A float or uint8 input that is only quantized: the C code takes the int8 numbers behind that layer."""
    users = [n for n in nodes if source.index in n.operator.inputs]
    if source.dtype in (INT8, INT16) or [n.operator.name for n in users] != ["QUANTIZE"]:
        return source
    nodes.remove(users[0])
    notes.append(
        f"The model takes {source.dtype}; the C code takes the int8 numbers of its first layer, QUANTIZE."
    )
    return users[0].output


def _skip_output_edge(nodes: list[Node], target: Tensor, notes: list[str]) -> Tensor:
    """A float or uint8 output made from int8: the C code gives the int8 numbers in front of that layer."""
    makers = [n for n in nodes if target.index in n.operator.outputs]
    if target.dtype in (INT8, INT16) or not makers or makers[0].operator.name not in EDGES:
        return target
    before = makers[0].input(0)
    if before.is_constant or any(target.index in n.operator.inputs for n in nodes):
        return target
    nodes.remove(makers[0])
    notes.append(
        f"The model gives {target.dtype}; the C code gives the int8 numbers before its last layer, "
        f"{makers[0].operator.name}."
    )
    return before


def _reachable(nodes: list[Node], sources: tuple[Tensor, ...], targets: tuple[Tensor, ...]) -> list[Node]:
    """The nodes that the targets depend on, in order.

    A reshape takes its new shape from what it writes, so layers that only compute that shape fall away.
    """
    known = {t.index for t in sources}
    needed = {t.index for t in targets}
    kept = []
    for node in reversed(nodes):
        if needed.isdisjoint(node.operator.outputs):
            continue
        kept.append(node)
        read = node.operator.inputs[:1] if node.operator.name == "RESHAPE" else node.operator.inputs
        needed.update(i for i in read if i not in known)
    return kept[::-1]
