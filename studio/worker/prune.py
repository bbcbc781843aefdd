"""Channel pruning on a float .tflite: the weakest filters and all that hangs on them are cut out for real."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.tflite import Operator, TfliteModel
from studio.worker.channels import PAIRED, Channels, channels_of, flattened
from studio.worker.graph import add_constant, read_graph, set_shape, write_graph
from studio.worker.reading import layers_in, read
from studio.worker.refit import LISTENING, Statistics

Kept = npt.NDArray[np.bool_]  # for every channel's root: does it stay?

_AT_ONCE = 4
_FOLLOWING = ("DEPTHWISE_CONV_2D", *PAIRED)
_FOLLOWS = "it works on each channel of the layer before, and loses those which that one loses"
_FOREIGN = "channels are taken out of convolutions and dense layers only"


@dataclass(frozen=True)
class Pruned:
    """The smaller .tflite, the channels taken out, and which layers kept all theirs and why.

    `entering` says for convolutions and dense layers, by operator, which places along their weights' last axis stayed.
    """

    content: bytes
    removed_channels: int
    notes: tuple[str, ...]
    entering: Mapping[int, Kept] = field(default_factory=dict)


def prune(
    content: bytes,
    share: float,
    apart: Mapping[str, float] | None = None,
    statistics: Statistics | None = None,
) -> Pruned:
    """Remove `share` of the channels of each layer that can lose some; at least one stays.

    `apart` names layers that lose another share. Layers whose outputs are added up lose the same channels; where
    shares were named for several of them, the smallest counts. A channel's strength is the L2 norm of its
    filter ÷ the mean norm in its layer, averaged over the layers that are tied (Li et al., 2017, use the
    L1 norm in the same way). With `statistics` it is how much the layers behind miss it, and those make up for what
    goes (see refit.py). No channel that reaches the output or an unknown operator is removed.
    """
    if share <= 0 and not any((apart or {}).values()):
        return Pruned(content, 0, ())
    model = read(content)
    channels = channels_of(model)
    kept, removed, notes = choose(channels, share, apart, statistics.orders if statistics else ())
    if removed == 0:
        return Pruned(content, 0, notes)
    entering = {
        operator.index: kept[channels.roots(heard)]
        for operator in model.operators
        if operator.name in LISTENING and (heard := _heard(model, channels, operator)) is not None
    }
    return Pruned(_cut(content, model, channels, kept, statistics), removed, notes, entering)


def _heard(model: TfliteModel, channels: Channels, operator: Operator) -> npt.NDArray[np.int64] | None:
    """The channel at each place along the last axis of a convolution's or dense layer's weights."""
    ids = channels.ids.get(operator.inputs[0])
    if ids is None:
        return None
    return flattened(model, operator.inputs[0], ids) if operator.name == "FULLY_CONNECTED" else ids


def _stay_count(count: int, share: float) -> int:
    """How many of `count` channels stay; in fours where there are eight or more, as the quick kernels take them.

    One more or less than a multiple of four would cost more time than it saves.
    """
    wanted = max(1, math.ceil((1 - share) * count - 1e-9))
    return min(count, -(-wanted // _AT_ONCE) * _AT_ONCE) if count >= 2 * _AT_ONCE else wanted


def choose(
    channels: Channels,
    share: float,
    apart: Mapping[str, float] | None = None,
    orders: tuple[npt.NDArray[np.int64], ...] = (),
) -> tuple[Kept, int, tuple[str, ...]]:
    """Which channels stay, how many go, and a note for each layer that keeps all though it should not.

    `orders`: for each of the groups of tied layers the channels' roots, the weakest first; empty: by strength.
    """
    apart = apart or {}
    kept = np.ones(channels.count, np.bool_)
    frozen = channels.frozen_roots()
    removed, notes = 0, []
    for place, group in enumerate(channels.groups()):
        own_share = min((apart[p.name] for p in group if p.name in apart), default=share)
        if own_share <= 0:
            continue
        roots = [int(root) for producer in group for root in channels.roots(producer.ids)]
        reasons = [frozen[root] for root in roots if root in frozen]
        if reasons:
            names = ", ".join(f"'{producer.name}'" for producer in group)
            verb = "keeps" if len(group) == 1 else "keep"
            notes.append(f"{names} {verb} all channels: {reasons[0]}.")
            continue
        strengths: dict[int, list[float]] = {}
        for producer in group:
            mean = float(producer.strengths.mean()) or 1.0
            for root, strength in zip(channels.roots(producer.ids), producer.strengths, strict=True):
                strengths.setdefault(int(root), []).append(float(strength) / mean)
        order = sorted(strengths, key=lambda root: (-float(np.mean(strengths[root])), root))
        if orders and len(orders[place]):
            order = [int(root) for root in orders[place][::-1]]
        stay = set(order[: _stay_count(len(order), own_share)])
        for producer in group:  # no layer may end up empty
            own = [int(root) for root in channels.roots(producer.ids)]
            if not stay.intersection(own):
                stay.add(own[int(producer.strengths.argmax())])
        for root in order:
            if root not in stay:
                kept[root] = False
                removed += 1
    return kept, removed, tuple(notes)


def prunable(content: bytes) -> dict[str, str | None]:
    """For each layer with weights, by name: why no channel of it can go, or None where some can."""
    model = read(content)
    channels = channels_of(model)
    frozen = channels.frozen_roots()
    producers = {producer.operator: producer for producer in channels.producers}
    found: dict[str, str | None] = {}
    for layer, operator in zip(layers_in(content), model.operators, strict=True):
        if not layer.parameters:
            continue
        producer = producers.get(operator.index)
        if producer is None:
            found[layer.name] = _FOLLOWS if operator.name in _FOLLOWING else _FOREIGN
            continue
        roots = [int(root) for root in channels.roots(producer.ids)]
        reasons = [frozen[root] for root in roots if root in frozen]
        found[layer.name] = reasons[0] if reasons else "it has a single channel" if len(roots) < 2 else None
    return found


def unprunable(content: bytes) -> tuple[tuple[str, str], ...]:
    """The layers with weights that keep all their channels whatever the recipe, and why."""
    return tuple((name, reason) for name, reason in prunable(content).items() if reason is not None)


def _cut(
    content: bytes, model: TfliteModel, channels: Channels, kept: Kept, statistics: Statistics | None
) -> bytes:
    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    masks = {tensor: kept[channels.roots(ids)] for tensor, ids in channels.ids.items()}
    for operator in model.operators:
        target = subgraph.operators[operator.index]
        for place, values in _smaller_constants(
            model, operator.index, channels, kept, masks, statistics
        ).items():
            like = subgraph.tensors[operator.inputs[place]]
            indices = list(target.inputs)
            indices[place] = add_constant(graph, like, values)
            target.inputs = indices
    for tensor, mask in masks.items():
        if not mask.all():
            shape = [*model.tensors[tensor].shape[:-1], int(mask.sum())]
            subgraph.tensors[tensor].shape = shape
            subgraph.tensors[tensor].shapeSignature = None
    for operator in model.operators:
        if operator.name == "RESHAPE" and not masks[operator.outputs[0]].all():
            shape = [int(size) for size in subgraph.tensors[operator.outputs[0]].shape]
            set_shape(graph, subgraph.operators[operator.index], shape)
    return write_graph(graph)


def _smaller_constants(
    model: TfliteModel,
    index: int,
    channels: Channels,
    kept: Kept,
    masks: dict[int, Kept],
    statistics: Statistics | None,
) -> dict[int, npt.NDArray[Any]]:
    """The constants of an operator without the channels that go, by their place among its inputs."""
    operator = model.operators[index]
    leaving = masks.get(operator.outputs[0])
    constants = {
        place: values
        for place, i in enumerate(operator.inputs)
        if i >= 0 and i not in masks and (values := model.constant(i)) is not None
    }
    if leaving is None or not constants:
        return {}
    found: dict[int, npt.NDArray[Any]] = {}
    if operator.name in LISTENING:
        heard = _heard(model, channels, operator)
        assert heard is not None, "its output has channels"
        entering = kept[channels.roots(heard)]
        weights = constants[1]
        if leaving.all() and entering.all():
            return {}
        if statistics is not None and not entering.all() and 2 in constants:
            refitted = statistics.refitted(index, weights, constants[2], entering)
            if refitted is not None:
                return {1: refitted[0][leaving], 2: refitted[1][leaving]}
        found[1] = weights[leaving][..., entering] if weights.shape[-1] == len(entering) else weights[leaving]
        if 2 in constants:
            found[2] = constants[2][leaving]
    elif not leaving.all() and (operator.name == "DEPTHWISE_CONV_2D" or operator.name in PAIRED):
        for place, values in constants.items():
            if values.ndim and values.shape[-1] == len(leaving):
                found[place] = values[..., leaving]
    return found
