/* The sum of products of a row of int8 (a) with a row of weights (b), the inner loop of convolutions and
   fully connected layers. */
#ifndef STUDIO_DOT_H
#define STUDIO_DOT_H

#include <stdint.h>

#include "studio_constants.h"

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#include <arm_acle.h>

/* Four bytes, aligned or not. */
struct studio_four {
    uint32_t bytes;
} __attribute__((packed, may_alias));

/* Rotated right by 8: one instruction, which gcc 12's arm_acle.h has no name for. */
static inline uint32_t studio_turned(uint32_t value)
{
    return value >> 8 | value << 24;
}

/* Takes four products per turn, two per multiplication (SMLAD). */
static inline int32_t studio_dot(const int8_t *a, const int8_t *b, int32_t count, int32_t sum)
{
    const int8_t *const end = a + count;
    const int8_t *const end_of_fours = a + (count & ~3);
    while (a != end_of_fours) {
        const uint32_t x = ((const struct studio_four *)(const void *)a)->bytes;
        const uint32_t y = ((const struct studio_four *)(const void *)b)->bytes;
        sum = __smlad(__sxtb16((int32_t)x), __sxtb16((int32_t)y), sum);
        sum = __smlad(__sxtb16((int32_t)studio_turned(x)), __sxtb16((int32_t)studio_turned(y)), sum);
        a += 4;
        b += 4;
    }
    while (a != end) {
        sum += *a++ * *b++;
    }
    return sum;
}

#else

static inline int32_t studio_dot(const int8_t *a, const int8_t *b, int32_t count, int32_t sum)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        sum += a[i] * studio_load_int8(b + i);
    }
    return sum;
}

#endif

#endif
