"""From a .tflite file to C: the whole story in one function."""

import hashlib

from studio.compiler import emit, families
from studio.compiler import graph as graphs
from studio.compiler import plan as plans
from studio.compiler.graph import Node
from studio.compiler.layer import Layer
from studio.compiler.sources import LayerCost, Optimize, Sources, TensorSpec
from studio.core import tflite
from studio.core.errors import StudioError
from studio.core.tflite import Tensor


def generate(
    data: bytes, *, labels: tuple[str, ...] = (), optimize: Optimize = Optimize.BALANCED, recipe: str = ""
) -> Sources:
    """The C code of an int8 .tflite model: one input, one output, batch 1.

    `labels` name the output's elements, `recipe` is quoted in the code's first lines. Raises StudioError with a
    sentence that names the layer, the operator and what to do if the model cannot be compiled.
    """
    graph = graphs.build(tflite.read(data))
    layers = [families.lower(node) for node in graph.nodes]
    plan = plans.plan(graph, layers)
    active = [layer for layer in layers if layer.alias_of is None]
    input_, output = _spec(graph.input), _spec(graph.output)
    if labels and len(labels) != graph.output.count:
        raise StudioError(
            f"There are {len(labels)} labels for {graph.output.count} outputs; give one label for each output."
        )
    digest = hashlib.sha256(data).hexdigest()
    origin = emit.Origin(digest, recipe, optimize, labels, graph.notes)
    return Sources(
        files=emit.files(graph, active, plan, origin, input_, output),
        arena_bytes=plan.arena_bytes,
        live_bytes=plan.live_bytes,
        weight_bytes=sum(layer.weight_bytes for layer in active),
        input=input_,
        output=output,
        plan=plan.entries,
        layers=tuple(_cost(i, layer) for i, layer in enumerate(active)),
        labels=labels,
        model_sha256=digest,
        optimize=optimize,
        notes=graph.notes,
    )


def _spec(tensor: Tensor) -> TensorSpec:
    scale = tensor.scales[0] if tensor.scales else 1.0
    return TensorSpec(
        tensor.shape, str(tensor.dtype), scale, tensor.zero_points[0] if tensor.zero_points else 0
    )


def _cost(index: int, layer: Layer) -> LayerCost:
    node: Node = layer.node
    return LayerCost(index, node.name, node.operator.name, layer.macs, layer.weight_bytes, layer.output.bytes)
