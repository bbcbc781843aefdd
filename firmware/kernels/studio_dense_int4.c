#include "studio_dense_int4.h"

#include "studio_dot_int4.h"
#include "studio_fixed_point.h"

void studio_dense_int4(const struct studio_dense_int4 *layer, const int8_t *input, int8_t *output)
{
    const int32_t inputs = layer->inputs;
    int32_t row, channel;
    for (row = 0; row < layer->rows; row++) {
        const uint8_t *weights = layer->weights;
        const int32_t *multiplier = layer->multipliers;
        const int8_t *shift = layer->shifts;
        for (channel = 0; channel < layer->outputs; channel++) {
            int32_t sum = studio_dot_int4(input, weights, inputs, layer->bias[channel]);
            sum = studio_rescale(sum, *multiplier, *shift) + layer->output_zero_point;
            *output++ = studio_clamp(sum, layer->lowest, layer->highest);
            weights += (inputs + 1) / 2;
            multiplier += layer->multiplier_step;
            shift += layer->multiplier_step;
        }
        input += inputs;
    }
}
