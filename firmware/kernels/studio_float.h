/* What the float32 kernels share: ranges, exp without a library, and the same rounding on every board. */
#ifndef STUDIO_FLOAT_H
#define STUDIO_FLOAT_H

#include <stdint.h>

#include "studio_constants.h"

/* A product is rounded before it is added, so that boards that could do both at once answer as all others do.
   (gcc does so by itself with -std=c99.) */
#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#endif

static inline float studio_clamp_f32(float value, float lowest, float highest)
{
    return value < lowest ? lowest : value > highest ? highest : value;
}

/* The sum of products of two rows. */
static inline float studio_dot_f32(const float *values, const float *weights, int32_t count, float sum)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        sum += values[i] * studio_load_float(weights + i);
    }
    return sum;
}

/* e^value; the relative error is below 2e-7 from -87 to 88, and values outside of that are taken for -87 and 88.
   Cody and Waite's reduction by a multiple of ln 2 in two parts, then Moshier's polynomial (Cephes, expf). */
static inline float studio_exp_f32(float value)
{
    union {
        uint32_t bits;
        float real;
    } power;
    int32_t exponent;
    float rest, result;
    value = value > -87.0f ? value < 88.0f ? value : 88.0f : -87.0f; /* what is not a number, too */
    exponent = (int32_t)(value * 1.44269504f + (value < 0.0f ? -0.5f : 0.5f));
    rest = value - (float)exponent * 0.693359375f;
    rest -= (float)exponent * -2.12194440e-4f;
    result = 1.9875691500e-4f;
    result = result * rest + 1.3981999507e-3f;
    result = result * rest + 8.3334519073e-3f;
    result = result * rest + 4.1665795894e-2f;
    result = result * rest + 1.6666665459e-1f;
    result = result * rest + 5.0000001201e-1f;
    result = result * (rest * rest) + rest + 1.0f;
    power.bits = (uint32_t)(exponent + 127) << 23;
    return result * power.real;
}

#endif
