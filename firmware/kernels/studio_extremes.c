#include "studio_extremes.h"

void studio_extremes(const struct studio_extremes *layer, const int8_t *first, const int8_t *second, int8_t *output)
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
                    *output++ = *a * layer->sign > *b * layer->sign ? *a : *b;
                    a += layer->first_step[3];
                    b += layer->second_step[3];
                }
            }
        }
    }
}
