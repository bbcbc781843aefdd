"""Rounding in the forward pass of training as the quantizer will round, while errors flow back as if it did not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from studio.core.errors import StudioError
from studio.core.tflite import DType, Operator, Tensor, TfliteModel, read
from studio.worker.trainable import WEIGHTED

_CHANGES_TYPE = ("QUANTIZE", "DEQUANTIZE")
_BITS = {DType.INT8: 8, DType.INT4: 4}
_SMALLEST = 1e-9  # ai-edge-quantizer's least bound of a channel
_LEAVING = -1  # the place of what an operator hands on
Spot = tuple[int, int]  # an operator and a place among its inputs


@dataclass(frozen=True)
class _Filters:
    """Weights: symmetric steps, one for each channel along `axis` (None: one for all).

    The step is that of the largest weight, max |w| ÷ (2^(bits−1) − 1), times `factor`: 1 for min/max, less where the
    quantizer clips.
    """

    bits: int
    axis: int | None
    factor: Any

    def rounded(self, weights: Any) -> Any:
        axes = [i for i in range(len(weights.shape)) if i != self.axis]
        bound = tf.maximum(tf.reduce_max(tf.abs(weights), axes, keepdims=True), _SMALLEST)
        highest = 2 ** (self.bits - 1) - 1
        lowest = -highest if self.bits >= 8 else -highest - 1
        step = bound / highest * self.factor
        stored = tf.clip_by_value(tf.round(weights / step), lowest, highest) * step
        return weights + tf.stop_gradient(stored - weights)


@dataclass(frozen=True)
class _Values:
    """Activations: 256 steps from `low` to `high`; outside of them no error flows back."""

    low: Any
    high: Any

    def rounded(self, x: Any) -> Any:
        return tf.quantization.fake_quant_with_min_max_vars(x, self.low, self.high, num_bits=8)


class FakeQuantize:
    """The rounding (`trainable.Rounding`) of a float model, learnt from what the quantizer makes of it.

    Steps of activations are those of the quantized file; those of weights follow the weights as they are trained.
    The straight-through estimator (Bengio et al., 2013) and the scheme are those of Jacob et al., 2018.
    """

    def __init__(self, content: bytes, quantized: bytes) -> None:
        self._before = read(content)
        after = read(quantized)
        self._spots: dict[Spot, _Filters | _Values] = {}
        for spot, tensor in self._rounded_spots(after):
            if isinstance(tensor, _Weights):
                shape = _factor(tensor).shape
                self._spots[spot] = _Filters(
                    _BITS[tensor.stored.dtype], tensor.axis, tf.Variable(np.ones(shape, np.float32))
                )
            else:
                self._spots[spot] = _Values(tf.Variable(0.0), tf.Variable(0.0))
        self._set(after)

    def __len__(self) -> int:
        return len(self._spots)

    def follow(self, content: bytes, quantized: bytes) -> None:
        """Take over the steps after the weights changed: `content` is the float model, `quantized` made of it."""
        self._before = read(content)
        self._set(read(quantized))

    def entering(self, operator: int, place: int, x: Any) -> Any:
        """The value as the operator is given it."""
        spot = self._spots.get((operator, place))
        return x if spot is None else spot.rounded(x)

    def leaving(self, operator: int, x: Any) -> Any:
        """The value as the operator hands it on."""
        spot = self._spots.get((operator, _LEAVING))
        return x if spot is None else spot.rounded(x)

    def _set(self, after: TfliteModel) -> None:
        found = dict(self._rounded_spots(after))
        if found.keys() != self._spots.keys():
            raise _not_followed()
        for spot, tensor in found.items():
            known = self._spots[spot]
            if isinstance(known, _Filters) and isinstance(tensor, _Weights):
                known.factor.assign(_factor(tensor))
            elif isinstance(known, _Values) and isinstance(tensor, Tensor):
                zero = tensor.zero_points[0] if tensor.zero_points else 0
                known.low.assign((-128 - zero) * tensor.scales[0])
                known.high.assign((127 - zero) * tensor.scales[0])

    def _rounded_spots(self, after: TfliteModel) -> list[tuple[Spot, "_Weights | Tensor"]]:
        """Where the quantized model `after` rounds: which weights, and what enters and leaves which operators."""
        operators = [operator for operator in after.operators if operator.name not in _CHANGES_TYPE]
        if [operator.name for operator in operators] != [o.name for o in self._before.operators]:
            raise _not_followed()
        done = set()  # tensors of `after` that were rounded when they were made
        found: list[tuple[Spot, _Weights | Tensor]] = []
        for old, new in zip(self._before.operators, operators, strict=True):
            for place, (i, j) in enumerate(zip(old.inputs, new.inputs, strict=False)):
                if i < 0 or j in done or self._before.tensors[i].dtype is not DType.FLOAT32:
                    continue
                stored = after.tensors[j]
                if stored.dtype not in _BITS or not stored.scales:
                    continue
                if old.name in WEIGHTED and self._before.tensors[i].is_constant:
                    found.append(((old.index, place), self._weights(old, i, stored)))
                elif stored.dtype is DType.INT8:
                    found.append(((old.index, place), stored))
            made = after.tensors[new.outputs[0]]
            if len(new.outputs) == 1 and made.dtype is DType.INT8 and made.scales:
                done.add(made.index)
                found.append(((old.index, _LEAVING), made))
        return found

    def _weights(self, operator: Operator, index: int, stored: Tensor) -> "_Weights":
        values = self._before.constant(index)
        assert values is not None, f"{operator.name} has constant weights"
        axis = stored.quantized_dimension if len(stored.scales) > 1 else None
        return _Weights(values.astype(np.float32), stored, axis)


@dataclass(frozen=True)
class _Weights:
    values: npt.NDArray[np.float32]
    stored: Tensor
    axis: int | None


def _factor(weights: _Weights) -> npt.NDArray[np.float32]:
    """The quantizer's steps ÷ those of the largest weights, in a shape that fits the weights."""
    rank = weights.values.ndim
    axes = tuple(i for i in range(rank) if i != weights.axis)
    bound = np.maximum(np.abs(weights.values).max(axis=axes, keepdims=True), _SMALLEST)
    steps = np.array(weights.stored.scales, np.float32).reshape(bound.shape)
    highest = 2 ** (_BITS[weights.stored.dtype] - 1) - 1
    return np.asarray(steps * highest / bound, np.float32)


def _not_followed() -> StudioError:
    return StudioError(
        "Quantization-aware training cannot follow what the quantizer makes of this model. Train without it."
    )
