"""ABS, RSQRT, ELU and HARD_SWISH, tabulated when the model is compiled, as the functions in tables.py."""

import math

import numpy as np

from studio.compiler.fixed_point import (
    INT32_MAX,
    divide_by_power,
    multiply_high,
    quantize_multiplier,
    rescale,
    saturate,
)
from studio.compiler.tables import Int8Array

_ROOT_BITS = 20  # bits behind the point of 1 / sqrt before the output's scale comes in
_ONE = 1 << 28  # the numbers of Newton's iteration have three integer bits
_HALF_ROOT_OF_2 = 1518500250  # sqrt(1/2) without integer bits
_INT16 = 1 << 15


def _stored(values: list[int]) -> Int8Array:
    return np.clip(np.array(values, np.int64), -128, 127).astype(np.int8)


def abs_table(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Int8Array:
    """For every input from -128 to 127 its distance from zero, on the output's scale."""
    multiplier, shift = quantize_multiplier(input_scale / output_scale)
    distances = [abs(stored - input_zero_point) for stored in range(-128, 128)]
    if input_scale != output_scale:
        distances = [rescale(d, multiplier, shift) for d in distances]
    return _stored([d + output_zero_point for d in distances])


def rsqrt_table(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Int8Array:
    """For every input from -128 to 127 one over its square root; 127 for zero and, as nothing is right, below."""
    multiplier, shift = quantize_multiplier(1.0 / (math.sqrt(input_scale) * output_scale))
    values = []
    for stored in range(-128, 128):
        centred = stored - input_zero_point
        if centred <= 0:
            values.append(127)
            continue
        root, root_shift = _inverse_root(centred)
        value = rescale(1, root, root_shift + _ROOT_BITS)
        values.append(rescale(value, multiplier, shift - _ROOT_BITS) + output_zero_point)
    return _stored(values)


def _inverse_root(value: int) -> tuple[int, int]:
    """1 / sqrt(value) as (multiplier, shift), by five steps of Newton's iteration; value from 1 to 255."""
    if value == 1:
        return INT32_MAX, 0
    pairs = (31 - value.bit_length()) // 2 - 1
    number = (value << 2 * pairs) >> 1
    half = divide_by_power(number, 1)
    x = _ONE
    for _ in range(5):
        cube = saturate(multiply_high(multiply_high(x, x), x) << 6)
        x = saturate((multiply_high(_ONE + _ONE // 2, x) - multiply_high(half, cube)) << 3)
    root, shift = multiply_high(x, _HALF_ROOT_OF_2), 11 - pairs
    return (root << -shift, 0) if shift < 0 else (root, -shift)


def elu_table(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Int8Array:
    """For every input from -128 to 127 x above zero and exp(x) - 1 below, computed in float32."""
    inverse = np.float32(1) / np.float32(output_scale)
    values = []
    for stored in range(-128, 128):
        x = np.float32(input_scale) * np.float32(stored - input_zero_point)
        y = np.float32(math.exp(float(x))) - np.float32(1) if x < 0 else x
        steps = float(y * inverse)
        values.append(int(math.copysign(math.floor(abs(steps) + 0.5), steps)) + output_zero_point)
    return _stored(values)


def hard_swish_ratios(input_scale: float, output_scale: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """(multiplier of 16 bits, shift) from the finer input to the output, and to where 3.0 is 2**15."""
    fine = np.float32(1 / 128) * np.float32(input_scale)
    pairs = []
    for scale in (np.float32(output_scale), np.float32(3) / np.float32(_INT16)):
        multiplier, shift = quantize_multiplier(float(fine / scale))
        pairs.append((min((multiplier + (1 << 15)) >> 16, _INT16 - 1), shift))
    return pairs[0], pairs[1]


def hard_swish_table(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Int8Array:
    """For every input from -128 to 127 x * min(max(x + 3, 0), 6) / 6, in 16-bit integers."""
    (multiplier, shift), (gate_multiplier, gate_shift) = hard_swish_ratios(input_scale, output_scale)
    values = []
    for stored in range(-128, 128):
        fine = (stored - input_zero_point) * 128
        value = _multiply_16(fine, multiplier)
        gate = fine
        if gate_shift > 0:
            gate = _saturate_16(gate << (gate_shift - 1))
        gate = _multiply_16(gate, gate_multiplier)
        gate = _saturate_16(gate * 2) if gate_shift > 0 else divide_by_power(gate, -gate_shift)
        product = ((gate + _INT16) >> 1) * value
        product = abs(product) // _INT16 * (1 if product >= 0 else -1)
        values.append(divide_by_power(product, -shift) + output_zero_point)
    return _stored(values)


def _saturate_16(value: int) -> int:
    return min(max(value, -_INT16), _INT16 - 1)


def _multiply_16(a: int, b: int) -> int:
    """The product of two numbers with 15 bits behind the point, rounded half away from zero."""
    product = a * b
    rounded = (abs(product) + (1 << 14)) >> 15
    return _saturate_16(rounded if product >= 0 else -rounded)
