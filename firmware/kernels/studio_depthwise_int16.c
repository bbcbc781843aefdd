#include "studio_depthwise_int16.h"

#include "studio_int16.h"

/* The sum of products of one filter whose first tap is at (top, left) of the image's channel. */
static int64_t studio_taps_int16(const struct studio_depthwise_int16 *layer, const int16_t *channel, int32_t top,
                                 int32_t left, const int8_t *weights)
{
    const int32_t channels = layer->input_channels * layer->multiplier;
    int64_t sum = 0;
    int32_t ky, kx;
    for (ky = 0; ky < layer->filter_height; ky++) {
        const int32_t y = top + ky * layer->dilation_y;
        for (kx = 0; kx < layer->filter_width; kx++) {
            const int32_t x = left + kx * layer->dilation_x;
            if (y >= 0 && y < layer->input_height && x >= 0 && x < layer->input_width) {
                sum += (int32_t)channel[(y * layer->input_width + x) * layer->input_channels] * *weights;
            }
            weights += channels;
        }
    }
    return sum;
}

void studio_depthwise_int16(const struct studio_depthwise_int16 *layer, const int16_t *input, int16_t *output)
{
    const int32_t channels = layer->input_channels * layer->multiplier;
    int32_t batch, y, x, channel;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                for (channel = 0; channel < channels; channel++) {
                    const int32_t scale = channel * layer->multiplier_step;
                    int64_t sum = layer->bias[channel];
                    sum += studio_taps_int16(layer, input + channel / layer->multiplier,
                                             y * layer->stride_y - layer->pad_top,
                                             x * layer->stride_x - layer->pad_left, layer->weights + channel);
                    sum = studio_rescale_sum(sum, layer->multipliers[scale], layer->shifts[scale], layer->wide);
                    *output++ = studio_clamp_int16(sum, layer->lowest, layer->highest);
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
