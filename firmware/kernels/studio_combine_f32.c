#include "studio_combine_f32.h"

#include "studio_float.h"

static float studio_pair_f32(int32_t how, float a, float b)
{
    switch (how) {
    case STUDIO_COMBINE_ADD:
        return a + b;
    case STUDIO_COMBINE_SUB:
        return a - b;
    default:
        return a * b;
    }
}

void studio_combine_f32(const struct studio_combine_f32 *layer, const float *first, const float *second,
                        float *output)
{
    int32_t i, j, k, l;
    for (i = 0; i < layer->size[0]; i++) {
        for (j = 0; j < layer->size[1]; j++) {
            for (k = 0; k < layer->size[2]; k++) {
                const float *a =
                    first + i * layer->first_step[0] + j * layer->first_step[1] + k * layer->first_step[2];
                const float *b =
                    second + i * layer->second_step[0] + j * layer->second_step[1] + k * layer->second_step[2];
                for (l = 0; l < layer->size[3]; l++) {
                    const float value = studio_pair_f32(layer->how, *a, *b);
                    *output++ = studio_clamp_f32(value, layer->lowest, layer->highest);
                    a += layer->first_step[3];
                    b += layer->second_step[3];
                }
            }
        }
    }
}
