/* TRANSPOSE_CONV, from the output's point of view: each of its pixels gathers what the input's spread over it. */
#ifndef STUDIO_TRANSPOSE_CONVOLUTION_H
#define STUDIO_TRANSPOSE_CONVOLUTION_H

#include <stdint.h>

struct studio_transpose_convolution {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t input_channels, output_channels;
    int32_t input_zero_point;
    const int8_t *weights;      /* [output_channels][filter_height][filter_width][input_channels] */
    const int32_t *bias;        /* [output_channels] */
    const int32_t *multipliers; /* [output_channels], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t output_zero_point, lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike; they must not overlap. */
void studio_transpose_convolution(const struct studio_transpose_convolution *layer, const int8_t *input,
                                  int8_t *output);

#endif
