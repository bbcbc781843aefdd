#include "studio_dense.h"

#include "studio_dot.h"
#include "studio_fixed_point.h"

void studio_dense(const struct studio_dense *layer, const int8_t *input, int8_t *output)
{
    const int32_t inputs = layer->inputs;
    int32_t row, channel;
    for (row = 0; row < layer->rows; row++) {
        const int8_t *weights = layer->weights;
        const int32_t *multiplier = layer->multipliers;
        const int8_t *shift = layer->shifts;
        for (channel = 0; channel < layer->outputs; channel++) {
            int32_t sum = studio_dot(input, weights, inputs, studio_load_int32(layer->bias + channel));
            sum = studio_rescale(sum, studio_load_int32(multiplier), studio_load_int8(shift)) + layer->output_zero_point;
            *output++ = studio_clamp(sum, layer->lowest, layer->highest);
            weights += inputs;
            multiplier += layer->multiplier_step;
            shift += layer->multiplier_step;
        }
        input += inputs;
    }
}
