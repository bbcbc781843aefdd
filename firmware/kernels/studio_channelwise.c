#include "studio_channelwise.h"

#include "studio_simd.h"

/* Sums of products of four neighbouring channels. */
struct studio_channel_sums {
    int32_t sum_0, sum_1, sum_2, sum_3;
};

/* Adds the products of four channels; places: where each tap lies from `corner`. Returns the weights behind those used. */
static inline const uint32_t *studio_multiply_taps(const uint32_t *weights, const int8_t *corner, const int32_t *places,
                                                   int32_t taps, struct studio_channel_sums *sums)
{
    int32_t sum_0 = sums->sum_0, sum_1 = sums->sum_1, sum_2 = sums->sum_2, sum_3 = sums->sum_3;
#ifdef STUDIO_ASSEMBLY
    uint32_t x, w, even_x, even_w;
    int32_t turns = taps + 1; /* of two taps; an odd number of taps begins in the middle of a turn */
/* clang-format off */
#define STUDIO_TAP                                                                              \
    "ldr %[x], [%[p]], #4\n\tldr %[w], [%[ws]], #4\n\tldr %[x], [%[c], %[x]]\n\t"               \
    "sxtb16 %[ew], %[w]\n\tsxtb16 %[ex], %[x]\n\t"                                             \
    "smlabb %[s0], %[ex], %[ew], %[s0]\n\tsmlatt %[s2], %[ex], %[ew], %[s2]\n\t"               \
    "sxtb16 %[w], %[w], ror #8\n\tsxtb16 %[x], %[x], ror #8\n\t"                               \
    "smlabb %[s1], %[x], %[w], %[s1]\n\tsmlatt %[s3], %[x], %[w], %[s3]\n\t"
    __asm__("lsrs %[n], %[n], #1\n\tbcc 2f\n"
            "1:\n\t" STUDIO_TAP
            "2:\n\t" STUDIO_TAP
            "subs %[n], %[n], #1\n\tbne 1b"
            : [s0] "+r"(sum_0), [s1] "+r"(sum_1), [s2] "+r"(sum_2), [s3] "+r"(sum_3), [ws] "+r"(weights),
              [p] "+r"(places), [n] "+r"(turns), [x] "=&r"(x), [w] "=&r"(w), [ex] "=&r"(even_x), [ew] "=&r"(even_w)
            : [c] "r"(corner)
            : "cc", "memory");
#undef STUDIO_TAP
/* clang-format on */
#elif defined(__SSE2__)
    __m128i total = _mm_setzero_si128();
    int32_t sum[4];
    for (; taps > 0; taps--) {
        const __m128i pixel = studio_four_halves(studio_load_four(corner + *places++));
        const __m128i product = _mm_mullo_epi16(pixel, studio_four_halves(*weights++));
        total = _mm_add_epi32(total, _mm_srai_epi32(_mm_unpacklo_epi16(product, product), 16));
    }
    _mm_storeu_si128((__m128i *)(void *)sum, total);
    sum_0 += sum[0];
    sum_1 += sum[1];
    sum_2 += sum[2];
    sum_3 += sum[3];
#else
    for (; taps > 0; taps--) {
        const uint32_t pixel = studio_load_four(corner + *places++), weight = studio_load_uint32(weights++);
        sum_0 = studio_multiply_low(studio_even_bytes(pixel), studio_even_bytes(weight), sum_0);
        sum_1 = studio_multiply_low(studio_odd_bytes(pixel), studio_odd_bytes(weight), sum_1);
        sum_2 = studio_multiply_top(studio_even_bytes(pixel), studio_even_bytes(weight), sum_2);
        sum_3 = studio_multiply_top(studio_odd_bytes(pixel), studio_odd_bytes(weight), sum_3);
    }
#endif
    sums->sum_0 = sum_0;
    sums->sum_1 = sum_1;
    sums->sum_2 = sum_2;
    sums->sum_3 = sum_3;
    return weights;
}

/* All channels of the pixel whose window begins at `corner`. */
static STUDIO_APART void studio_channelwise_pixel(const struct studio_channelwise *layer, const int8_t *corner,
                                     const int32_t *places, int8_t *output)
{
    const int32_t taps = layer->filter_height * layer->filter_width, offset = layer->output_offset;
    const uint32_t *weights = layer->weights;
    const int32_t *scaling = layer->scaling;
    int8_t *const end = output + layer->channels;
    do {
        struct studio_channel_sums sums;
        sums.sum_0 = studio_channel_bias(studio_load_int32(scaling));
        sums.sum_1 = studio_channel_bias(studio_load_int32(scaling + 2));
        sums.sum_2 = studio_channel_bias(studio_load_int32(scaling + 4));
        sums.sum_3 = studio_channel_bias(studio_load_int32(scaling + 6));
        weights = studio_multiply_taps(weights, corner, places, taps, &sums);
        *output++ = studio_narrow(sums.sum_0, studio_load_int32(scaling + 1), offset,
                                  studio_channel_shift(studio_load_int32(scaling)));
        *output++ = studio_narrow(sums.sum_1, studio_load_int32(scaling + 3), offset,
                                  studio_channel_shift(studio_load_int32(scaling + 2)));
        *output++ = studio_narrow(sums.sum_2, studio_load_int32(scaling + 5), offset,
                                  studio_channel_shift(studio_load_int32(scaling + 4)));
        *output++ = studio_narrow(sums.sum_3, studio_load_int32(scaling + 7), offset,
                                  studio_channel_shift(studio_load_int32(scaling + 6)));
        scaling += 8;
        corner += 4;
    } while (output != end);
}

void studio_channelwise(const struct studio_channelwise *layer, const int8_t *input, int8_t *output, int8_t *ring,
                        int8_t *places)
{
    int32_t batch, y, x, tap, column;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            int32_t *place = (int32_t *)(void *)places;
            studio_rows_load(&layer->rows, y, input, ring);
            for (tap = 0; tap < layer->filter_height; tap++) {
                const int32_t row = studio_rows_at(&layer->rows, y, tap);
                for (column = 0; column < layer->filter_width; column++) {
                    *place++ = row + column * layer->tap_bytes;
                }
            }
            for (x = 0; x < layer->output_width; x++) {
                studio_channelwise_pixel(layer, ring + x * layer->step_bytes, (const int32_t *)(void *)places, output);
                studio_limit(output, layer->channels, layer->lowest, layer->highest);
                output += layer->channels;
            }
        }
        input += layer->batch_bytes;
    }
}
