/* Four bytes at a time: instructions of Cortex-M4 and its kin, and the same in C99 for every other core. */
#ifndef STUDIO_SIMD_H
#define STUDIO_SIMD_H

#include <stdint.h>

#include "studio_constants.h"
#include "studio_fixed_point.h"
#include "studio_limit.h"

/* A function that keeps its registers to itself: its loop is worth more than the call. */
#ifdef __GNUC__
#define STUDIO_APART __attribute__((noinline))
#else
#define STUDIO_APART
#endif

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

#ifdef __SSE2__
#include <emmintrin.h>

/* Four bytes as 16-bit numbers, in their order: a computer tries out a whole test set. */
static inline __m128i studio_four_halves(uint32_t four)
{
    const __m128i bytes = _mm_cvtsi32_si128((int32_t)four);
    return _mm_srai_epi16(_mm_unpacklo_epi8(bytes, bytes), 8);
}
#endif

#ifdef __AVR__
/* a * b with one multiplication of bytes; left to itself the compiler calls one of 16 bits for a sum of 32. */
static inline int16_t studio_multiply_bytes(int8_t a, int8_t b)
{
    int16_t product;
    __asm__("muls %1, %2\n\tmovw %0, r0\n\tclr __zero_reg__" : "=r"(product) : "d"(a), "d"(b) : "r0");
    return product;
}

/* The sum of products of one row of a packed pair (studio_packed.h), byte by byte: an AVR multiplies 8 bits, and has
   registers for one sum. Quads of weights and of numbers are steps of bytes apart; the numbers that a quad's four
   weights belong to lie at x, x + second, x + third and x + fourth. */
static inline int32_t studio_packed_row(const uint32_t *weights, int16_t weight_step, const int8_t *x, int16_t x_step,
                                        int8_t second, int8_t third, int8_t fourth, int16_t quads, int8_t is_odd)
{
    const int8_t *w = (const int8_t *)weights;
    int32_t sum = 0;
    for (; quads > 0; quads--) {
        const int8_t even_0 = studio_load_int8(w), even_1 = studio_load_int8(w + 2);
        const int8_t even_2 = studio_load_int8(w + 4), even_3 = studio_load_int8(w + 6);
        if (is_odd) {
            sum += studio_multiply_bytes(x[0], (int8_t)(studio_load_int8(w + 1) + (even_0 < 0)));
            sum += studio_multiply_bytes(x[second], (int8_t)(studio_load_int8(w + 3) + (even_1 < 0)));
            sum += studio_multiply_bytes(x[third], (int8_t)(studio_load_int8(w + 5) + (even_2 < 0)));
            sum += studio_multiply_bytes(x[fourth], (int8_t)(studio_load_int8(w + 7) + (even_3 < 0)));
        } else {
            sum += studio_multiply_bytes(x[0], even_0);
            sum += studio_multiply_bytes(x[second], even_1);
            sum += studio_multiply_bytes(x[third], even_2);
            sum += studio_multiply_bytes(x[fourth], even_3);
        }
        w += weight_step;
        x += x_step;
    }
    return sum;
}
#endif

/* A channel's word holds its bias, the input's zero point folded in, above a shift to the right, less one: 0 to 19. */
static inline int32_t studio_channel_bias(int32_t word)
{
    return word >> 8;
}

static inline int32_t studio_channel_shift(int32_t word)
{
    return word & 31;
}

/* A sum of products below 2^30 as int8: times multiplier / 2^31, rounded, then divided by 2^(shift + 1), rounded half away
   from zero, plus the zero point; offset is 2 * zero point + 1. As studio_rescale rounds, for shifts from 0 to 19. */
static inline int8_t studio_narrow(int32_t sum, int32_t multiplier, int32_t offset, int32_t shift)
{
    const int32_t value = studio_multiply_high_small(sum, multiplier);
    return studio_saturate_half((value + (value >> 31) + offset * ((int32_t)1 << shift)) >> shift);
}

#endif
