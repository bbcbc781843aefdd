/* SVDF with a state of 8 bits. */
#ifndef STUDIO_SVDF_H
#define STUDIO_SVDF_H

#include <stdint.h>

struct studio_svdf {
    int32_t batches, inputs, units, rank, memory;
    int32_t input_zero_point;
    int32_t feature_multiplier, feature_shift;
    const int8_t *features; /* [units * rank][inputs] */
    const int8_t *times;    /* [units * rank][memory] */
    const int32_t *bias;    /* [units] */
    int32_t multiplier, shift, output_zero_point;
};

/* input: [batches][inputs], state: [batches][units * rank][memory], the latest last, output: [batches][units]. */
void studio_svdf(const struct studio_svdf *layer, const int8_t *input, int8_t *state, int8_t *output);

#endif
