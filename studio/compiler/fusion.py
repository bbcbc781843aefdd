"""What one layer does on behalf of its neighbour: a PAD's border, an activation's limits, a function of a function."""

from collections import Counter
from dataclasses import replace

import numpy as np

from studio.compiler.graph import Graph, Node
from studio.compiler.layer import Argument, Call, Layer, Place
from studio.compiler.tables import Int8Array
from studio.core.tflite import DType

_WINDOWED = ("CONV_2D", "DEPTHWISE_CONV_2D")
_LOOKUP = "studio_lookup"


def borders(graph: Graph) -> Graph:
    """The graph with each PAD left out whose border a convolution can imagine: one of zeros around its image."""
    uses = _uses(graph)
    makers = {n.operator.outputs[0]: n for n in graph.nodes}
    nodes: list[Node] = []
    for node in graph.nodes:
        pad = makers.get(node.operator.inputs[0]) if node.operator.inputs else None
        border = _border(pad) if pad is not None and node.operator.name in _WINDOWED else None
        if pad is None or border is None or uses[pad.output.index] != 1:
            nodes.append(node)
            continue
        nodes.remove(pad)
        inputs = (pad.operator.inputs[0], *node.operator.inputs[1:])
        nodes.append(replace(node, operator=replace(node.operator, inputs=inputs), border=border))
    return replace(graph, nodes=tuple(nodes))


def _border(pad: Node) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The rows and columns of zeros that a PAD adds, if that is all; what is damaged is left to its family."""
    if pad.operator.name != "PAD" or len(pad.operator.inputs) != 2:
        return None
    source, target = pad.input(0), pad.output
    values = pad.model.constant(pad.input(1).index)
    alike = (source.dtype, source.scales, source.zero_points) == (
        target.dtype,
        target.scales,
        target.zero_points,
    )
    if (
        values is None
        or values.shape != (4, 2)
        or not alike
        or pad.input(1).dtype not in (DType.INT32, DType.INT64)
    ):
        return None
    pairs = [(int(a), int(b)) for a, b in values]
    padded = (
        tuple(a + s + b for s, (a, b) in zip(source.shape, pairs, strict=True))
        if len(source.shape) == 4
        else ()
    )
    if padded != target.shape or min(min(p) for p in pairs) < 0 or any(pairs[0]) or any(pairs[3]):
        return None
    return pairs[1], pairs[2]


def _uses(graph: Graph) -> Counter[int]:
    """How often each tensor is read; the model's user reads its outputs."""
    uses = Counter(i for node in graph.nodes for i in node.operator.inputs if i >= 0)
    uses.update(t.index for t in graph.outputs)
    return uses


def functions(graph: Graph, layers: list[Layer]) -> list[Layer]:
    """The layers with each table joined to the layer before it, where that can limit its own results or is a table.

    Only where nothing else needs what is between the two.
    """
    uses = Counter(i for layer in layers for i in layer.reads)
    uses.update(t.index for t in graph.outputs)
    done: list[Layer] = []
    makers: dict[int, int] = {}
    for layer in layers:
        table = _table(layer)
        source = layer.reads[0] if table is not None else -1
        maker = _maker(source, done, makers, uses)
        joined = _joined(done[maker], table) if table is not None and maker is not None else None
        if joined is None or maker is None:
            makers[layer.output.index] = len(done)
            done.append(layer)
        elif joined.output.index == source:
            done[maker] = _writing(joined, layer)
            makers[layer.output.index] = maker
        else:
            done[maker] = joined
            makers[layer.output.index] = len(done)
            done.append(Layer(layer.node, alias_of=source))
    return done


def _maker(tensor: int, done: list[Layer], makers: dict[int, int], uses: Counter[int]) -> int | None:
    """The layer that computes what is in a tensor, be it reshaped, if nothing else needs that."""
    while tensor in makers and uses[tensor] == 1:
        maker = makers[tensor]
        source = done[maker].alias_of
        if source is None:
            return maker
        tensor = source
    return None


def _table(layer: Layer) -> Int8Array | None:
    if [call.kernel for call in layer.calls] != [_LOOKUP]:
        return None
    return next(a.values.astype(np.int8) for a in layer.arrays)


def _joined(first: Layer, table: Int8Array) -> Layer | None:
    """A layer that looks its results up in a table, or None."""
    inner = _table(first)
    if inner is not None:
        values = table[inner.astype(np.int64) + 128]
        return replace(first, arrays=tuple(replace(a, values=values) for a in first.arrays))
    lowest, highest = int(table.min()), int(table.max())
    if not np.array_equal(table, np.clip(np.arange(-128, 128), lowest, highest)):
        return None
    calls = [_limited(call, lowest, highest) for call in first.calls]
    return replace(first, calls=(calls[0],)) if len(calls) == 1 and calls[0] is not None else None


def _limited(call: Call, lowest: int, highest: int) -> Call | None:
    """The call with its results held between two numbers, if it has such limits."""
    limits = dict(call.parameters)
    low, high = limits.get("lowest"), limits.get("highest")
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    limits["lowest"] = min(max(low, lowest), highest)
    limits["highest"] = min(max(high, lowest), highest)
    return replace(call, parameters=tuple(limits.items()))


def _writing(first: Layer, second: Layer) -> Layer:
    """The first layer, writing what the second of the two wrote."""
    old, new = first.output.index, second.output.index

    def moved(argument: Argument) -> Argument:
        return (
            replace(argument, tensor=new)
            if isinstance(argument, Place) and argument.tensor == old
            else argument
        )

    operator = replace(first.node.operator, outputs=second.node.operator.outputs)
    calls = tuple(replace(c, arguments=tuple(moved(a) for a in c.arguments)) for c in first.calls)
    return replace(first, node=replace(first.node, operator=operator), calls=calls)
