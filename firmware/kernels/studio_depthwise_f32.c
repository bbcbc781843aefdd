#include "studio_depthwise_f32.h"

#include "studio_float.h"

/* The sum of products of one filter whose first tap is at (top, left) of the image's channel. */
static float studio_taps_f32(const struct studio_depthwise_f32 *layer, const float *channel, int32_t top,
                             int32_t left, const float *weights)
{
    const int32_t channels = layer->input_channels * layer->multiplier;
    float sum = 0.0f;
    int32_t ky, kx;
    for (ky = 0; ky < layer->filter_height; ky++) {
        const int32_t y = top + ky * layer->dilation_y;
        for (kx = 0; kx < layer->filter_width; kx++) {
            const int32_t x = left + kx * layer->dilation_x;
            if (y >= 0 && y < layer->input_height && x >= 0 && x < layer->input_width) {
                sum += channel[(y * layer->input_width + x) * layer->input_channels] * studio_load_float(weights);
            }
            weights += channels;
        }
    }
    return sum;
}

/* All output channels of the pixel whose filter starts at (top, left). */
static void studio_pixel_f32(const struct studio_depthwise_f32 *layer, const float *image, int32_t top, int32_t left,
                             float *output)
{
    int32_t channel, copy, index = 0;
    for (channel = 0; channel < layer->input_channels; channel++) {
        for (copy = 0; copy < layer->multiplier; copy++, index++) {
            const float sum = studio_taps_f32(layer, image + channel, top, left, layer->weights + index);
            output[index] =
                studio_clamp_f32(sum + studio_load_float(layer->bias + index), layer->lowest, layer->highest);
        }
    }
}

void studio_depthwise_f32(const struct studio_depthwise_f32 *layer, const float *input, float *output)
{
    int32_t batch, y, x;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                studio_pixel_f32(layer, input, y * layer->stride_y - layer->pad_top,
                                 x * layer->stride_x - layer->pad_left, output);
                output += layer->input_channels * layer->multiplier;
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
