/* Four bytes at a time: instructions of Cortex-M4 and its kin, and the same in C99 for every other core. */
#ifndef STUDIO_SIMD_H
#define STUDIO_SIMD_H

#include <stdint.h>

#include "studio_constants.h"
#include "studio_fixed_point.h"
#include "studio_limit.h"

#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_UNALIGNED)
#define STUDIO_SIMD 1
#ifdef __OPTIMIZE__
#define STUDIO_ASSEMBLY 1 /* unoptimized code does not leave enough registers for the inner loops */
#endif
#include <arm_acle.h>

/* Four bytes, aligned or not. */
struct studio_word {
    uint32_t bytes;
} __attribute__((packed, may_alias));

static inline uint32_t studio_load_four(const int8_t *bytes)
{
    return ((const struct studio_word *)(const void *)bytes)->bytes;
}

/* Bytes 0 and 2 as two 16-bit numbers. */
static inline uint32_t studio_even_bytes(uint32_t four)
{
    return (uint32_t)__sxtb16((int32_t)four);
}

/* Bytes 1 and 3 as two 16-bit numbers. */
static inline uint32_t studio_odd_bytes(uint32_t four)
{
    return (uint32_t)__sxtb16((int32_t)(four >> 8 | four << 24));
}

/* sum + product of the low halves + product of the high halves; it wraps around. */
static inline uint32_t studio_multiply_halves(uint32_t a, uint32_t b, uint32_t sum)
{
    return (uint32_t)__smlad((int32_t)a, (int32_t)b, (int32_t)sum);
}

/* sum + product of the low halves, or of the high halves. */
static inline int32_t studio_multiply_low(uint32_t a, uint32_t b, int32_t sum)
{
    return __smlabb((int32_t)a, (int32_t)b, sum);
}

static inline int32_t studio_multiply_top(uint32_t a, uint32_t b, int32_t sum)
{
    return __smlatt((int32_t)a, (int32_t)b, sum);
}

/* studio_multiply_high for a below 2^30. */
static inline int32_t studio_multiply_high_small(int32_t a, int32_t b)
{
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a * 2), "r"(b));
    return high;
}

/* value / 2, rounded down, as int8. */
static inline int8_t studio_saturate_half(int32_t value)
{
    int32_t half;
    __asm__("ssat %0, #8, %1, asr #1" : "=r"(half) : "r"(value) : "cc");
    return (int8_t)half;
}

#else

static inline uint32_t studio_load_four(const int8_t *bytes)
{
    return (uint32_t)(uint8_t)bytes[0] | (uint32_t)(uint8_t)bytes[1] << 8 | (uint32_t)(uint8_t)bytes[2] << 16 |
           (uint32_t)(uint8_t)bytes[3] << 24;
}

static inline int16_t studio_low(uint32_t halves)
{
    return (int16_t)(uint16_t)halves;
}

static inline int16_t studio_high(uint32_t halves)
{
    return (int16_t)(uint16_t)(halves >> 16);
}

static inline uint32_t studio_even_bytes(uint32_t four)
{
    return (uint32_t)(uint16_t)(int8_t)(uint8_t)four | (uint32_t)(uint16_t)(int8_t)(uint8_t)(four >> 16) << 16;
}

static inline uint32_t studio_odd_bytes(uint32_t four)
{
    return studio_even_bytes(four >> 8);
}

static inline uint32_t studio_multiply_halves(uint32_t a, uint32_t b, uint32_t sum)
{
    sum += (uint32_t)((int32_t)studio_low(a) * studio_low(b));
    return sum + (uint32_t)((int32_t)studio_high(a) * studio_high(b));
}

static inline int32_t studio_multiply_low(uint32_t a, uint32_t b, int32_t sum)
{
    return sum + (int32_t)studio_low(a) * studio_low(b);
}

static inline int32_t studio_multiply_top(uint32_t a, uint32_t b, int32_t sum)
{
    return sum + (int32_t)studio_high(a) * studio_high(b);
}

static inline int32_t studio_multiply_high_small(int32_t a, int32_t b)
{
    return studio_multiply_high(a, b);
}

static inline int8_t studio_saturate_half(int32_t value)
{
    return studio_clamp(value >> 1, INT8_MIN, INT8_MAX);
}

#endif

/* A sum of products below 2^30 as int8: times multiplier / 2^31, rounded, then divided by 2^(shift + 1), rounded half away
   from zero, plus the zero point; offset is 2 * zero point + 1. As studio_rescale rounds, for shifts from 0 to 19. */
static inline int8_t studio_narrow(int32_t sum, int32_t multiplier, int32_t offset, int32_t shift)
{
    const int32_t value = studio_multiply_high_small(sum, multiplier);
    return studio_saturate_half((value + (value >> 31) + offset * ((int32_t)1 << shift)) >> shift);
}

#endif
