#include "studio_resize_bilinear.h"

#define STUDIO_PIXEL INT32_C(1024) /* not an int: that has 16 bits on an AVR */

/* The two neighbours of a position along one side, and how far it is from the first. */
struct studio_between {
    int32_t first, second, share;
};

static struct studio_between studio_neighbours(int32_t position, int32_t size)
{
    struct studio_between between;
    between.first = position < 0 ? 0 : position / STUDIO_PIXEL;
    between.second = (position + STUDIO_PIXEL - 1) / STUDIO_PIXEL;
    between.second = between.second < size ? between.second : size - 1;
    between.share = position - between.first * STUDIO_PIXEL;
    return between;
}

void studio_resize_bilinear(const struct studio_resize_bilinear *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->channels;
    const int32_t row_bytes = layer->input_width * channels;
    int32_t batch, y, x, c;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            const struct studio_between rows =
                studio_neighbours(layer->start_y + y * layer->step_y, layer->input_height);
            const int8_t *upper = input + rows.first * row_bytes, *lower = input + rows.second * row_bytes;
            for (x = 0; x < layer->output_width; x++) {
                const struct studio_between columns =
                    studio_neighbours(layer->start_x + x * layer->step_x, layer->input_width);
                const int32_t left = columns.first * channels, right = columns.second * channels;
                for (c = 0; c < channels; c++) {
                    const int32_t above =
                        upper[left + c] * (STUDIO_PIXEL - columns.share) + upper[right + c] * columns.share;
                    const int32_t below =
                        lower[left + c] * (STUDIO_PIXEL - columns.share) + lower[right + c] * columns.share;
                    const int32_t sum = above * (STUDIO_PIXEL - rows.share) + below * rows.share;
                    const int32_t half = STUDIO_PIXEL * STUDIO_PIXEL / 2;
                    *output++ = (int8_t)((sum + (sum > 0 ? half : -half)) / (STUDIO_PIXEL * STUDIO_PIXEL));
                }
            }
        }
        input += layer->input_height * row_bytes;
    }
}
