#include "studio_clip_f32.h"

#include "studio_float.h"

void studio_clip_f32(const struct studio_clip_f32 *layer, const float *input, float *output)
{
    int32_t i;
    for (i = 0; i < layer->count; i++) {
        const float value = input[i] < 0.0f ? input[i] * layer->slope : input[i];
        output[i] = value > layer->highest ? layer->highest : value;
    }
}
