#include "studio_prelu.h"

#include "studio_fixed_point.h"

static int8_t studio_prelu_pair(const struct studio_prelu *layer, int32_t value, int32_t slope)
{
    value -= layer->first_zero_point;
    if (value >= 0) {
        value = studio_rescale(value, layer->multiplier, layer->shift);
    } else {
        value = studio_rescale(value * (slope - layer->second_zero_point), layer->slope_multiplier, layer->slope_shift);
    }
    return studio_clamp(value + layer->output_zero_point, INT8_MIN, INT8_MAX);
}

void studio_prelu(const struct studio_prelu *layer, const int8_t *first, const int8_t *second, int8_t *output)
{
    int32_t i, j, k, l;
    for (i = 0; i < layer->size[0]; i++) {
        for (j = 0; j < layer->size[1]; j++) {
            for (k = 0; k < layer->size[2]; k++) {
                const int8_t *a =
                    first + i * layer->first_step[0] + j * layer->first_step[1] + k * layer->first_step[2];
                const int8_t *b =
                    second + i * layer->second_step[0] + j * layer->second_step[1] + k * layer->second_step[2];
                for (l = 0; l < layer->size[3]; l++) {
                    *output++ = studio_prelu_pair(layer, *a, *b);
                    a += layer->first_step[3];
                    b += layer->second_step[3];
                }
            }
        }
    }
}
