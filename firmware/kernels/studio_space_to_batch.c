#include "studio_space_to_batch.h"

/* Row y of the image, every block_x-th pixel from x on. */
static int8_t *studio_take_row(const struct studio_space_batch *layer, const int8_t *image, int32_t y, int32_t x,
                               int8_t *output)
{
    int32_t column, c;
    for (column = 0; column < layer->columns; column++, x += layer->block_x) {
        const int inside = y >= 0 && y < layer->height && x >= 0 && x < layer->width;
        const int8_t *pixel = inside ? image + (y * layer->width + x) * layer->channels : image;
        for (c = 0; c < layer->channels; c++) {
            *output++ = inside ? pixel[c] : (int8_t)layer->zero_point;
        }
    }
    return output;
}

void studio_space_to_batch(const struct studio_space_batch *layer, const int8_t *input, int8_t *output)
{
    const int32_t image_bytes = layer->height * layer->width * layer->channels;
    int32_t block_row, block_column, batch, row;
    for (block_row = 0; block_row < layer->block_y; block_row++) {
        for (block_column = 0; block_column < layer->block_x; block_column++) {
            for (batch = 0; batch < layer->batches; batch++) {
                for (row = 0; row < layer->rows; row++) {
                    output = studio_take_row(layer, input + batch * image_bytes,
                                             row * layer->block_y + block_row - layer->top,
                                             block_column - layer->left, output);
                }
            }
        }
    }
}
