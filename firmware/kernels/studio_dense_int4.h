/* The product of rows of int8 with a matrix of int4 weights: FULLY_CONNECTED and pointwise CONV_2D. */
#ifndef STUDIO_DENSE_INT4_H
#define STUDIO_DENSE_INT4_H

#include <stdint.h>

struct studio_dense_int4 {
    int32_t rows, inputs, outputs;
    const uint8_t *weights;     /* [outputs][(inputs + 1) / 2], packed as studio_dot_int4.h says */
    const int32_t *bias;        /* [outputs], the input's zero point folded in */
    const int32_t *multipliers; /* [outputs], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t output_zero_point, lowest, highest;
};

/* input: [rows][inputs], output: [rows][outputs]; they must not overlap. */
void studio_dense_int4(const struct studio_dense_int4 *layer, const int8_t *input, int8_t *output);

#endif
