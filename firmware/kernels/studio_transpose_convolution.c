#include "studio_transpose_convolution.h"

#include "studio_constants.h"
#include "studio_fixed_point.h"

/* The taps of the filter, `stride` apart, that see the input along one side, and where the first of them sees it.
   From tap to tap the input moves back by one. */
struct studio_seen {
    int32_t first_tap, position, count;
};

static struct studio_seen studio_see(int32_t place, int32_t stride, int32_t taps, int32_t size)
{
    struct studio_seen seen;
    int32_t beyond;
    seen.first_tap = place % stride;
    seen.position = place / stride;
    beyond = seen.position - (size - 1);
    if (beyond > 0) {
        seen.first_tap += beyond * stride;
        seen.position = size - 1;
    }
    seen.count = seen.first_tap < taps ? (taps - 1 - seen.first_tap) / stride + 1 : 0;
    seen.count = seen.count <= seen.position ? seen.count : seen.position + 1;
    return seen;
}

/* The sum of all products for one output channel of one pixel. */
static int32_t studio_gathered(const struct studio_transpose_convolution *layer, const int8_t *image,
                               const struct studio_seen *rows, const struct studio_seen *columns,
                               const int8_t *weights)
{
    const int32_t channels = layer->input_channels;
    int32_t row, column, c, sum = 0;
    for (row = 0; row < rows->count; row++) {
        const int32_t tap_y = rows->first_tap + row * layer->stride_y;
        const int32_t y = rows->position - row;
        for (column = 0; column < columns->count; column++) {
            const int32_t tap_x = columns->first_tap + column * layer->stride_x;
            const int8_t *pixel = image + (y * layer->input_width + columns->position - column) * channels;
            const int8_t *weight = weights + (tap_y * layer->filter_width + tap_x) * channels;
            for (c = 0; c < channels; c++) {
                sum += (pixel[c] - layer->input_zero_point) * studio_load_int8(weight + c);
            }
        }
    }
    return sum;
}

void studio_transpose_convolution(const struct studio_transpose_convolution *layer, const int8_t *input,
                                  int8_t *output)
{
    const int32_t products = layer->filter_height * layer->filter_width * layer->input_channels;
    int32_t batch, y, x, channel;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            const struct studio_seen rows =
                studio_see(y + layer->pad_top, layer->stride_y, layer->filter_height, layer->input_height);
            for (x = 0; x < layer->output_width; x++) {
                const struct studio_seen columns =
                    studio_see(x + layer->pad_left, layer->stride_x, layer->filter_width, layer->input_width);
                for (channel = 0; channel < layer->output_channels; channel++) {
                    const int32_t scale = channel * layer->multiplier_step;
                    int32_t sum =
                        studio_gathered(layer, input, &rows, &columns, layer->weights + channel * products);
                    sum = studio_rescale(sum + studio_load_int32(layer->bias + channel),
                                         studio_load_int32(layer->multipliers + scale),
                                         studio_load_int8(layer->shifts + scale));
                    *output++ = studio_clamp(sum + layer->output_zero_point, layer->lowest, layer->highest);
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
