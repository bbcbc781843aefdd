#include "studio_max_pool.h"

#include "studio_fixed_point.h"

void studio_max_pool(const struct studio_pool *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->channels;
    int32_t batch, y, x, c, row, column;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            const int32_t top = y * layer->stride_y - layer->pad_top;
            const int32_t first_row = studio_larger(top, 0);
            const int32_t end_row = studio_smaller(top + layer->filter_height, layer->input_height);
            for (x = 0; x < layer->output_width; x++) {
                const int32_t left = x * layer->stride_x - layer->pad_left;
                const int32_t first_column = studio_larger(left, 0);
                const int32_t end_column = studio_smaller(left + layer->filter_width, layer->input_width);
                for (c = 0; c < channels; c++) {
                    int32_t largest = INT8_MIN;
                    for (row = first_row; row < end_row; row++) {
                        const int8_t *pixel = input + row * layer->input_width * channels + c;
                        for (column = first_column; column < end_column; column++) {
                            largest = studio_larger(largest, pixel[column * channels]);
                        }
                    }
                    *output++ = studio_clamp(largest, layer->lowest, layer->highest);
                }
            }
        }
        input += layer->input_height * layer->input_width * channels;
    }
}
