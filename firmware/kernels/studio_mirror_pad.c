#include "studio_mirror_pad.h"

/* How far into the input lies what the output shows at a position along one dimension. */
static int32_t studio_mirrored(const struct studio_mirror_pad *layer, int32_t dimension, int32_t position)
{
    const int32_t size = layer->size[dimension];
    position -= layer->before[dimension];
    if (position < 0) {
        position = layer->reflects - 1 - position;
    } else if (position >= size) {
        position = 2 * size - 1 - layer->reflects - position;
    }
    return position * layer->step[dimension];
}

void studio_mirror_pad(const struct studio_mirror_pad *layer, const int8_t *input, int8_t *output)
{
    int32_t i, j, k, l;
    for (i = 0; i < layer->padded[0]; i++) {
        const int8_t *outer = input + studio_mirrored(layer, 0, i);
        for (j = 0; j < layer->padded[1]; j++) {
            const int8_t *row = outer + studio_mirrored(layer, 1, j);
            for (k = 0; k < layer->padded[2]; k++) {
                const int8_t *pixel = row + studio_mirrored(layer, 2, k);
                for (l = 0; l < layer->padded[3]; l++) {
                    *output++ = pixel[studio_mirrored(layer, 3, l)];
                }
            }
        }
    }
}
