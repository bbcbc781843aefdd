/* Real factors as integers: how sums of products become int8 again, bit for bit as TensorFlow Lite Micro does. */
#ifndef STUDIO_FIXED_POINT_H
#define STUDIO_FIXED_POINT_H

#include <stdint.h>

#if (-1 >> 1) != -1
#error "The kernels need a compiler that shifts negative numbers arithmetically."
#endif

/* a * b without integer bits, rounded half up: (a * b) / 2^31. */
static inline int32_t studio_multiply_high(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* value / 2^exponent, rounded half away from zero; exponent 1 to 31. No step of it can overflow. */
static inline int32_t studio_divide_by_power(int32_t value, int32_t exponent)
{
    value += value >> 31;
    return ((value >> (exponent - 1)) + 1) >> 1;
}

/* value * multiplier * 2^(shift - 31), shift -31 to 30, rounded twice when it gets smaller. */
static inline int32_t studio_rescale(int32_t value, int32_t multiplier, int32_t shift)
{
    int64_t product;
    if (shift < 0) {
        return studio_divide_by_power(studio_multiply_high(value, multiplier), -shift);
    }
    product = ((int64_t)value * multiplier + (((int64_t)1 << 30) >> shift)) >> (31 - shift);
    if (product > INT32_MAX / 2) {
        return INT32_MAX / 2; /* far outside of int8, and a zero point can still be added */
    }
    return product < INT32_MIN / 2 ? INT32_MIN / 2 : (int32_t)product;
}

static inline int8_t studio_clamp(int32_t value, int32_t lowest, int32_t highest)
{
    return (int8_t)(value < lowest ? lowest : value > highest ? highest : value);
}

#endif
