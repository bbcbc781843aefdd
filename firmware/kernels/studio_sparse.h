/* Rows of int8 times a matrix of int8 most of which is zero: FULLY_CONNECTED and pointwise CONV_2D after pruning.
 *
 * Only the weights that are not zero are stored, output by output; `places` says where they belong. Four rows are
 * worked on at once, so that finding a place is paid once for four products. */
#ifndef STUDIO_SPARSE_H
#define STUDIO_SPARSE_H

#include <stdint.h>

#include "studio_simd.h"

struct studio_sparse {
    int32_t rows, inputs, outputs;
    const uint8_t *places;      /* see the two kernels */
    const uint16_t *counts;     /* [outputs], or a null pointer: see the two kernels */
    const int8_t *values;       /* the weights at these places */
    const int32_t *bias;        /* [outputs], the input's zero point folded in */
    const int32_t *multipliers; /* [outputs], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers; to the right, less one: 0 to 19 */
    int32_t multiplier_step;
    int32_t output_offset;      /* 2 * zero point + 1 */
    int32_t lowest, highest;
};

enum { STUDIO_SPARSE_ROWS = 4 };

/* Copies four rows (of the last ones, those that are left) as columns: [inputs][4]. */
static inline void studio_sparse_columns(const int8_t *input, int32_t inputs, int32_t rows, int8_t *columns)
{
    int32_t row, i;
    for (row = 0; row < rows && row < STUDIO_SPARSE_ROWS; row++) {
        for (i = 0; i < inputs; i++) {
            columns[STUDIO_SPARSE_ROWS * i + row] = *input++;
        }
    }
}

/* Writes the same output of four rows (of the last ones, those that are left). */
static inline void studio_sparse_store(const struct studio_sparse *layer, int32_t output, int32_t rows,
                                       const int32_t *sums, int8_t *to)
{
    const int32_t bias = studio_load_int32(layer->bias + output), scale = output * layer->multiplier_step;
    const int32_t multiplier = studio_load_int32(layer->multipliers + scale);
    const int32_t shift = studio_load_int8(layer->shifts + scale);
    int32_t row;
    for (row = 0; row < rows && row < STUDIO_SPARSE_ROWS; row++) {
        to[row * layer->outputs + output] = studio_narrow(sums[row] + bias, multiplier, layer->output_offset, shift);
    }
}

#endif
