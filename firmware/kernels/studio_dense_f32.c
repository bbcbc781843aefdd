#include "studio_dense_f32.h"

#include "studio_float.h"

void studio_dense_f32(const struct studio_dense_f32 *layer, const float *input, float *output)
{
    int32_t row, channel;
    for (row = 0; row < layer->rows; row++) {
        const float *weights = layer->weights;
        for (channel = 0; channel < layer->outputs; channel++) {
            const float sum = studio_dot_f32(input, weights, layer->inputs, 0.0f);
            *output++ = studio_clamp_f32(sum + studio_load_float(layer->bias + channel), layer->lowest, layer->highest);
            weights += layer->inputs;
        }
        input += layer->inputs;
    }
}
