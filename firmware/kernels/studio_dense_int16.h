/* The product of rows of int16 with a matrix of int8 weights: FULLY_CONNECTED and pointwise CONV_2D. */
#ifndef STUDIO_DENSE_INT16_H
#define STUDIO_DENSE_INT16_H

#include <stdint.h>

struct studio_dense_int16 {
    int32_t rows, inputs, outputs;
    const int8_t *weights;      /* [outputs][inputs] */
    const int64_t *bias;        /* [outputs] */
    const int32_t *multipliers; /* [outputs], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t wide; /* 1: sums have 64 bits and are rounded once, 0: 32 bits and twice, as for a bias of 32 bits */
    int32_t lowest, highest;
};

/* input: [rows][inputs], output: [rows][outputs]; they must not overlap. */
void studio_dense_int16(const struct studio_dense_int16 *layer, const int16_t *input, int16_t *output);

#endif
