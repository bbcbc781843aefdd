/* CONV_2D of int16 with int8 weights. */
#ifndef STUDIO_CONVOLUTION_INT16_H
#define STUDIO_CONVOLUTION_INT16_H

#include <stdint.h>

struct studio_convolution_int16 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t dilation_y, dilation_x;
    int32_t input_channels, output_channels;
    const int8_t *weights;      /* [output_channels][filter_height][filter_width][input_channels] */
    const int64_t *bias;        /* [output_channels] */
    const int32_t *multipliers; /* [output_channels], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t wide; /* 1: sums have 64 bits and are rounded once, 0: 32 bits and twice, as for a bias of 32 bits */
    int32_t lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike; they must not overlap. */
void studio_convolution_int16(const struct studio_convolution_int16 *layer, const int16_t *input, int16_t *output);

#endif
