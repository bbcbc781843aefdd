#include "studio_convolution_f32.h"

#include "studio_float.h"

/* The sum of products of one filter whose first tap is at (top, left), which may lie outside of the image. */
static float studio_patch_f32(const struct studio_convolution_f32 *layer, const float *image, int32_t top,
                              int32_t left, const float *weights)
{
    const int32_t channels = layer->input_channels;
    float sum = 0.0f;
    int32_t ky, kx;
    for (ky = 0; ky < layer->filter_height; ky++) {
        const int32_t y = top + ky * layer->dilation_y;
        for (kx = 0; kx < layer->filter_width; kx++) {
            const int32_t x = left + kx * layer->dilation_x;
            if (y >= 0 && y < layer->input_height && x >= 0 && x < layer->input_width) {
                sum = studio_dot_f32(image + (y * layer->input_width + x) * channels, weights, channels, sum);
            }
            weights += channels;
        }
    }
    return sum;
}

void studio_convolution_f32(const struct studio_convolution_f32 *layer, const float *input, float *output)
{
    const int32_t products = layer->filter_height * layer->filter_width * layer->input_channels;
    int32_t batch, y, x, channel;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                const float *weights = layer->weights;
                for (channel = 0; channel < layer->output_channels; channel++) {
                    const float sum = studio_patch_f32(layer, input, y * layer->stride_y - layer->pad_top,
                                                       x * layer->stride_x - layer->pad_left, weights);
                    *output++ = studio_clamp_f32(sum + studio_load_float(layer->bias + channel), layer->lowest,
                                                 layer->highest);
                    weights += products;
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->input_channels;
    }
}
