#include "studio_pool_f32.h"

#include "studio_float.h"

/* The result for one channel of the window whose corner is at (top, left): only what is inside the image counts. */
static float studio_window_f32(const struct studio_pool_f32 *layer, const float *channel, int32_t top, int32_t left)
{
    float sum = 0.0f, largest = layer->lowest;
    int32_t count = 0, row, column;
    for (row = top; row < top + layer->filter_height; row++) {
        for (column = left; column < left + layer->filter_width; column++) {
            if (row >= 0 && row < layer->input_height && column >= 0 && column < layer->input_width) {
                const float value = channel[(row * layer->input_width + column) * layer->channels];
                sum += value;
                largest = value > largest ? value : largest;
                count++;
            }
        }
    }
    return layer->largest ? largest : sum / (float)count;
}

void studio_pool_f32(const struct studio_pool_f32 *layer, const float *input, float *output)
{
    int32_t batch, y, x, c;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < layer->output_width; x++) {
                for (c = 0; c < layer->channels; c++) {
                    const float value = studio_window_f32(layer, input + c, y * layer->stride_y - layer->pad_top,
                                                          x * layer->stride_x - layer->pad_left);
                    *output++ = studio_clamp_f32(value, layer->lowest, layer->highest);
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->channels;
    }
}
