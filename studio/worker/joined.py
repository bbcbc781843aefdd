"""Separable layers joined: a depthwise convolution and the pointwise one behind it become one plain convolution."""

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.layer_costs import layers_of
from studio.core.tflite import DType, Operator, TfliteModel, read
from studio.worker.graph import add_constant, read_graph, write_graph

Pair = tuple[Operator, Operator]


def joined(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The float .tflite `content` with its separable layers joined, and a sentence about which.

    The filters become products, depthwise[h, w, c] x pointwise[o, c], the biases are carried through: where no
    activation stands between the two, the model computes what it did. Where one does it is left out, and the model
    has to be trained. More weights in a layer, but one kind of layer less on the board.
    """
    model = read(content)
    pairs = separable(model)
    if not pairs:
        return content, (
            "No layer can be joined: none is a depthwise convolution with a pointwise one behind.",
        )
    names = [layer.name for layer in layers_of(model)]
    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    for depthwise, pointwise in pairs:
        _join(graph, model, depthwise, pointwise)
    gone = {depthwise.index for depthwise, _ in pairs}
    subgraph.operators = [operator for i, operator in enumerate(subgraph.operators) if i not in gone]
    spoken = ", ".join(f"'{names[pointwise.index]}'" for _, pointwise in pairs)
    return write_graph(graph), (f"Joined with the depthwise layer before: {spoken}.",)


def separable(model: TfliteModel) -> tuple[Pair, ...]:
    """Depthwise convolutions (one filter a channel) with the pointwise one that alone reads what they make."""
    pairs: list[Pair] = []
    for depthwise in model.operators:
        if depthwise.name != "DEPTHWISE_CONV_2D" or depthwise.outputs[0] in model.outputs:
            continue
        readers = [operator for operator in model.operators if depthwise.outputs[0] in operator.inputs]
        if len(readers) == 1 and _is_pointwise(model, readers[0]) and _one_filter_each(model, depthwise):
            pairs.append((depthwise, readers[0]))
    return tuple(pairs)


def _join(graph: Any, model: TfliteModel, depthwise: Operator, pointwise: Operator) -> None:
    """Make of the pointwise operator the convolution that both came to."""
    subgraph = graph.subgraphs[0]
    each, mix = _values(model, depthwise, 1), _values(model, pointwise, 1)
    assert each is not None, "asked before"
    assert mix is not None, "asked before"
    mix = mix[:, 0, 0, :]  # [outputs, channels]
    filters = np.einsum("hwc,oc->ohwc", each[0], mix)
    bias = np.zeros(len(mix), np.float32)
    for more in (_values(model, pointwise, 2), _carried(_values(model, depthwise, 2), mix)):
        bias = bias if more is None else bias + more
    like = subgraph.tensors[pointwise.inputs[1]]
    made, first = subgraph.operators[pointwise.index], subgraph.operators[depthwise.index]
    made.inputs = [
        int(first.inputs[0]),
        add_constant(graph, like, filters.astype(np.float32)),
        add_constant(graph, like, bias.astype(np.float32)),
    ]
    for option in ("padding", "strideH", "strideW", "dilationHFactor", "dilationWFactor"):
        setattr(made.builtinOptions, option, getattr(first.builtinOptions, option))


def _values(model: TfliteModel, operator: Operator, place: int) -> npt.NDArray[Any] | None:
    index = operator.inputs[place] if place < len(operator.inputs) else -1
    return model.constant(index) if index >= 0 else None


def _carried(bias: npt.NDArray[Any] | None, mix: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    """What the depthwise layer's biases come to behind the pointwise one."""
    return None if bias is None else mix @ bias


def _is_pointwise(model: TfliteModel, operator: Operator) -> bool:
    if operator.name != "CONV_2D" or not _constant(model, operator):
        return False
    strides = (operator.options.stride_h, operator.options.stride_w)
    return model.tensors[operator.inputs[1]].shape[1:3] == (1, 1) and strides == (1, 1)


def _one_filter_each(model: TfliteModel, operator: Operator) -> bool:
    channels = model.tensors[operator.inputs[0]].shape[-1]
    return _constant(model, operator) and model.tensors[operator.inputs[1]].shape[-1] == channels


def _constant(model: TfliteModel, operator: Operator) -> bool:
    given = [model.tensors[i] for i in operator.inputs[1:] if i >= 0]
    return all(tensor.is_constant and tensor.dtype is DType.FLOAT32 for tensor in given)
