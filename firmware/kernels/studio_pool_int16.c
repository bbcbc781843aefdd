#include "studio_pool_int16.h"

#include "studio_int16.h"

/* The result for one channel of the window whose corner is at (top, left): only what is inside the image counts. */
static int32_t studio_window_int16(const struct studio_pool_int16 *layer, const int16_t *channel, int32_t top,
                                   int32_t left)
{
    int32_t sum = 0, largest = INT16_MIN, count = 0, row, column;
    for (row = top; row < top + layer->filter_height; row++) {
        for (column = left; column < left + layer->filter_width; column++) {
            if (row >= 0 && row < layer->input_height && column >= 0 && column < layer->input_width) {
                const int32_t value = channel[(row * layer->input_width + column) * layer->channels];
                sum += value;
                largest = value > largest ? value : largest;
                count++;
            }
        }
    }
    return layer->largest ? largest : (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

void studio_pool_int16(const struct studio_pool_int16 *layer, const int16_t *input, int16_t *output)
{
    int32_t batch, y, x, c;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                for (c = 0; c < layer->channels; c++) {
                    const int32_t value = studio_window_int16(layer, input + c, y * layer->stride_y - layer->pad_top,
                                                              x * layer->stride_x - layer->pad_left);
                    *output++ = studio_clamp_int16(value, layer->lowest, layer->highest);
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->channels;
    }
}
