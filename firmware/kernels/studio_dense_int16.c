#include "studio_dense_int16.h"

#include "studio_int16.h"

void studio_dense_int16(const struct studio_dense_int16 *layer, const int16_t *input, int16_t *output)
{
    int32_t row, channel;
    for (row = 0; row < layer->rows; row++) {
        const int8_t *weights = layer->weights;
        for (channel = 0; channel < layer->outputs; channel++) {
            const int32_t scale = channel * layer->multiplier_step;
            int64_t sum = studio_dot_int16(input, weights, layer->inputs, layer->bias[channel]);
            sum = studio_rescale_sum(sum, layer->multipliers[scale], layer->shifts[scale], layer->wide);
            *output++ = studio_clamp_int16(sum, layer->lowest, layer->highest);
            weights += layer->inputs;
        }
        input += layer->inputs;
    }
}
