#include "studio_quantize_f32.h"

void studio_quantize_f32(const struct studio_quantize_f32 *layer, const float *input, void *output)
{
    const int32_t is_wide = layer->output_bytes == 2;
    const float lowest = (float)(layer->lowest - layer->zero_point);
    const float highest = (float)(layer->highest - layer->zero_point);
    int32_t i;
    for (i = 0; i < layer->count; i++) {
        float steps = input[i] / layer->scale, rest;
        int32_t value;
        /* Limits first, so that the conversion never overflows. */
        steps = steps > lowest ? steps : lowest;
        steps = steps < highest ? steps : highest;
        value = (int32_t)steps;
        rest = steps - (float)value;
        value += layer->zero_point + (rest >= 0.5f) - (rest <= -0.5f);
        if (is_wide) {
            ((int16_t *)output)[i] = (int16_t)value;
        } else {
            ((int8_t *)output)[i] = (int8_t)value;
        }
    }
}
