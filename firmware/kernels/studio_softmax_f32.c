#include "studio_softmax_f32.h"

#include "studio_float.h"

void studio_softmax_f32(const struct studio_softmax_f32 *layer, const float *input, float *output)
{
    int32_t row, i;
    for (row = 0; row < layer->rows; row++) {
        float largest = input[0], sum = 0.0f;
        for (i = 1; i < layer->columns; i++) {
            largest = input[i] > largest ? input[i] : largest;
        }
        for (i = 0; i < layer->columns; i++) {
            output[i] = studio_exp_f32((input[i] - largest) * layer->beta);
            sum += output[i];
        }
        for (i = 0; i < layer->columns; i++) {
            output[i] /= sum;
        }
        input += layer->columns;
        output += layer->columns;
    }
}
