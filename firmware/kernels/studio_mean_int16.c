#include "studio_mean_int16.h"

#include "studio_int16.h"

void studio_mean_int16(const struct studio_mean_int16 *layer, const int16_t *input, int16_t *output)
{
    int32_t outer, inner, row, column;
    for (outer = 0; outer < layer->outer; outer++) {
        for (inner = 0; inner < layer->inner; inner++) {
            const int16_t *first = input + outer * layer->outer_step + inner * layer->inner_step;
            int32_t sum = 0;
            for (row = 0; row < layer->rows; row++) {
                for (column = 0; column < layer->columns; column++) {
                    sum += first[row * layer->row_step + column * layer->column_step];
                }
            }
            *output++ = studio_clamp_int16(studio_rescale(sum, layer->multiplier, layer->shift), INT16_MIN, INT16_MAX);
        }
    }
}
