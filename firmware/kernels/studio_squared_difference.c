#include "studio_squared_difference.h"

#include "studio_fixed_point.h"

static int8_t studio_squared_difference_pair(const struct studio_squared_difference *layer, int32_t first,
                                             int32_t second)
{
    const int32_t a = studio_rescale((first - layer->first_zero_point) * (1 << 7), layer->first_multiplier,
                                     layer->first_shift);
    const int32_t b = studio_rescale((second - layer->second_zero_point) * (1 << 7), layer->second_multiplier,
                                     layer->second_shift);
    const int32_t square = studio_rescale((a - b) * (a - b), layer->multiplier, layer->shift);
    return studio_clamp(square + layer->output_zero_point, INT8_MIN, INT8_MAX);
}

void studio_squared_difference(const struct studio_squared_difference *layer, const int8_t *first,
                               const int8_t *second, int8_t *output)
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
                    *output++ = studio_squared_difference_pair(layer, *a, *b);
                    a += layer->first_step[3];
                    b += layer->second_step[3];
                }
            }
        }
    }
}
