#include "studio_mean.h"

#include "studio_fixed_point.h"

void studio_mean(const struct studio_mean *layer, const int8_t *input, int8_t *output)
{
    int32_t outer, inner, row, column;
    for (outer = 0; outer < layer->outer; outer++) {
        for (inner = 0; inner < layer->inner; inner++) {
            const int8_t *first = input + outer * layer->outer_step + inner * layer->inner_step;
            int32_t sum = layer->start;
            for (row = 0; row < layer->rows; row++) {
                for (column = 0; column < layer->columns; column++) {
                    sum += first[row * layer->row_step + column * layer->column_step];
                }
            }
            sum = studio_rescale(sum, layer->multiplier, layer->shift) + layer->output_zero_point;
            *output++ = studio_clamp(sum, INT8_MIN, INT8_MAX);
        }
    }
}
