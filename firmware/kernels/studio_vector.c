#include "studio_vector.h"

#include "studio_simd.h"

/* The sums of four outputs: two pairs, each the even one and 256 times the odd one on top of it. */
struct studio_four_sums {
    uint32_t even_0, even_1, both_0, both_1;
};

/* Returns the weights behind those that it used. */
static inline const uint32_t *studio_multiply_four(const uint32_t *weights, const int8_t *input, int32_t quads,
                                                   struct studio_four_sums *sums)
{
    uint32_t even_0 = 0, even_1 = 0, both_0 = 0, both_1 = 0;
#ifdef STUDIO_ASSEMBLY
    uint32_t x_0, x_1;
    int32_t turns = quads + 1; /* of two quads; an odd number of quads begins in the middle of a turn */
/* clang-format off */
#define STUDIO_QUAD                                                        \
    "ldr %[x0], [%[x]], #4\n\tldmia %[w]!, {r8, r9, r10, r11}\n\t"         \
    "sxtb16 %[x1], %[x0], ror #8\n\tsxtb16 %[x0], %[x0]\n\t"               \
    "smlad %[b0], %[x0], r8, %[b0]\n\tsmlad %[b1], %[x0], r10, %[b1]\n\t"  \
    "smlad %[b0], %[x1], r9, %[b0]\n\tsmlad %[b1], %[x1], r11, %[b1]\n\t"  \
    "sxtb16 r8, r8\n\tsxtb16 r9, r9\n\tsxtb16 r10, r10\n\tsxtb16 r11, r11\n\t" \
    "smlad %[e0], %[x0], r8, %[e0]\n\tsmlad %[e1], %[x0], r10, %[e1]\n\t"  \
    "smlad %[e0], %[x1], r9, %[e0]\n\tsmlad %[e1], %[x1], r11, %[e1]\n\t"
    __asm__("lsrs %[n], %[n], #1\n\tbcc 2f\n"
            "1:\n\t" STUDIO_QUAD
            "2:\n\t" STUDIO_QUAD
            "subs %[n], %[n], #1\n\tbne 1b"
            : [e0] "+r"(even_0), [e1] "+r"(even_1), [b0] "+r"(both_0), [b1] "+r"(both_1), [w] "+r"(weights),
              [x] "+r"(input), [n] "+r"(turns), [x0] "=&r"(x_0), [x1] "=&r"(x_1)
            :
            : "r8", "r9", "r10", "r11", "cc", "memory");
#undef STUDIO_QUAD
/* clang-format on */
#elif defined(__AVR__)
    even_0 += (uint32_t)studio_packed_row(weights, 16, input, 4, 2, 1, 3, (int16_t)quads, 0);
    even_1 += (uint32_t)studio_packed_row(weights + 2, 16, input, 4, 2, 1, 3, (int16_t)quads, 0);
    both_0 = even_0 + 256 * (uint32_t)studio_packed_row(weights, 16, input, 4, 2, 1, 3, (int16_t)quads, 1);
    both_1 = even_1 + 256 * (uint32_t)studio_packed_row(weights + 2, 16, input, 4, 2, 1, 3, (int16_t)quads, 1);
    weights += 4 * quads;
#elif defined(__SSE2__)
    __m128i both = _mm_setzero_si128(), even = both; /* two sums for the first pair, two for the second */
    uint32_t sum[4];
    for (; quads > 0; quads--) {
        const __m128i four = studio_four_halves(studio_load_four(input));
        const __m128i once = _mm_shufflelo_epi16(four, _MM_SHUFFLE(3, 1, 2, 0)), x = _mm_unpacklo_epi64(once, once);
        const __m128i w = _mm_loadu_si128((const __m128i *)(const void *)weights);
        both = _mm_add_epi32(both, _mm_madd_epi16(x, w));
        even = _mm_add_epi32(even, _mm_madd_epi16(x, _mm_srai_epi16(_mm_slli_epi16(w, 8), 8)));
        input += 4;
        weights += 4;
    }
    _mm_storeu_si128((__m128i *)(void *)sum, both);
    both_0 = sum[0] + sum[1];
    both_1 = sum[2] + sum[3];
    _mm_storeu_si128((__m128i *)(void *)sum, even);
    even_0 = sum[0] + sum[1];
    even_1 = sum[2] + sum[3];
#else
    for (; quads > 0; quads--) {
        const uint32_t four = studio_load_four(input);
        const uint32_t x[2] = {studio_even_bytes(four), studio_odd_bytes(four)};
        int32_t i;
        for (i = 0; i < 2; i++) {
            const uint32_t first = studio_load_uint32(weights + i), second = studio_load_uint32(weights + i + 2);
            both_0 = studio_multiply_halves(x[i], first, both_0);
            both_1 = studio_multiply_halves(x[i], second, both_1);
            even_0 = studio_multiply_halves(x[i], studio_even_bytes(first), even_0);
            even_1 = studio_multiply_halves(x[i], studio_even_bytes(second), even_1);
        }
        input += 4;
        weights += 4;
    }
#endif
    sums->even_0 = even_0;
    sums->even_1 = even_1;
    sums->both_0 = both_0;
    sums->both_1 = both_1;
    return weights;
}

void studio_vector(const struct studio_vector *layer, const int8_t *input, int8_t *output)
{
    const int32_t offset = layer->output_offset, step = layer->multiplier_step;
    const int32_t *bias = layer->bias, *multipliers = layer->multipliers;
    const int8_t *shifts = layer->shifts;
    const uint32_t *weights = layer->weights;
    int8_t *const end = output + layer->outputs;
    int32_t multiplier = studio_load_int32(multipliers), shift = studio_load_int8(shifts);
    do {
        struct studio_four_sums sums;
        int32_t sum_0, sum_1, sum_2, sum_3;
        int8_t number_0, number_1, number_2, number_3;
        weights = studio_multiply_four(weights, input, layer->quads, &sums);
        sum_0 = (int32_t)sums.even_0 + studio_load_int32(bias);
        sum_1 = ((int32_t)(sums.both_0 - sums.even_0) >> 8) + studio_load_int32(bias + 1);
        sum_2 = (int32_t)sums.even_1 + studio_load_int32(bias + 2);
        sum_3 = ((int32_t)(sums.both_1 - sums.even_1) >> 8) + studio_load_int32(bias + 3);
        if (step) {
            number_0 = studio_narrow(sum_0, studio_load_int32(multipliers), offset, studio_load_int8(shifts));
            number_1 = studio_narrow(sum_1, studio_load_int32(multipliers + 1), offset, studio_load_int8(shifts + 1));
            number_2 = studio_narrow(sum_2, studio_load_int32(multipliers + 2), offset, studio_load_int8(shifts + 2));
            number_3 = studio_narrow(sum_3, studio_load_int32(multipliers + 3), offset, studio_load_int8(shifts + 3));
            multipliers += 4;
            shifts += 4;
        } else {
            number_0 = studio_narrow(sum_0, multiplier, offset, shift);
            number_1 = studio_narrow(sum_1, multiplier, offset, shift);
            number_2 = studio_narrow(sum_2, multiplier, offset, shift);
            number_3 = studio_narrow(sum_3, multiplier, offset, shift);
        }
        bias += 4;
        *output++ = number_0;
        if (end - output >= 3) {
            output[0] = number_1;
            output[1] = number_2;
            output[2] = number_3;
            output += 3;
        } else if (output != end) {
            *output++ = number_1;
            if (output != end) {
                *output++ = number_2;
            }
        }
    } while (output != end);
    studio_limit(end - layer->outputs, layer->outputs, layer->lowest, layer->highest);
}
