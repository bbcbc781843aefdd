#include "studio_depthwise.h"

#include "studio_constants.h"
#include "studio_fixed_point.h"

/* Which taps of a filter lie inside of the image. */
struct studio_taps {
    int32_t first, end;
};

static struct studio_taps studio_taps_inside(int32_t start, int32_t dilation, int32_t taps, int32_t size)
{
    struct studio_taps inside = {0, taps};
    while (inside.first < taps && start + inside.first * dilation < 0) {
        inside.first++;
    }
    while (inside.end > inside.first && start + (inside.end - 1) * dilation >= size) {
        inside.end--;
    }
    return inside;
}

/* All output channels of the pixel whose filter starts at (top, left). */
static void studio_depthwise_pixel(const struct studio_depthwise *layer, const int8_t *image, int32_t top,
                                   int32_t left, int8_t *output)
{
    const int32_t channels = layer->input_channels * layer->multiplier;
    const int32_t width = layer->filter_width;
    const struct studio_taps rows =
        studio_taps_inside(top, layer->dilation_y, layer->filter_height, layer->input_height);
    const struct studio_taps columns = studio_taps_inside(left, layer->dilation_x, width, layer->input_width);
    const int32_t step_x = layer->dilation_x * layer->input_channels;
    const int32_t step_y = layer->dilation_y * layer->input_width * layer->input_channels;
    const int32_t first_pixel = (top * layer->input_width + left) * layer->input_channels + rows.first * step_y +
                                columns.first * step_x;
    const int32_t first_weight = (rows.first * width + columns.first) * channels;
    const int32_t zero_point = layer->input_zero_point;
    const int8_t *weights = layer->weights;
    int32_t input_channel, copy, ky, kx, channel = 0;
    for (input_channel = 0; input_channel < layer->input_channels; input_channel++) {
        for (copy = 0; copy < layer->multiplier; copy++, channel++) {
            const int32_t scale = channel * layer->multiplier_step;
            int32_t sum = studio_load_int32(layer->bias + channel);
            int32_t row = first_pixel + input_channel, row_weight = first_weight + channel;
            for (ky = rows.first; ky < rows.end; ky++) {
                int32_t pixel = row, weight = row_weight;
                for (kx = columns.first; kx < columns.end; kx++) {
                    sum += (image[pixel] - zero_point) * studio_load_int8(weights + weight);
                    pixel += step_x;
                    weight += channels;
                }
                row += step_y;
                row_weight += width * channels;
            }
            sum = studio_rescale(sum, studio_load_int32(layer->multipliers + scale),
                                 studio_load_int8(layer->shifts + scale)) + layer->output_zero_point;
            output[channel] = studio_clamp(sum, layer->lowest, layer->highest);
        }
    }
}

void studio_depthwise(const struct studio_depthwise *layer, const int8_t *input, int8_t *output)
{
    int32_t batch, y, x;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                studio_depthwise_pixel(layer, input, y * layer->stride_y - layer->pad_top,
                                       x * layer->stride_x - layer->pad_left, output);
                output += layer->input_channels * layer->multiplier;
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
