#include "studio_sparse_bits.h"

#include <limits.h>

/* The number of zeros above the highest bit that is set; value is not 0. */
static inline int32_t studio_sparse_zeros(uint32_t value)
{
#if defined(__GNUC__) && UINT_MAX == 0xFFFFFFFFu
    return __builtin_clz(value);
#else
    int32_t zeros = 0;
    for (; !(value & 0x80000000u); value <<= 1) {
        zeros++;
    }
    return zeros;
#endif
}

static const int8_t *studio_sparse_bits_row(const struct studio_sparse *layer, const uint8_t *places,
                                            const int8_t *values, const int8_t *input, int32_t *sum)
{
    int32_t first, total = 0;
    for (first = 0; first < layer->inputs; first += 8) {
        const int8_t *x = input + first;
        uint32_t bits = (uint32_t)studio_load_uint8(places++) << 24;
        while (bits) {
            const int32_t zeros = studio_sparse_zeros(bits);
            x += zeros;
            bits = bits << zeros << 1;
            total += *x++ * studio_load_int8(values++);
        }
    }
    *sum = total;
    return values;
}

static const int8_t *studio_sparse_bits_rows(const struct studio_sparse *layer, const uint8_t *places,
                                             const int8_t *values, const int8_t *columns, int32_t *sums)
{
    int32_t first, sum_0 = 0, sum_1 = 0, sum_2 = 0, sum_3 = 0;
    for (first = 0; first < layer->inputs; first += 8) {
        const int8_t *x = columns + STUDIO_SPARSE_ROWS * first;
        uint32_t bits = (uint32_t)studio_load_uint8(places++) << 24;
        while (bits) {
            const int32_t zeros = studio_sparse_zeros(bits);
            const int8_t weight = studio_load_int8(values++);
            x += STUDIO_SPARSE_ROWS * zeros;
            bits = bits << zeros << 1;
            sum_0 += x[0] * weight;
            sum_1 += x[1] * weight;
            sum_2 += x[2] * weight;
            sum_3 += x[3] * weight;
            x += STUDIO_SPARSE_ROWS;
        }
    }
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
    return values;
}

void studio_sparse_bits(const struct studio_sparse *layer, const int8_t *input, int8_t *output, int8_t *columns)
{
    const int32_t bytes = (layer->inputs + 7) / 8;
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
        for (i = 0; i < layer->outputs; i++, places += bytes) {
            if (layer->rows > 1) {
                values = studio_sparse_bits_rows(layer, places, values, columns, sums);
            } else {
                values = studio_sparse_bits_row(layer, places, values, from, sums);
            }
            studio_sparse_store(layer, i, left, sums, to);
        }
    }
    studio_limit(output, layer->rows * layer->outputs, layer->lowest, layer->highest);
}
