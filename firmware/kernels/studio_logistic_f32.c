#include "studio_logistic_f32.h"

#include "studio_float.h"

void studio_logistic_f32(const float *input, float *output, int32_t count)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        output[i] = 1.0f / (1.0f + studio_exp_f32(-input[i]));
    }
}
