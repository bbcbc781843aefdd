#include "studio_resize_nearest.h"

void studio_resize_nearest(const struct studio_resize_nearest *layer, const int8_t *input, int8_t *output)
{
    int32_t batch, y, x, c;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            const int8_t *row = input + (int32_t)layer->rows[y] * layer->input_width * layer->channels;
            for (x = 0; x < layer->output_width; x++) {
                const int8_t *pixel = row + (int32_t)layer->columns[x] * layer->channels;
                for (c = 0; c < layer->channels; c++) {
                    *output++ = pixel[c];
                }
            }
        }
        input += layer->input_height * layer->input_width * layer->channels;
    }
}
