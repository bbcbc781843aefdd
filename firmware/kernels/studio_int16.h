/* What the kernels for int16 share: how sums become int16, bit for bit as TensorFlow Lite Micro does. */
#ifndef STUDIO_INT16_H
#define STUDIO_INT16_H

#include "studio_fixed_point.h"

static inline int16_t studio_clamp_int16(int64_t value, int32_t lowest, int32_t highest)
{
    return (int16_t)(value < lowest ? lowest : value > highest ? highest : value);
}

/* A sum below 2^47 times a multiplier of 15 bits, divided by 2^shift (1 to 46) and rounded once; or, if it is not
   wide, what studio_rescale makes of it. */
static inline int64_t studio_rescale_sum(int64_t sum, int32_t multiplier, int32_t shift, int32_t wide)
{
    if (!wide) {
        return studio_rescale((int32_t)sum, multiplier, shift);
    }
    return (sum * multiplier + ((int64_t)1 << (shift - 1))) >> shift;
}

/* The sum of products of two rows. */
static inline int64_t studio_dot_int16(const int16_t *values, const int8_t *weights, int32_t count, int64_t sum)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        sum += (int32_t)values[i] * weights[i];
    }
    return sum;
}

/* A curve of 513 points over all int16, straight between them. */
static inline int16_t studio_curve_int16(const int16_t *points, int32_t value)
{
    const int32_t at = (value >> 7) + 256;
    const int32_t slope = points[at + 1] - points[at];
    return (int16_t)(points[at] + ((slope * (value & 127) + 64) >> 7));
}

#endif
