/* The product of rows of float32 with a matrix of weights: FULLY_CONNECTED and pointwise CONV_2D. */
#ifndef STUDIO_DENSE_F32_H
#define STUDIO_DENSE_F32_H

#include <stdint.h>

struct studio_dense_f32 {
    int32_t rows, inputs, outputs;
    const float *weights; /* [outputs][inputs] */
    const float *bias;    /* [outputs] */
    float lowest, highest;
};

/* input: [rows][inputs], output: [rows][outputs]; they must not overlap. */
void studio_dense_f32(const struct studio_dense_f32 *layer, const float *input, float *output);

#endif
