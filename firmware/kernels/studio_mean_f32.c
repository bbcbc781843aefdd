#include "studio_mean_f32.h"

#include "studio_float.h"

void studio_mean_f32(const struct studio_mean_f32 *layer, const float *input, float *output)
{
    const float count = (float)(layer->rows * layer->columns);
    int32_t outer, inner, row, column;
    for (outer = 0; outer < layer->outer; outer++) {
        for (inner = 0; inner < layer->inner; inner++) {
            const float *first = input + outer * layer->outer_step + inner * layer->inner_step;
            float sum = 0.0f;
            for (row = 0; row < layer->rows; row++) {
                for (column = 0; column < layer->columns; column++) {
                    sum += first[row * layer->row_step + column * layer->column_step];
                }
            }
            *output++ = sum / count;
        }
    }
}
