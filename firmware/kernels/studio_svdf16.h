/* SVDF with a state of 16 bits. */
#ifndef STUDIO_SVDF16_H
#define STUDIO_SVDF16_H

#include <stdint.h>

struct studio_svdf16 {
    int32_t batches, inputs, units, rank, memory;
    int32_t input_zero_point;
    int32_t feature_multiplier, feature_shift;
    const int8_t *features; /* [units * rank][inputs] */
    const int16_t *times;    /* [units * rank][memory] */
    const int32_t *bias;    /* [units] */
    int32_t multiplier, shift, output_zero_point;
};

/* input: [batches][inputs], state: [batches][units * rank][memory], the latest last, output: [batches][units]. */
void studio_svdf16(const struct studio_svdf16 *layer, const int8_t *input, int16_t *state, int8_t *output);

#endif
