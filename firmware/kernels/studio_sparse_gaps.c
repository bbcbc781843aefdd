#include "studio_sparse_gaps.h"

static void studio_sparse_gaps_row(int32_t count, const uint8_t *places, const int8_t *values, const int8_t *x,
                                   int32_t *sum)
{
    int32_t total = 0;
    for (; count > 0; count--, values += 2) {
        const uint8_t gaps = studio_load_uint8(places++);
        x += gaps & 15;
        total += *x * studio_load_int8(values);
        x += gaps >> 4;
        total += *x * studio_load_int8(values + 1);
    }
    *sum = total;
}

static void studio_sparse_gaps_rows(int32_t count, const uint8_t *places, const int8_t *values, const int8_t *x,
                                    int32_t *sums)
{
    int32_t sum_0 = 0, sum_1 = 0, sum_2 = 0, sum_3 = 0;
    for (; count > 0; count--, values += 2) {
        const uint8_t gaps = studio_load_uint8(places++);
        const int8_t first = studio_load_int8(values), second = studio_load_int8(values + 1);
        x += STUDIO_SPARSE_ROWS * (gaps & 15);
        sum_0 += x[0] * first;
        sum_1 += x[1] * first;
        sum_2 += x[2] * first;
        sum_3 += x[3] * first;
        x += STUDIO_SPARSE_ROWS * (gaps >> 4);
        sum_0 += x[0] * second;
        sum_1 += x[1] * second;
        sum_2 += x[2] * second;
        sum_3 += x[3] * second;
    }
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
}

void studio_sparse_gaps(const struct studio_sparse *layer, const int8_t *input, int8_t *output, int8_t *columns)
{
    int32_t row, i;
    for (row = 0; row < layer->rows; row += STUDIO_SPARSE_ROWS) {
        const int32_t left = layer->rows - row;
        const int8_t *from = input + row * layer->inputs;
        int8_t *to = output + row * layer->outputs;
        const uint8_t *places = layer->places;
        const int8_t *values = layer->values;
        int32_t sums[STUDIO_SPARSE_ROWS];
        if (layer->rows > 1) {
            studio_sparse_columns(from, layer->inputs, left, columns);
        }
        for (i = 0; i < layer->outputs; i++) {
            const int32_t count = studio_load_uint16(layer->counts + i);
            if (layer->rows > 1) {
                studio_sparse_gaps_rows(count, places, values, columns, sums);
            } else {
                studio_sparse_gaps_row(count, places, values, from, sums);
            }
            studio_sparse_store(layer, i, left, sums, to);
            places += count;
            values += 2 * count;
        }
    }
    studio_limit(output, layer->rows * layer->outputs, layer->lowest, layer->highest);
}
