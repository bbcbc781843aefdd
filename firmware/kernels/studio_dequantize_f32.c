#include "studio_dequantize_f32.h"

void studio_dequantize_f32(const struct studio_dequantize_f32 *layer, const void *input, float *output)
{
    const int32_t is_wide = layer->input_bytes == 2;
    int32_t i;
    for (i = 0; i < layer->count; i++) {
        const int32_t value = is_wide ? ((const int16_t *)input)[i] : ((const int8_t *)input)[i];
        output[i] = (float)(value - layer->zero_point) * layer->scale;
    }
}
