#include "studio_packed.h"

#include "studio_simd.h"

/* Sums of one pair of rows: of the even row, and 256 times the odd row's on top of it; for both columns. */
struct studio_sums {
    uint32_t even[2], both[2];
};

/* Returns the weights behind those that it used. */
static inline const uint32_t *studio_multiply_pair(const uint32_t *weights, const uint32_t *columns, int32_t quads,
                                                   struct studio_sums *sums)
{
    uint32_t even_0 = sums->even[0], even_1 = sums->even[1], both_0 = sums->both[0], both_1 = sums->both[1];
#ifdef STUDIO_ASSEMBLY
    uint32_t w_0, w_1;
    int32_t turns = quads - 1; /* of several quads; what is left over is done first, by beginning inside of a turn */
/* clang-format off */
#define STUDIO_QUAD                                                 \
    "ldrd %[w0], %[w1], [%[w]], #8\n\tldmia %[x]!, {r8, r9, r10, r11}\n\t" \
    "smlad %[b0], r8, %[w0], %[b0]\n\tsmlad %[b1], r10, %[w0], %[b1]\n\t"  \
    "sxtb16 %[w0], %[w0]\n\t"                                       \
    "smlad %[e0], r8, %[w0], %[e0]\n\tsmlad %[e1], r10, %[w0], %[e1]\n\t"  \
    "smlad %[b0], r9, %[w1], %[b0]\n\tsmlad %[b1], r11, %[w1], %[b1]\n\t"  \
    "sxtb16 %[w1], %[w1]\n\t"                                       \
    "smlad %[e0], r9, %[w1], %[e0]\n\tsmlad %[e1], r11, %[w1], %[e1]\n\t"
#ifdef __OPTIMIZE_SIZE__
#define STUDIO_TURNS                                                                       \
    "add %[n], %[n], #2\n\tlsrs %[n], %[n], #1\n\tbcc 2f\n"                               \
    "1:\n\t" STUDIO_QUAD "2:\n\t" STUDIO_QUAD
#else /* four quads to a turn: carry and sign are bits 1 and 0 of the number of quads less one */
#define STUDIO_TURNS                                                                       \
    "lsls %[w0], %[n], #31\n\tlsr %[n], %[n], #2\n\tadd %[n], %[n], #1\n\t"              \
    "bcs 5f\n\tbmi 3f\n\tb 4f\n5:\n\tbpl 2f\n"                                           \
    "1:\n\t" STUDIO_QUAD "2:\n\t" STUDIO_QUAD "3:\n\t" STUDIO_QUAD "4:\n\t" STUDIO_QUAD
#endif
    __asm__(STUDIO_TURNS "subs %[n], %[n], #1\n\tbne 1b"
            : [e0] "+r"(even_0), [e1] "+r"(even_1), [b0] "+r"(both_0), [b1] "+r"(both_1), [w] "+r"(weights),
              [x] "+r"(columns), [n] "+r"(turns), [w0] "=&r"(w_0), [w1] "=&r"(w_1)
            :
            : "r8", "r9", "r10", "r11", "cc", "memory");
#undef STUDIO_QUAD
#undef STUDIO_TURNS
/* clang-format on */
#elif defined(__AVR__)
    const int8_t *const x = (const int8_t *)columns;
    even_0 += (uint32_t)studio_packed_row(weights, 8, x, 16, 2, 4, 6, (int16_t)quads, 0);
    even_1 += (uint32_t)studio_packed_row(weights, 8, x + 8, 16, 2, 4, 6, (int16_t)quads, 0);
    both_0 = even_0 + 256 * (uint32_t)studio_packed_row(weights, 8, x, 16, 2, 4, 6, (int16_t)quads, 1);
    both_1 = even_1 + 256 * (uint32_t)studio_packed_row(weights, 8, x + 8, 16, 2, 4, 6, (int16_t)quads, 1);
    weights += 2 * quads;
#elif defined(__SSE2__)
    __m128i both = _mm_setzero_si128(), even = both; /* two sums for the first column, two for the second */
    uint32_t sum[4];
    for (; quads > 0; quads--) {
        const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)columns);
        __m128i w = _mm_loadl_epi64((const __m128i *)(const void *)weights);
        w = _mm_unpacklo_epi64(w, w);
        both = _mm_add_epi32(both, _mm_madd_epi16(x, w));
        even = _mm_add_epi32(even, _mm_madd_epi16(x, _mm_srai_epi16(_mm_slli_epi16(w, 8), 8)));
        columns += 4;
        weights += 2;
    }
    _mm_storeu_si128((__m128i *)(void *)sum, both);
    both_0 += sum[0] + sum[1];
    both_1 += sum[2] + sum[3];
    _mm_storeu_si128((__m128i *)(void *)sum, even);
    even_0 += sum[0] + sum[1];
    even_1 += sum[2] + sum[3];
#else
    int32_t i;
    for (i = 0; i < 2 * quads; i++) {
        const uint32_t first = columns[(i & ~1) * 2 + (i & 1)], second = columns[(i & ~1) * 2 + (i & 1) + 2];
        const uint32_t both = studio_load_uint32(weights + i), even = studio_even_bytes(both);
        both_0 = studio_multiply_halves(first, both, both_0);
        both_1 = studio_multiply_halves(second, both, both_1);
        even_0 = studio_multiply_halves(first, even, even_0);
        even_1 = studio_multiply_halves(second, even, even_1);
    }
    weights += 2 * quads;
#endif
    sums->even[0] = even_0;
    sums->even[1] = even_1;
    sums->both[0] = both_0;
    sums->both[1] = both_1;
    return weights;
}

void studio_packed(const struct studio_packed *matrix, const uint32_t *columns, int8_t *first, int8_t *second)
{
    const int32_t quads = matrix->quads, offset = matrix->output_offset;
    const uint32_t *weights = matrix->weights;
    const int32_t *channels = matrix->channels;
    int8_t *const end = first + matrix->outputs;
    for (;;) {
        struct studio_sums sums;
        int32_t word = studio_load_int32(channels), multiplier, shift;
        sums.even[0] = sums.even[1] = sums.both[0] = sums.both[1] = (uint32_t)studio_channel_bias(word);
        weights = studio_multiply_pair(weights, columns, quads, &sums);
        word = studio_load_int32(channels);
        multiplier = studio_load_int32(channels + 1);
        shift = studio_channel_shift(word);
        *second++ = studio_narrow((int32_t)sums.even[1], multiplier, offset, shift);
        *first++ = studio_narrow((int32_t)sums.even[0], multiplier, offset, shift);
        if (first == end) {
            break;
        }
        word = studio_load_int32(channels + 2);
        multiplier = studio_load_int32(channels + 3);
        shift = studio_channel_shift(word);
        word = studio_channel_bias(word);
        *second++ = studio_narrow(((int32_t)(sums.both[1] - sums.even[1]) >> 8) + word, multiplier, offset, shift);
        *first++ = studio_narrow(((int32_t)(sums.both[0] - sums.even[0]) >> 8) + word, multiplier, offset, shift);
        if (first == end) {
            break;
        }
        channels += 4;
    }
    studio_limit(second - matrix->outputs, matrix->outputs, matrix->lowest, matrix->highest);
    studio_limit(first - matrix->outputs, matrix->outputs, matrix->lowest, matrix->highest);
}

uint32_t *studio_widen(const int8_t *bytes, int32_t quads, uint32_t *column)
{
#ifdef STUDIO_ASSEMBLY
    uint32_t even, odd;
    int32_t turns = quads + 1; /* of two quads, as above */
/* clang-format off */
#define STUDIO_QUAD                                                                        \
    "ldr %[o], [%[b]], #4\n\tsxtb16 %[e], %[o]\n\tsxtb16 %[o], %[o], ror #8\n\t"           \
    "strd %[e], %[o], [%[c]], #16\n\t"
    __asm__ volatile("lsrs %[n], %[n], #1\n\tbcc 2f\n"
                     "1:\n\t" STUDIO_QUAD
                     "2:\n\t" STUDIO_QUAD
                     "subs %[n], %[n], #1\n\tbne 1b"
                     : [b] "+r"(bytes), [c] "+r"(column), [n] "+r"(turns), [e] "=&r"(even), [o] "=&r"(odd)
                     :
                     : "cc", "memory");
#undef STUDIO_QUAD
/* clang-format on */
#elif defined(__SSE2__)
    for (; quads > 0; quads--) {
        const __m128i x = _mm_shufflelo_epi16(studio_four_halves(studio_load_four(bytes)), _MM_SHUFFLE(3, 1, 2, 0));
        _mm_storel_epi64((__m128i *)(void *)column, x);
        column += 4;
        bytes += 4;
    }
#else
    for (; quads > 0; quads--) {
        const uint32_t four = studio_load_four(bytes);
        column[0] = studio_even_bytes(four);
        column[1] = studio_odd_bytes(four);
        column += 4;
        bytes += 4;
    }
#endif
    return column;
}
