#include "studio_convolution_int16.h"

#include "studio_int16.h"

/* The sum of products of one filter whose first tap is at (top, left), which may lie outside of the image. */
static int64_t studio_patch_int16(const struct studio_convolution_int16 *layer, const int16_t *image, int32_t top,
                                  int32_t left, const int8_t *weights)
{
    const int32_t channels = layer->input_channels;
    int64_t sum = 0;
    int32_t ky, kx;
    for (ky = 0; ky < layer->filter_height; ky++) {
        const int32_t y = top + ky * layer->dilation_y;
        for (kx = 0; kx < layer->filter_width; kx++) {
            const int32_t x = left + kx * layer->dilation_x;
            if (y >= 0 && y < layer->input_height && x >= 0 && x < layer->input_width) {
                sum = studio_dot_int16(image + (y * layer->input_width + x) * channels, weights, channels, sum);
            }
            weights += channels;
        }
    }
    return sum;
}

void studio_convolution_int16(const struct studio_convolution_int16 *layer, const int16_t *input, int16_t *output)
{
    const int32_t products = layer->filter_height * layer->filter_width * layer->input_channels;
    int32_t batch, y, x, channel;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                for (channel = 0; channel < layer->output_channels; channel++) {
                    const int32_t scale = channel * layer->multiplier_step;
                    int64_t sum = layer->bias[channel];
                    sum += studio_patch_int16(layer, input, y * layer->stride_y - layer->pad_top,
                                              x * layer->stride_x - layer->pad_left,
                                              layer->weights + channel * products);
                    sum = studio_rescale_sum(sum, layer->multipliers[scale], layer->shifts[scale], layer->wide);
                    *output++ = studio_clamp_int16(sum, layer->lowest, layer->highest);
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
