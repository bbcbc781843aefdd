"""Each float operator of a .tflite in TensorFlow, for any batch: what training can compute and follow back."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from studio.core.errors import StudioError
from studio.core.operators import Activation, MirrorMode, Padding
from studio.core.tflite import Operator

Constants = Mapping[int, npt.NDArray[Any]]


@dataclass(frozen=True)
class Step:
    """One operator with the name of its layer, the shapes of its tensors (batch 1) and its whole-number constants.

    `constants` holds shapes, axes and paddings by their place among the inputs.
    """

    operator: Operator
    layer: str
    given: tuple[tuple[int, ...], ...]
    made: tuple[tuple[int, ...], ...]
    constants: Constants

    def refuse(self, why: str) -> StudioError:
        """The sentence for what cannot be trained."""
        return StudioError(
            f"Layer '{self.layer}' ({self.operator.name}) cannot be trained here: {why}. "
            "Replace the layer and load the model again, or go on without training."
        )

    def whole(self, place: int) -> npt.NDArray[Any]:
        """The whole-number constant at `place`; StudioError where the model computes it."""
        if place not in self.constants:
            raise self.refuse("its shape or axis is computed by the model instead of being fixed")
        return self.constants[place]


Compute = Callable[[Step, list[Any]], Any]


def compute(step: Step, inputs: list[Any]) -> list[Any]:
    """The outputs of the operator for `inputs`, whose first size is the batch (a multiple of what the file says).

    Raises StudioError for an operator that is not known here.
    """
    known = OPERATORS.get(step.operator.name)
    if known is None:
        raise step.refuse("the studio knows no way to follow its errors back")
    made = known(step, inputs)
    return list(made) if isinstance(made, list | tuple) else [made]


def _activated(step: Step, x: Any) -> Any:
    match step.operator.options.activation:
        case Activation.NONE:
            return x
        case Activation.RELU:
            return tf.nn.relu(x)
        case Activation.RELU6:
            return tf.nn.relu6(x)
        case Activation.RELU_N1_TO_1:
            return tf.clip_by_value(x, -1.0, 1.0)
        case Activation.TANH:
            return tf.tanh(x)
        case other:
            raise step.refuse(f"its activation {other.value} has no slope")


def _convolution(step: Step, inputs: list[Any]) -> Any:
    options = step.operator.options
    if step.given[0][-1] != step.given[1][-1]:
        raise step.refuse("it convolves in groups")
    found = tf.nn.conv2d(
        inputs[0],
        tf.transpose(inputs[1], (1, 2, 3, 0)),
        (options.stride_h, options.stride_w),
        options.padding.value.upper(),
        dilations=(options.dilation_h, options.dilation_w),
    )
    return _activated(step, _biased(found, inputs, 2))


def _depthwise(step: Step, inputs: list[Any]) -> Any:
    options = step.operator.options
    _, height, width, made = step.given[1]
    channels = step.given[0][-1]
    filters = tf.reshape(inputs[1], (height, width, channels, made // channels))
    strides = (options.stride_h, options.stride_w)
    x, padding, every = inputs[0], options.padding.value.upper(), (1, 1)
    if strides[0] != strides[1]:  # TensorFlow strides both ways alike only: compute all, and take some
        if options.padding is Padding.SAME:
            sizes = zip(step.given[0][1:3], (height, width), strides, strict=True)
            x = tf.pad(
                x, ((0, 0), *(_border(size, kernel, stride) for size, kernel, stride in sizes), (0, 0))
            )
        strides, padding, every = (1, 1), "VALID", strides
    found = tf.nn.depthwise_conv2d(
        x,
        filters,
        (1, *strides, 1),
        padding,
        dilations=(options.dilation_h, options.dilation_w),
    )
    if every != (1, 1):
        found = found[:, :: every[0], :: every[1]]
    return _activated(step, _biased(found, inputs, 2))


def _border(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """How many zeros stand before and after for the padding SAME."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _dense(step: Step, inputs: list[Any]) -> Any:
    width = step.given[1][-1]
    rows = tf.reshape(inputs[0], (-1, width))
    found = _biased(tf.matmul(rows, inputs[1], transpose_b=True), inputs, 2)
    return _activated(step, tf.reshape(found, (-1, *step.made[0][1:])))


def _transposed(step: Step, inputs: list[Any]) -> Any:
    options = step.operator.options
    x = inputs[2]
    found = tf.nn.conv2d_transpose(
        x,
        tf.transpose(inputs[1], (1, 2, 0, 3)),
        (tf.shape(x)[0], *step.made[0][1:]),
        (options.stride_h, options.stride_w),
        options.padding.value.upper(),
    )
    return _activated(step, _biased(found, inputs, 3))


def _biased(x: Any, inputs: list[Any], place: int) -> Any:
    return x + inputs[place] if len(inputs) > place and inputs[place] is not None else x


def _pooled(pool: Any) -> Compute:
    def run(step: Step, inputs: list[Any]) -> Any:
        options = step.operator.options
        size, strides = (options.filter_h, options.filter_w), (options.stride_h, options.stride_w)
        return _activated(step, pool(inputs[0], size, strides, options.padding.value.upper()))

    return run


def _paired(function: Any) -> Compute:
    return lambda step, inputs: _activated(step, function(inputs[0], inputs[1]))


def _single(function: Any) -> Compute:
    return lambda step, inputs: function(inputs[0])


def _reduced(function: Any) -> Compute:
    def run(step: Step, inputs: list[Any]) -> Any:
        rank = len(step.given[0])
        axes = [int(axis) % rank for axis in np.atleast_1d(step.whole(1))]
        if 0 in axes:
            raise step.refuse("it works across samples")
        return function(inputs[0], axis=axes, keepdims=step.operator.options.keep_dims)

    return run


def _reshaped(step: Step, inputs: list[Any]) -> Any:
    before, after = math.prod(step.given[0]), math.prod(step.made[0])
    if before != after or not step.made[0]:
        raise step.refuse("its shape is not fixed")
    return tf.reshape(inputs[0], (-1, *step.made[0][1:]))


def _padded(step: Step, inputs: list[Any]) -> Any:
    borders = step.whole(1)
    if borders[0].any():
        raise step.refuse("it adds samples")
    if step.operator.name == "MIRROR_PAD":
        mirrored = step.operator.options.mirror_mode is MirrorMode.REFLECT
        return tf.pad(inputs[0], borders, "REFLECT" if mirrored else "SYMMETRIC")
    value = inputs[2] if len(inputs) > 2 else 0.0
    return tf.pad(inputs[0], borders, constant_values=tf.reshape(value, ()))


def _concatenated(step: Step, inputs: list[Any]) -> Any:
    axis = step.operator.options.axis % len(step.made[0])
    if axis == 0:
        raise step.refuse("it joins samples")
    if any(not isinstance(part, tf.Tensor) for part in inputs):  # a constant stands for each sample
        count = next(tf.shape(part)[0] for part in inputs if isinstance(part, tf.Tensor))
        inputs = [
            part if isinstance(part, tf.Tensor) else tf.repeat(tf.convert_to_tensor(part), count, axis=0)
            for part in inputs
        ]
    return _activated(step, tf.concat(inputs, axis))


def _turned(step: Step, inputs: list[Any]) -> Any:
    order = [int(axis) for axis in step.whole(1)]
    if order[0] != 0:
        raise step.refuse("it exchanges samples with values")
    return tf.transpose(inputs[0], order)


def _split(step: Step, inputs: list[Any]) -> Any:
    first = step.operator.name == "SPLIT"  # SPLIT has its axis before, SPLIT_V behind
    axis = int(step.whole(0 if first else 2).reshape(-1)[0]) % len(step.made[0])
    if axis == 0:
        raise step.refuse("it parts samples")
    return tf.split(inputs[1 if first else 0], [shape[axis] for shape in step.made], axis)


def _sliced(step: Step, inputs: list[Any]) -> Any:
    begins, sizes = (step.whole(place).reshape(-1) for place in (1, 2))
    if begins[0] != 0 or step.made[0][0] != step.given[0][0]:
        raise step.refuse("it takes some samples only")
    places = tuple(
        slice(int(begin), None if size < 0 else int(begin + size))
        for begin, size in zip(begins[1:], sizes[1:], strict=True)
    )
    return inputs[0][(slice(None), *places)]


def _strided(step: Step, inputs: list[Any]) -> Any:
    options = step.operator.options
    begins, ends, strides = (step.whole(place).reshape(-1) for place in (1, 2, 3))
    whole = options.begin_mask & 1 or begins[0] == 0
    if not whole or options.shrink_axis_mask & 1 or strides[0] != 1:
        raise step.refuse("it takes some samples only")
    if options.ellipsis_mask or options.new_axis_mask or options.offset:
        raise step.refuse("it slices in a way that is not followed here")
    places: list[Any] = [slice(None)]
    for axis in range(1, len(begins)):
        begin = None if options.begin_mask >> axis & 1 else int(begins[axis])
        end = None if options.end_mask >> axis & 1 else int(ends[axis])
        shrinks = options.shrink_axis_mask >> axis & 1
        places.append(int(begins[axis]) if shrinks else slice(begin, end, int(strides[axis])))
    return inputs[0][tuple(places)]


def _normalised(step: Step, inputs: list[Any]) -> Any:
    return _activated(step, tf.nn.l2_normalize(inputs[0], -1, epsilon=1e-12))


OPERATORS: dict[str, Compute] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _depthwise,
    "FULLY_CONNECTED": _dense,
    "TRANSPOSE_CONV": _transposed,
    "AVERAGE_POOL_2D": _pooled(tf.nn.avg_pool2d),
    "MAX_POOL_2D": _pooled(tf.nn.max_pool2d),
    "ADD": _paired(tf.add),
    "SUB": _paired(tf.subtract),
    "MUL": _paired(tf.multiply),
    "DIV": _paired(tf.divide),
    "MAXIMUM": _paired(tf.maximum),
    "MINIMUM": _paired(tf.minimum),
    "SQUARED_DIFFERENCE": _paired(tf.math.squared_difference),
    "MEAN": _reduced(tf.reduce_mean),
    "SUM": _reduced(tf.reduce_sum),
    "REDUCE_MAX": _reduced(tf.reduce_max),
    "REDUCE_MIN": _reduced(tf.reduce_min),
    "RESHAPE": _reshaped,
    "SQUEEZE": _reshaped,
    "EXPAND_DIMS": _reshaped,
    "PAD": _padded,
    "PADV2": _padded,
    "MIRROR_PAD": _padded,
    "CONCATENATION": _concatenated,
    "TRANSPOSE": _turned,
    "SPLIT": _split,
    "SPLIT_V": _split,
    "SLICE": _sliced,
    "STRIDED_SLICE": _strided,
    "L2_NORMALIZATION": _normalised,
    "RELU": _single(tf.nn.relu),
    "RELU6": _single(tf.nn.relu6),
    "RELU_N1_TO_1": _single(lambda x: tf.clip_by_value(x, -1.0, 1.0)),
    "RELU_0_TO_1": _single(lambda x: tf.clip_by_value(x, 0.0, 1.0)),
    "LEAKY_RELU": lambda step, inputs: tf.nn.leaky_relu(inputs[0], step.operator.options.alpha),
    "PRELU": lambda step, inputs: tf.nn.relu(inputs[0]) - inputs[1] * tf.nn.relu(-inputs[0]),
    "ELU": _single(tf.nn.elu),
    "LOGISTIC": _single(tf.sigmoid),
    "TANH": _single(tf.tanh),
    "HARD_SWISH": _single(lambda x: x * tf.nn.relu6(x + 3.0) / 6.0),
    "GELU": lambda step, inputs: tf.nn.gelu(inputs[0], step.operator.options.approximate),
    "SOFTMAX": lambda step, inputs: tf.nn.softmax(inputs[0] * (step.operator.options.beta or 1.0)),
    "LOG_SOFTMAX": _single(tf.nn.log_softmax),
    "ABS": _single(tf.abs),
    "NEG": _single(tf.negative),
    "EXP": _single(tf.exp),
    "LOG": _single(tf.math.log),
    "SQRT": _single(tf.sqrt),
    "RSQRT": _single(tf.math.rsqrt),
    "SQUARE": _single(tf.square),
}
