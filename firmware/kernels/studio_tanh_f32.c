#include "studio_tanh_f32.h"

#include "studio_float.h"

/* The relative error is below 4e-7: near zero Moshier's polynomial (Cephes, tanhf), where the other form would cancel. */
static float studio_tangent_f32(float value)
{
    const float square = value * value;
    float result;
    if (square >= 0.390625f) {
        return 1.0f - 2.0f / (studio_exp_f32(2.0f * value) + 1.0f);
    }
    result = -5.70498872745e-3f;
    result = result * square + 2.06390887954e-2f;
    result = result * square - 5.37397155531e-2f;
    result = result * square + 1.33314422036e-1f;
    result = result * square - 3.33332819422e-1f;
    return result * square * value + value;
}

void studio_tanh_f32(const float *input, float *output, int32_t count)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        output[i] = studio_tangent_f32(input[i]);
    }
}
