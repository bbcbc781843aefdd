/* The product of rows of int8 with a matrix of int8 weights: FULLY_CONNECTED and pointwise CONV_2D. */
#ifndef STUDIO_DENSE_H
#define STUDIO_DENSE_H

#include <stdint.h>

struct studio_dense {
    int32_t rows, inputs, outputs;
    const int8_t *weights;      /* [outputs][inputs] */
    const int32_t *bias;        /* [outputs], the input's zero point folded in */
    const int32_t *multipliers; /* [outputs], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t output_zero_point, lowest, highest;
};

/* input: [rows][inputs], output: [rows][outputs]; they must not overlap. */
void studio_dense(const struct studio_dense *layer, const int8_t *input, int8_t *output);

#endif
