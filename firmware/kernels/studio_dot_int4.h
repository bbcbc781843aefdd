/* The sum of products of a row of int8 with a row of int4 weights, which lie two to a byte.

   Of every eight weights the first four lie in the lower halves of four bytes and the other four in the upper
   halves, so that four of them are taken out of a word at once; what is left of a row lies in pairs, the first
   of a pair in the lower half. Weights are taken out multiplied by 16, as they stand in the upper half of a byte:
   the sum is divided once, at the end. */
#ifndef STUDIO_DOT_INT4_H
#define STUDIO_DOT_INT4_H

#include <stdint.h>

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#include <arm_acle.h>

/* Four bytes, aligned or not. */
struct studio_int4_word {
    uint32_t bytes;
} __attribute__((packed, may_alias));

static inline uint32_t studio_int4_word_at(const void *bytes)
{
    return ((const struct studio_int4_word *)bytes)->bytes;
}

/* Four products, two per multiplication (SMLAD). Turning by 8 is one instruction; gcc 12 has no name for it. */
static inline int32_t studio_int4_dot_word(uint32_t x, uint32_t y, int32_t sum)
{
    sum = __smlad(__sxtb16((int32_t)x), __sxtb16((int32_t)y), sum);
    return __smlad(__sxtb16((int32_t)(x >> 8 | x << 24)), __sxtb16((int32_t)(y >> 8 | y << 24)), sum);
}

static inline int32_t studio_int4_dot_eight(const int8_t *values, const uint8_t *weights, int32_t sum)
{
    const uint32_t word = studio_int4_word_at(weights);
    sum = studio_int4_dot_word(studio_int4_word_at(values), (word << 4) & 0xF0F0F0F0u, sum);
    return studio_int4_dot_word(studio_int4_word_at(values + 4), word & 0xF0F0F0F0u, sum);
}

#else

static inline int32_t studio_int4_dot_eight(const int8_t *values, const uint8_t *weights, int32_t sum)
{
    int32_t i;
    for (i = 0; i < 4; i++) {
        sum += values[i] * (int8_t)(uint8_t)(weights[i] << 4) + values[i + 4] * (int8_t)(weights[i] & 0xF0);
    }
    return sum;
}

#endif

/* weights: [(count + 1) / 2]. */
static inline int32_t studio_dot_int4(const int8_t *values, const uint8_t *weights, int32_t count, int32_t bias)
{
    const int8_t *const end = values + count;
    int32_t sum = 0;
    for (; end - values >= 8; values += 8, weights += 4) {
        sum = studio_int4_dot_eight(values, weights, sum);
    }
    for (; values != end; weights++) {
        sum += *values++ * (int8_t)(uint8_t)(*weights << 4);
        if (values != end) {
            sum += *values++ * (int8_t)(*weights & 0xF0);
        }
    }
    return bias + sum / 16;
}

#endif
