#include "studio_depthwise_int4.h"

#include "studio_fixed_point.h"

/* The sum of products of one filter whose first tap is at (top, left) of the image's channel. */
static int32_t studio_taps_int4(const struct studio_depthwise_int4 *layer, const int8_t *channel, int32_t top,
                                int32_t left, const uint8_t *weights)
{
    int32_t sum = 0, tap = 0, ky, kx;
    for (ky = 0; ky < layer->filter_height; ky++) {
        const int32_t y = top + ky * layer->dilation_y;
        const int32_t inside = y >= 0 && y < layer->input_height;
        for (kx = 0; kx < layer->filter_width; kx++, tap++) {
            const int32_t x = left + kx * layer->dilation_x;
            if (inside && x >= 0 && x < layer->input_width) {
                const uint8_t pair = weights[tap >> 1];
                const int32_t weight = (int8_t)(uint8_t)(tap & 1 ? pair & 0xF0 : pair << 4) / 16;
                const int32_t value = channel[(y * layer->input_width + x) * layer->input_channels];
                sum += (value - layer->input_zero_point) * weight;
            }
        }
    }
    return sum;
}

/* All output channels of the pixel whose filter starts at (top, left). */
static void studio_pixel_int4(const struct studio_depthwise_int4 *layer, const int8_t *image, int32_t top,
                              int32_t left, int8_t *output)
{
    const int32_t filter_bytes = (layer->filter_height * layer->filter_width + 1) / 2;
    const uint8_t *weights = layer->weights;
    const int32_t *multiplier = layer->multipliers;
    const int8_t *shift = layer->shifts;
    const int32_t *bias = layer->bias;
    int32_t channel, copy;
    for (channel = 0; channel < layer->input_channels; channel++) {
        for (copy = 0; copy < layer->multiplier; copy++) {
            int32_t sum = *bias++ + studio_taps_int4(layer, image + channel, top, left, weights);
            sum = studio_rescale(sum, *multiplier, *shift) + layer->output_zero_point;
            *output++ = studio_clamp(sum, layer->lowest, layer->highest);
            weights += filter_bytes;
            multiplier += layer->multiplier_step;
            shift += layer->multiplier_step;
        }
    }
}

void studio_depthwise_int4(const struct studio_depthwise_int4 *layer, const int8_t *input, int8_t *output)
{
    int32_t batch, y, x;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                studio_pixel_int4(layer, input, y * layer->stride_y - layer->pad_top,
                                  x * layer->stride_x - layer->pad_left, output);
                output += layer->input_channels * layer->multiplier;
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
