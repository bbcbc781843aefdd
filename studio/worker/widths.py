"""Another number of channels in a tensor: the layers behind it get constants of that size, made anew."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.layer_costs import layers_of
from studio.core.tflite import Operator, TfliteModel
from studio.worker.channels import PAIRED, Channels, channels_of
from studio.worker.graph import add_constant, set_shape

_SEED = 1
_NEUTRAL = {"MUL": 1.0, "DIV": 1.0, "PRELU": 0.25}  # the others' constants that change nothing are 0


@dataclass
class _Change:
    """What another width brings: the new shapes of tensors, and the new constants by operator and place."""

    shapes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    constants: dict[tuple[int, int], npt.NDArray[np.float32]] = field(default_factory=dict)
    remade: list[int] = field(default_factory=list)


def can_narrow(model: TfliteModel, tensor: int, width: int) -> bool:
    """True where all that reads `tensor` could take `width` channels instead of those it has."""
    return _change(model, tensor, width) is not None


def give_width(graph: Any, model: TfliteModel, tensor: int, width: int) -> tuple[str, ...]:
    """Change the layers that read `tensor` so that it may have `width` channels; the names of those made anew.

    `graph` holds the schema's objects of `model`. Weights are drawn from a normal distribution of variance
    2 ÷ inputs (He et al., 2015), biases are 0. Only where `can_narrow` is true.
    """
    change = _change(model, tensor, width)
    assert change is not None, "asked before"
    subgraph = graph.subgraphs[0]
    for (index, place), values in change.constants.items():
        operator = subgraph.operators[index]
        indices = [int(i) for i in operator.inputs]
        indices[place] = add_constant(graph, subgraph.tensors[indices[place]], values)
        operator.inputs = indices
    for changed, shape in change.shapes.items():
        subgraph.tensors[changed].shape = list(shape)
        subgraph.tensors[changed].shapeSignature = None
    for known in model.operators:
        if known.name == "RESHAPE" and known.outputs[0] in change.shapes:
            set_shape(graph, subgraph.operators[known.index], list(change.shapes[known.outputs[0]]))
    names = [layer.name for layer in layers_of(model)]
    return tuple(names[index] for index in change.remade)


def _change(model: TfliteModel, tensor: int, width: int) -> _Change | None:
    change = _Change({tensor: (*model.tensors[tensor].shape[:-1], width)})
    if tensor in model.outputs:
        return None
    random, channels = np.random.default_rng(_SEED), channels_of(model)
    for operator in model.operators:
        if not any(i in change.shapes for i in operator.inputs):
            continue
        if not _pass(model, operator, channels, change, random):
            return None
    return None if set(model.outputs) & set(change.shapes) else change


def _pass(
    model: TfliteModel, operator: Operator, channels: Channels, change: _Change, random: np.random.Generator
) -> bool:
    """Follow the width through one operator; False where that is not understood."""
    kind, given, made = operator.name, operator.inputs[0], operator.outputs[0]
    if kind in PAIRED:
        return _pair(model, operator, change)
    if given not in change.shapes:
        return False
    width, before = change.shapes[given][-1], model.tensors[given].shape[-1]
    shape = model.tensors[made].shape
    if kind in ("CONV_2D", "FULLY_CONNECTED"):
        return _ends(model, operator, change, random)
    if kind == "DEPTHWISE_CONV_2D":
        weights = model.tensors[operator.inputs[1]]
        if not weights.is_constant or weights.shape[-1] % before:
            return False
        made_width = weights.shape[-1] // before * width
        filters = (*weights.shape[:-1], made_width)
        change.constants[operator.index, 1] = _drawn(random, filters, math.prod(weights.shape[1:3]))
        if len(operator.inputs) > 2 and operator.inputs[2] >= 0:
            change.constants[operator.index, 2] = np.zeros(made_width, np.float32)
        change.remade.append(operator.index)
        change.shapes[made] = (*shape[:-1], made_width)
        return True
    entering, leaving = channels.ids[given], channels.ids[made]
    if len(leaving) % before or not np.array_equal(np.tile(entering, len(leaving) // before), leaving):
        return False
    change.shapes[made] = (*shape[:-1], len(leaving) // before * width)
    return True


def _ends(model: TfliteModel, operator: Operator, change: _Change, random: np.random.Generator) -> bool:
    """A layer that makes channels of its own: only its weights change."""
    weights = model.tensors[operator.inputs[1]]
    before = model.tensors[operator.inputs[0]].shape
    if not weights.is_constant or weights.shape[-1] % before[-1]:
        return False
    if operator.name == "CONV_2D" and weights.shape[-1] != before[-1]:  # convolution in groups
        return False
    entering = weights.shape[-1] // before[-1] * change.shapes[operator.inputs[0]][-1]
    shape = (*weights.shape[:-1], entering)
    change.constants[operator.index, 1] = _drawn(random, shape, math.prod(shape[1:]))
    change.remade.append(operator.index)
    return True


def _pair(model: TfliteModel, operator: Operator, change: _Change) -> bool:
    """Two inputs of one width; a constant among them becomes the one that changes nothing."""
    made = model.tensors[operator.outputs[0]].shape
    carried = [i for i in operator.inputs if not model.tensors[i].is_constant]
    widths = {change.shapes[i][-1] if i in change.shapes else 0 for i in carried}
    if len(widths) != 1 or not all(model.tensors[i].shape[-1:] == made[-1:] for i in carried):
        return False
    (width,) = widths
    for place, i in _constants(model, operator):
        shape = model.tensors[i].shape
        if shape and shape[-1] == made[-1] != 1:
            neutral = np.full((*shape[:-1], width), _NEUTRAL.get(operator.name, 0.0), np.float32)
            change.constants[operator.index, place] = neutral
    change.shapes[operator.outputs[0]] = (*made[:-1], width)
    return True


def _constants(model: TfliteModel, operator: Operator) -> Iterator[tuple[int, int]]:
    return ((place, i) for place, i in enumerate(operator.inputs) if model.tensors[i].is_constant)


def _drawn(random: np.random.Generator, shape: tuple[int, ...], inputs: int) -> npt.NDArray[np.float32]:
    return random.normal(0, math.sqrt(2 / max(1, inputs)), shape).astype(np.float32)
