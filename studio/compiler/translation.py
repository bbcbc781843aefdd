"""From a .tflite file to C: the whole story in one function."""

import hashlib

from studio.compiler import emit, families, folding, fusion, storing, variables
from studio.compiler import graph as graphs
from studio.compiler import plan as plans
from studio.compiler.graph import Node
from studio.compiler.layer import Layer
from studio.compiler.sources import LayerCost, Optimize, Sources, StorageKind, TensorSpec
from studio.compiler.struct_bytes import struct_bytes
from studio.core import tflite
from studio.core.errors import StudioError
from studio.core.tflite import DType, Tensor

NUMBERS = (DType.INT8, DType.INT16, DType.INT32, DType.FLOAT32)  # that go in and come out


def generate(
    data: bytes, *, labels: tuple[str, ...] = (), optimize: Optimize = Optimize.BALANCED, recipe: str = ""
) -> Sources:
    """The C code of a .tflite model: int8, with int4 weights or int16 activations, or float32.

    `labels` name the first output's elements, `recipe` is quoted in the code's first lines. Raises StudioError with a
    sentence that names the layer, the operator and what to do if the model cannot be compiled.
    """
    graph = fusion.borders(graphs.build(variables.resolve(folding.fold(tflite.read(data)))))
    layers = [families.lower(node) for node in graph.nodes]
    layers = storing.consider(layers, optimize)
    layers = fusion.functions(graph, layers)
    plan = plans.plan(graph, layers)
    active = [layer for layer in layers if layer.alias_of is None]
    inputs = tuple(_spec(tensor) for tensor in graph.inputs)
    outputs = tuple(_spec(tensor) for tensor in graph.outputs)
    if labels and len(labels) != graph.outputs[0].count:
        raise StudioError(
            f"There are {len(labels)} labels for {graph.outputs[0].count} outputs; give one label for each output."
        )
    digest = hashlib.sha256(data).hexdigest()
    origin = emit.Origin(digest, recipe, optimize, labels, graph.notes)
    return Sources(
        files=emit.files(graph, active, plan, origin, inputs, outputs),
        arena_bytes=plan.arena_bytes,
        live_bytes=plan.live_bytes,
        weight_bytes=sum(layer.weight_bytes for layer in active),
        input=inputs[0],
        output=outputs[0],
        plan=plan.entries,
        layers=tuple(_cost(i, layer) for i, layer in enumerate(active)),
        labels=labels,
        model_sha256=digest,
        optimize=optimize,
        notes=graph.notes,
        more_inputs=inputs[1:],
        more_outputs=outputs[1:],
    )


def _spec(tensor: Tensor) -> TensorSpec:
    if tensor.dtype not in NUMBERS:
        raise StudioError(
            f"The model takes or gives {tensor.dtype} in '{graphs.short_name(tensor)}'; its C code works with "
            f"{', '.join(NUMBERS)}. Choose int8 in Compress."
        )
    scale = tensor.scales[0] if tensor.scales else 1.0
    return TensorSpec(
        tensor.shape, str(tensor.dtype), scale, tensor.zero_points[0] if tensor.zero_points else 0
    )


def _cost(index: int, layer: Layer) -> LayerCost:
    node: Node = layer.node
    return LayerCost(
        index,
        node.name,
        node.operator.name,
        layer.macs,
        layer.weight_bytes,
        layer.output.bytes,
        layer.storages,
        tuple(dict.fromkeys(call.kernel for call in layer.calls)),
        sum(tensor.bytes for tensor in node.inputs if not tensor.is_constant),
        layer.weight_bytes + sum(struct_bytes(c.struct or c.kernel) for c in layer.calls if c.parameters),
        _storage(layer),
    )


def _storage(layer: Layer) -> StorageKind | None:
    if layer.storages:
        return layer.storages[0].kind
    if not layer.macs:
        return None
    is_int4 = any(tensor.dtype == DType.INT4 for tensor in layer.node.inputs)
    return StorageKind.INT4 if is_int4 else StorageKind.DENSE
