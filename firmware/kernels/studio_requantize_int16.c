#include "studio_requantize_int16.h"

#include "studio_int16.h"

void studio_requantize_int16(const struct studio_requantize_int16 *layer, const void *input, void *output)
{
    const int32_t input_is_wide = layer->input_bytes == 2, output_is_wide = layer->output_bytes == 2;
    int32_t i;
    for (i = 0; i < layer->count; i++) {
        int32_t value = input_is_wide ? ((const int16_t *)input)[i] : ((const int8_t *)input)[i];
        value = studio_rescale(value - layer->input_zero_point, layer->multiplier, layer->shift);
        value += layer->output_zero_point;
        if (output_is_wide) {
            ((int16_t *)output)[i] = studio_clamp_int16(value, layer->lowest, layer->highest);
        } else {
            ((int8_t *)output)[i] = studio_clamp(value, layer->lowest, layer->highest);
        }
    }
}
