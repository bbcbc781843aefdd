"""Which channels of a model belong together: what must be kept or removed as one when layers are pruned."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.layer_costs import layers_of
from studio.core.tflite import Operator, TfliteModel

Ids = npt.NDArray[np.int64]

_SAME = {
    "RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "LEAKY_RELU", "ELU", "LOGISTIC", "TANH", "HARD_SWISH", "GELU",
    "ABS", "NEG", "EXP", "SQRT", "RSQRT", "SQUARE", "LOG", "FLOOR", "CEIL", "ROUND", "CAST",
    "AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR",
}  # fmt: skip
PAIRED = {"ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "PRELU"}
_REDUCED = {"MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"}
_RESHAPED = {"RESHAPE", "SQUEEZE", "EXPAND_DIMS"}
_MIXED = {"SOFTMAX", "LOG_SOFTMAX", "L2_NORMALIZATION"}
_PADDED = {"PAD", "PADV2", "MIRROR_PAD"}


@dataclass
class Producer:
    """A layer whose filters make channels: `ids` are the channels', `strengths` the filters' L2 norms."""

    operator: int
    name: str
    ids: Ids
    strengths: npt.NDArray[np.float64]


@dataclass
class Channels:
    """The channels of every tensor and what ties them.

    `ids[t]` names, for each place along tensor t's last axis, the channel it holds; a flattened image holds
    each channel many times. Channels that are added to one another share a root.
    """

    ids: dict[int, Ids] = field(default_factory=dict)
    producers: list[Producer] = field(default_factory=list)
    frozen: dict[int, str] = field(default_factory=dict)
    _parents: list[int] = field(default_factory=list)

    def roots(self, ids: Ids) -> Ids:
        """The channel that stands for all that must be kept or removed together, for each id."""
        return np.array([self._root(int(i)) for i in ids], np.int64)

    def new(self, count: int) -> Ids:
        """Ids of `count` channels not seen before."""
        first = len(self._parents)
        self._parents.extend(range(first, first + count))
        return np.arange(first, first + count, dtype=np.int64)

    def tie(self, first: Ids, second: Ids) -> None:
        """Make channels at the same place stay or go together."""
        for a, b in zip(first, second, strict=True):
            low, high = sorted((self._root(int(a)), self._root(int(b))))
            self._parents[high] = low

    def freeze(self, ids: Ids, reason: str) -> None:
        """Keep these channels, for `reason`; the first reason counts."""
        for i in ids:
            self.frozen.setdefault(int(i), reason)

    def groups(self) -> list[list[Producer]]:
        """Producers that share channels, each group in the order of the model."""
        groups: list[tuple[set[int], list[Producer]]] = []
        for producer in self.producers:
            roots = {int(root) for root in self.roots(producer.ids)}
            members = [producer]
            apart = []
            for known, others in groups:
                if known & roots:
                    roots |= known
                    members = [*others, *members]
                else:
                    apart.append((known, others))
            groups = [*apart, (roots, members)]
        return sorted((members for _, members in groups), key=lambda members: members[0].operator)

    def frozen_roots(self) -> dict[int, str]:
        """The channels that must stay, by root, and why."""
        found: dict[int, str] = {}
        for i, reason in self.frozen.items():
            found.setdefault(self._root(i), reason)
        return found

    @property
    def count(self) -> int:
        """How many ids were given out."""
        return len(self._parents)

    def _root(self, i: int) -> int:
        while self._parents[i] != i:
            self._parents[i] = self._parents[self._parents[i]]
            i = self._parents[i]
        return i


def channels_of(model: TfliteModel) -> Channels:
    """Follow the channels from the input through every operator.

    An operator that is not understood keeps all channels that enter and leave it.
    """
    found = Channels()
    for tensor in model.inputs:
        found.ids[tensor] = found.new(_last(model, tensor))
        found.freeze(found.ids[tensor], "they are the model's input")
    for operator, layer in zip(model.operators, layers_of(model), strict=True):
        name = layer.name
        ids = _follow(model, operator, found, name)
        for tensor in operator.outputs:
            count = _last(model, tensor)
            if ids is None or len(ids) != count:
                ids = found.new(count)
                found.freeze(ids, f"'{name}' ({operator.name}) is not understood here")
                why = "weighs them against each other" if operator.name in _MIXED else "needs all of them"
                for i in operator.inputs:
                    if i in found.ids:
                        found.freeze(found.ids[i], f"'{name}' ({operator.name}) {why}")
            found.ids[tensor] = ids
    for tensor in model.outputs:
        if tensor in found.ids:
            found.freeze(found.ids[tensor], "they are the model's answers")
    return found


def flattened(model: TfliteModel, tensor: int, ids: Ids) -> Ids:
    """The channel of each element of one sample, in memory order (channels last)."""
    count = math.prod(model.tensors[tensor].shape[1:])
    return np.tile(ids, count // len(ids)) if len(ids) and count % len(ids) == 0 else ids


def _follow(model: TfliteModel, operator: Operator, found: Channels, name: str) -> Ids | None:
    """The channels of the operator's output, or None where that is not understood."""
    given = operator.inputs[0] if operator.inputs else -1
    entering = found.ids.get(given)
    kind = operator.name
    if kind in PAIRED:
        return _paired(model, operator, found)
    if kind == "CONCATENATION":
        return _concatenated(model, operator, found)
    if entering is None:
        return None
    if kind in ("CONV_2D", "FULLY_CONNECTED"):
        return _produced(model, operator, found, name, entering)
    if kind == "DEPTHWISE_CONV_2D":
        return _depthwise(model, operator, entering)
    if kind in _SAME:
        return entering
    if kind in _REDUCED and _keeps_last_axis(model, operator):
        return entering
    if kind in _PADDED and _pads_no_channels(model, operator):
        return entering
    if kind in _RESHAPED:
        return _reshaped(model, operator, entering)
    return None


def _produced(
    model: TfliteModel, operator: Operator, found: Channels, name: str, entering: Ids
) -> Ids | None:
    weights = _weights(model, operator)
    if weights is None or len(operator.outputs) != 1:
        return None
    if operator.name == "FULLY_CONNECTED":
        entering = flattened(model, operator.inputs[0], entering)
    if weights.shape[-1] != len(entering):  # convolution in groups
        return None
    ids = found.new(weights.shape[0])
    strengths = np.sqrt(np.square(weights.reshape(len(weights), -1).astype(np.float64)).sum(axis=1))
    found.producers.append(Producer(operator.index, name, ids, strengths))
    return ids


def _depthwise(model: TfliteModel, operator: Operator, entering: Ids) -> Ids | None:
    weights = _weights(model, operator)
    if weights is None or not len(entering) or weights.shape[-1] % len(entering):
        return None
    return np.repeat(entering, weights.shape[-1] // len(entering))


def _paired(model: TfliteModel, operator: Operator, found: Channels) -> Ids | None:
    count = _last(model, operator.outputs[0])
    carried = [found.ids[i] for i in operator.inputs if i in found.ids]
    wide = [ids for ids in carried if len(ids) == count]
    if len(operator.inputs) != 2 or not wide or any(len(ids) not in (1, count) for ids in carried):
        return None
    for i in operator.inputs:
        if i not in found.ids and (not model.tensors[i].is_constant or _last(model, i) not in (1, count)):
            return None
    for ids in wide[1:]:
        found.tie(wide[0], ids)
    return wide[0]


def _concatenated(model: TfliteModel, operator: Operator, found: Channels) -> Ids | None:
    rank = len(model.tensors[operator.outputs[0]].shape)
    if any(i not in found.ids for i in operator.inputs):
        return None
    parts = [found.ids[i] for i in operator.inputs]
    if operator.options.axis in (-1, rank - 1):
        return np.concatenate(parts)
    if any(len(part) != len(parts[0]) for part in parts):
        return None
    for part in parts[1:]:
        found.tie(parts[0], part)
    return parts[0]


def _reshaped(model: TfliteModel, operator: Operator, entering: Ids) -> Ids | None:
    """The channels behind a reshape, where every row of the new last axis holds the same ones."""
    before, after = model.tensors[operator.inputs[0]].shape, model.tensors[operator.outputs[0]].shape
    if not before or not after or before[0] != 1 or after[0] != 1:
        return None
    elements = flattened(model, operator.inputs[0], entering)
    if len(elements) != math.prod(after[1:]) or not len(elements):
        return None
    rows = elements.reshape(-1, after[-1]) if len(after) > 1 else elements[None]
    return rows[0] if (rows == rows[0]).all() else None


def _keeps_last_axis(model: TfliteModel, operator: Operator) -> bool:
    axes = model.constant(operator.inputs[1]) if len(operator.inputs) > 1 else None
    rank = len(model.tensors[operator.inputs[0]].shape)
    return axes is not None and all(int(axis) % rank != rank - 1 for axis in np.atleast_1d(axes).flat)


def _pads_no_channels(model: TfliteModel, operator: Operator) -> bool:
    paddings: Any = model.constant(operator.inputs[1]) if len(operator.inputs) > 1 else None
    return paddings is not None and not paddings[-1].any()


def _weights(model: TfliteModel, operator: Operator) -> npt.NDArray[Any] | None:
    if len(operator.inputs) < 2 or operator.inputs[1] < 0:
        return None
    return model.constant(operator.inputs[1])


def _last(model: TfliteModel, tensor: int) -> int:
    shape = model.tensors[tensor].shape
    return shape[-1] if shape else 1
