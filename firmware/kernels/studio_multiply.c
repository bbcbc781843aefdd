#include "studio_multiply.h"

#include "studio_fixed_point.h"

void studio_multiply(const struct studio_multiply *layer, const int8_t *first, const int8_t *second, int8_t *output)
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
                    const int32_t product = (*a - layer->first_zero_point) * (*b - layer->second_zero_point);
                    const int32_t result = studio_rescale(product, layer->multiplier, layer->shift);
                    *output++ = studio_clamp(result + layer->output_zero_point, layer->lowest, layer->highest);
                    a += layer->first_step[3];
                    b += layer->second_step[3];
                }
            }
        }
    }
}
