/* DEPTHWISE_CONV_2D of int16 with int8 weights: every channel is filtered by itself. */
#ifndef STUDIO_DEPTHWISE_INT16_H
#define STUDIO_DEPTHWISE_INT16_H

#include <stdint.h>

struct studio_depthwise_int16 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t dilation_y, dilation_x;
    int32_t input_channels, multiplier; /* multiplier: output channels per input channel */
    const int8_t *weights;      /* [filter_height][filter_width][output channels] */
    const int64_t *bias;        /* [output channels] */
    const int32_t *multipliers; /* [output channels], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t wide; /* 1: sums have 64 bits and are rounded once, 0: 32 bits and twice, as for a bias of 32 bits */
    int32_t lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike; they must not overlap. */
void studio_depthwise_int16(const struct studio_depthwise_int16 *layer, const int16_t *input, int16_t *output);

#endif
