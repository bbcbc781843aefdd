"""Real numbers as 32-bit integers: the arithmetic of TensorFlow Lite's int8 kernels, in exact Python integers.

A number "with n integer bits" is an int32 that stands for value * 2**(n - 31). The operations are those of
the fixed-point library gemmlowp, which TensorFlow Lite Micro computes with; bit for bit.
"""

import math

INT32_MAX = 2**31 - 1
INT32_MIN = -(2**31)

# exp(-1/8), 1/3, 48/17, -32/17 and exp(-2**e) for e = -2..4, rounded into 32 bits.
_EXP_OF_MINUS_EIGHTH = 1895147668
_THIRD = 715827883
_48_OVER_17 = 1515870810
_MINUS_32_OVER_17 = -1010580540
_EXP_OF_MINUS_POWERS = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)


def saturate(value: int) -> int:
    """The nearest int32."""
    return min(max(value, INT32_MIN), INT32_MAX)


def multiply_high(a: int, b: int) -> int:
    """The product of two numbers without integer bits, rounded half up: (a * b + 2**30) >> 31."""
    return saturate((a * b + (1 << 30)) >> 31)


def divide_by_power(value: int, exponent: int) -> int:
    """value / 2**exponent, rounded half away from zero."""
    if exponent == 0:
        return value
    return (value + (value >> 31) + (1 << (exponent - 1))) >> exponent


def quantize_multiplier(real: float) -> tuple[int, int]:
    """A positive real number as (multiplier, shift): real = multiplier * 2**(shift - 31).

    The multiplier has its top bit set, unless the number is too small to matter; then both are 0.
    """
    if real == 0.0:
        return 0, 0
    fraction, shift = math.frexp(real)
    multiplier = math.floor(fraction * (1 << 31) + 0.5)
    if multiplier == 1 << 31:
        multiplier //= 2
        shift += 1
    if shift < -31:
        return 0, 0
    return multiplier, shift


def rescale(value: int, multiplier: int, shift: int) -> int:
    """value * multiplier * 2**(shift - 31), rounded twice as TensorFlow Lite Micro does."""
    if shift > 0:
        return multiply_high(value << shift, multiplier)
    return divide_by_power(multiply_high(value, multiplier), -shift)


def input_radius(integer_bits: int, left_shift: int) -> int:
    """The largest difference that still fits `integer_bits` after a left shift."""
    return math.floor(((1 << integer_bits) - 1) * (1 << (31 - integer_bits)) / (1 << left_shift))


def exp_of_negative(value: int, integer_bits: int) -> int:
    """exp of a number <= 0 with `integer_bits`; the result has none."""
    if value == 0:
        return INT32_MAX
    fraction_bits = 31 - integer_bits
    quarter = 1 << (fraction_bits - 2)
    rest = (value & (quarter - 1)) - quarter
    x = (rest << integer_bits) + (1 << 28)  # around -1/8, where the Taylor series is developed
    square = multiply_high(x, x)
    cube = multiply_high(square, x)
    fourth = divide_by_power(multiply_high(square, square), 2)
    tail = divide_by_power(multiply_high(fourth + cube, _THIRD) + square, 1)
    result = _EXP_OF_MINUS_EIGHTH + multiply_high(_EXP_OF_MINUS_EIGHTH, x + tail)
    remainder = rest - value
    for exponent, factor in enumerate(_EXP_OF_MINUS_POWERS, start=-2):
        if exponent < integer_bits and remainder & (1 << (fraction_bits + exponent)):
            result = multiply_high(result, factor)
    return result


def _newton(value: int) -> int:
    """2 / (1 + value) with two integer bits, for 0 <= value < 1 without integer bits."""
    half_denominator = (value + INT32_MAX + 1) // 2
    x = _48_OVER_17 + multiply_high(half_denominator, _MINUS_32_OVER_17)
    for _ in range(3):
        error = (1 << 29) - multiply_high(half_denominator, x)
        x += saturate(multiply_high(x, error) * 4)
    return x


def reciprocal_of_one_plus(value: int) -> int:
    """1 / (1 + value) for 0 <= value < 1, both without integer bits."""
    return saturate(_newton(value) * 2)


def logistic(value: int, integer_bits: int) -> int:
    """1 / (1 + exp(-value)) of a number with `integer_bits`; the result has none."""
    if value == 0:
        return 1 << 30
    positive = reciprocal_of_one_plus(exp_of_negative(-abs(value), integer_bits))
    return positive if value > 0 else INT32_MAX - positive


def tanh(value: int, integer_bits: int) -> int:
    """The hyperbolic tangent of a number with `integer_bits`; the result has none."""
    if value == 0:
        return 0
    doubled = exp_of_negative(-abs(value), integer_bits + 1)  # the same bits, read as twice the number
    positive = saturate((_newton(doubled) - (1 << 29)) * 4)
    return positive if value > 0 else -positive
