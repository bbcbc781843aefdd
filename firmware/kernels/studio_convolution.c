#include "studio_convolution.h"

#include "studio_dot.h"
#include "studio_fixed_point.h"

/* Copies the patch whose top left corner is (top, left), which may lie outside of the image. */
static void studio_gather(const struct studio_convolution *layer, const int8_t *image, int32_t top, int32_t left,
                          int8_t *patch)
{
    const int32_t channels = layer->input_channels;
    int32_t ky, kx, c;
    for (ky = 0; ky < layer->filter_height; ky++) {
        const int32_t y = top + ky * layer->dilation_y;
        for (kx = 0; kx < layer->filter_width; kx++) {
            const int32_t x = left + kx * layer->dilation_x;
            if (y < 0 || y >= layer->input_height || x < 0 || x >= layer->input_width) {
                for (c = 0; c < channels; c++) {
                    *patch++ = (int8_t)layer->input_zero_point;
                }
            } else {
                const int8_t *pixel = image + (y * layer->input_width + x) * channels;
                for (c = 0; c < channels; c++) {
                    *patch++ = pixel[c];
                }
            }
        }
    }
}

/* All output channels of one pixel. */
static void studio_filter(const struct studio_convolution *layer, const int8_t *patch, int8_t *output)
{
    const int32_t products = layer->filter_height * layer->filter_width * layer->input_channels;
    const int8_t *weights = layer->weights;
    const int32_t *multiplier = layer->multipliers;
    const int8_t *shift = layer->shifts;
    int32_t channel;
    for (channel = 0; channel < layer->output_channels; channel++) {
        int32_t sum = studio_dot(patch, weights, products, studio_load_int32(layer->bias + channel));
        sum = studio_rescale(sum, studio_load_int32(multiplier), studio_load_int8(shift)) + layer->output_zero_point;
        output[channel] = studio_clamp(sum, layer->lowest, layer->highest);
        weights += products;
        multiplier += layer->multiplier_step;
        shift += layer->multiplier_step;
    }
}

void studio_convolution(const struct studio_convolution *layer, const int8_t *input, int8_t *output, int8_t *patch)
{
    int32_t batch, y, x;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                studio_gather(layer, input, y * layer->stride_y - layer->pad_top,
                              x * layer->stride_x - layer->pad_left, patch);
                studio_filter(layer, patch, output);
                output += layer->output_channels;
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
