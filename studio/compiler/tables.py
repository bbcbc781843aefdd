"""Functions of one int8 number, tabulated when the model is compiled, so that the board only looks them up."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.compiler.fixed_point import (
    INT32_MAX,
    divide_by_power,
    exp_of_negative,
    input_radius,
    logistic,
    multiply_high,
    quantize_multiplier,
    rescale,
    tanh,
)

Int8Array = npt.NDArray[np.int8]
Int32Array = npt.NDArray[np.int32]

_INPUT_BITS = 4  # integer bits of the argument of logistic and tanh
_SOFTMAX_BITS = 5  # integer bits of the argument of exp
_SUM_BITS = 12  # integer bits of softmax's sum: what is smaller than its last place never counts


def _clamped(value: int, lowest: int = -128, highest: int = 127) -> int:
    return min(max(value, lowest), highest)


def _table(values: list[int]) -> Int8Array:
    return np.array(values, np.int8)


def logistic_table(scale: float, zero_point: int) -> Int8Array:
    """For every input from -128 to 127 the output with scale 1/256 and zero point -128."""
    return _saturating_table(scale, zero_point, logistic, 23, -128)


def tanh_table(scale: float, zero_point: int) -> Int8Array:
    """For every input from -128 to 127 the output with scale 1/128 and zero point 0."""
    return _saturating_table(scale, zero_point, tanh, 24, 0)


def _saturating_table(
    scale: float, zero_point: int, function: Callable[[int, int], int], bits: int, offset: int
) -> Int8Array:
    multiplier, shift = quantize_multiplier(scale * (1 << (31 - _INPUT_BITS)))
    radius = input_radius(_INPUT_BITS, shift) if shift >= 0 else 256
    values = []
    for stored in range(-128, 128):
        centred = stored - zero_point
        if abs(centred) >= radius:
            values.append(127 if centred > 0 else -128)
        else:
            result = function(rescale(centred, multiplier, shift), _INPUT_BITS)
            values.append(_clamped(divide_by_power(result, bits) + offset))
    return _table(values)


def rescale_table(
    ratio: float, input_zero_point: int, output_zero_point: int, lowest: int = -128, highest: int = 127
) -> Int8Array:
    """For every input from -128 to 127 the same number stored with another scale and zero point."""
    return leaky_table(ratio, ratio, input_zero_point, output_zero_point, lowest, highest)


def leaky_table(
    ratio: float, negative: float, input_zero_point: int, output_zero_point: int, lowest: int = -128,
    highest: int = 127,
) -> Int8Array:  # fmt: skip
    """As rescale_table, with another ratio for the numbers below zero."""
    above, below = quantize_multiplier(ratio), quantize_multiplier(negative)
    values = []
    for stored in range(-128, 128):
        centred = stored - input_zero_point
        multiplier, shift = above if centred >= 0 else below
        values.append(_clamped(rescale(centred, multiplier, shift) + output_zero_point, lowest, highest))
    return _table(values)


def clamp_table(lowest: int, highest: int) -> Int8Array:
    """For every input from -128 to 127 the nearest number from lowest to highest."""
    return _table([_clamped(stored, lowest, highest) for stored in range(-128, 128)])


def softmax_table(scale: float, beta: float) -> Int32Array:
    """exp(-beta * scale * difference) for differences 0, 1, 2..., as far as they matter; no integer bits."""
    real = min(beta * scale * (1 << (31 - _SOFTMAX_BITS)), float(INT32_MAX))
    multiplier, shift = quantize_multiplier(real)
    values = []
    for difference in range(min(255, input_radius(_SOFTMAX_BITS, shift)) + 1):
        value = exp_of_negative(multiply_high(-difference << shift, multiplier), _SOFTMAX_BITS)
        if divide_by_power(value, _SUM_BITS) == 0:
            break
        values.append(value)
    return np.array(values, np.int32)


def curve_points(function: Callable[[float], float], lowest: float, highest: float) -> npt.NDArray[np.int16]:
    """513 points of a function, in units of 2^-15: where they lie halves the error in the middle of each interval.

    All steps are those of TensorFlow Lite Micro's gen_lut, in float32.
    """

    def rounded(value: np.float32) -> np.float32:
        return np.float32(np.copysign(np.floor(np.abs(np.float64(value)) + 0.5), value))

    def at(x: np.float32) -> np.float32:
        return np.float32(function(float(x)))

    one = np.float32(1 << 15)
    begin, end = np.float32(lowest), np.float32(highest)
    step = (end - begin) / np.float32(512)
    points = []
    for i in range(512):
        here, after = at(begin + np.float32(i) * step), at(begin + np.float32(i + 1) * step)
        middle = at(begin + np.float32(i) * step + step / np.float32(2))
        straight = rounded((after * one + rounded(here * one)) / np.float32(2))
        points.append(rounded(here * one) - rounded((straight - rounded(middle * one)) / np.float32(2)))
    points.append(rounded(at(end) * one))
    return np.clip(np.array(points), -(1 << 15), (1 << 15) - 1).astype(np.int16)
