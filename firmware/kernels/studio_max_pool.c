#include "studio_max_pool.h"

#include "studio_simd.h"

/* Keeps the larger of each pair of numbers in largest; four at a time where one instruction compares and one selects. */
static void studio_keep_larger(int8_t *largest, const int8_t *others, int32_t count)
{
    const int8_t *const end = largest + count;
#ifdef STUDIO_SIMD
    const int8_t *const fours = largest + (count & ~3);
    while (largest != fours) {
        struct studio_word *const kept = (struct studio_word *)(void *)largest;
        uint32_t four = kept->bytes;
        __asm__("ssub8 %1, %0, %2\n\tsel %0, %0, %2" : "+r"(four), "=&r"(count) : "r"(studio_load_four(others)) : "cc");
        kept->bytes = four;
        largest += 4;
        others += 4;
    }
#endif
    while (largest != end) {
        if (*others > *largest) {
            *largest = *others;
        }
        largest++;
        others++;
    }
}

void studio_max_pool(const struct studio_pool *layer, const int8_t *input, int8_t *output)
{
    const int32_t channels = layer->channels;
    const int32_t count = layer->batches * layer->output_height * layer->output_width * channels;
    int8_t *const start = output;
    int32_t batch, y, x, c, row, column;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            const int32_t top = y * layer->stride_y - layer->pad_top;
            const int32_t first_row = studio_larger(top, 0);
            const int32_t end_row = studio_smaller(top + layer->filter_height, layer->input_height);
            for (x = 0; x < layer->output_width; x++) {
                const int32_t left = x * layer->stride_x - layer->pad_left;
                const int32_t first_column = studio_larger(left, 0);
                const int32_t end_column = studio_smaller(left + layer->filter_width, layer->input_width);
                for (c = 0; c < channels; c++) {
                    output[c] = INT8_MIN;
                }
                for (row = first_row; row < end_row; row++) {
                    const int8_t *pixel = input + (row * layer->input_width + first_column) * channels;
                    for (column = first_column; column < end_column; column++) {
                        studio_keep_larger(output, pixel, channels);
                        pixel += channels;
                    }
                }
                output += channels;
            }
        }
        input += layer->input_height * layer->input_width * channels;
    }
    studio_limit(start, count, layer->lowest, layer->highest);
}
