#include "studio_combine_int16.h"

#include "studio_int16.h"

enum { STUDIO_SPARE_BITS = 15 }; /* both sides of a sum are brought to a common scale with so many bits to spare */

static int16_t studio_pair_int16(const struct studio_combine_int16 *layer, int32_t a, int32_t b)
{
    int32_t value;
    if (layer->product) {
        value = a * b;
    } else {
        a = studio_rescale(a * (1 << STUDIO_SPARE_BITS), layer->first_multiplier, layer->first_shift);
        b = studio_rescale(b * (1 << STUDIO_SPARE_BITS), layer->second_multiplier, layer->second_shift);
        value = a + layer->second_sign * b;
    }
    return studio_clamp_int16(studio_rescale(value, layer->multiplier, layer->shift), layer->lowest, layer->highest);
}

void studio_combine_int16(const struct studio_combine_int16 *layer, const int16_t *first, const int16_t *second,
                          int16_t *output)
{
    int32_t i, j, k, l;
    for (i = 0; i < layer->size[0]; i++) {
        for (j = 0; j < layer->size[1]; j++) {
            for (k = 0; k < layer->size[2]; k++) {
                const int16_t *a =
                    first + i * layer->first_step[0] + j * layer->first_step[1] + k * layer->first_step[2];
                const int16_t *b =
                    second + i * layer->second_step[0] + j * layer->second_step[1] + k * layer->second_step[2];
                for (l = 0; l < layer->size[3]; l++) {
                    *output++ = studio_pair_int16(layer, *a, *b);
                    a += layer->first_step[3];
                    b += layer->second_step[3];
                }
            }
        }
    }
}
