#include "studio_sum.h"

#include "studio_simd.h"

void studio_sum(const struct studio_sum *layer, const int8_t *first, const int8_t *second, int8_t *output)
{
    const int32_t first_start = layer->first_start, second_start = layer->second_start;
    const int32_t second_multiplier = layer->second_multiplier, second_shift = layer->second_shift;
    const int32_t second_rounding = (int32_t)1 << (second_shift - 1);
    const int32_t multiplier = layer->multiplier, shift = layer->shift, offset = layer->output_offset;
    int8_t *const end = output + layer->count;
    while (output != end) {
        const int32_t a = first_start + *first++ * ((int32_t)1 << 19);
        const int32_t b = studio_multiply_high_small(second_start + *second++ * ((int32_t)1 << 20), second_multiplier);
        *output++ = studio_narrow(a + ((b + (b >> 31) + second_rounding) >> second_shift), multiplier, offset, shift);
    }
    studio_limit(end - layer->count, layer->count, layer->lowest, layer->highest);
}
