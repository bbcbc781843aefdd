#include "studio_batch_to_space.h"

/* Row y of the image, from the images that hold its pixels. */
static int8_t *studio_weave_row(const struct studio_space_batch *layer, const int8_t *input, int32_t batch, int32_t y,
                                int8_t *output)
{
    int32_t x, c;
    for (x = layer->left; x < layer->left + layer->width; x++) {
        const int32_t place = y % layer->block_y * layer->block_x + x % layer->block_x;
        const int32_t image = place * layer->batches + batch;
        const int32_t row = image * layer->rows + y / layer->block_y;
        const int8_t *pixel = input + (row * layer->columns + x / layer->block_x) * layer->channels;
        for (c = 0; c < layer->channels; c++) {
            *output++ = pixel[c];
        }
    }
    return output;
}

void studio_batch_to_space(const struct studio_space_batch *layer, const int8_t *input, int8_t *output)
{
    int32_t batch, y;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = layer->top; y < layer->top + layer->height; y++) {
            output = studio_weave_row(layer, input, batch, y, output);
        }
    }
}
