/* DEPTHWISE_CONV_2D with int4 weights: every channel is filtered by itself. */
#ifndef STUDIO_DEPTHWISE_INT4_H
#define STUDIO_DEPTHWISE_INT4_H

#include <stdint.h>

struct studio_depthwise_int4 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t dilation_y, dilation_x;
    int32_t input_channels, multiplier; /* multiplier: output channels per input channel */
    int32_t input_zero_point;
    const uint8_t *weights;     /* [output channels][half of filter_height * filter_width, rounded up]: the first
                                   of each pair in the lower half of its byte */
    const int32_t *bias;        /* [output channels], without the input's zero point, since at the border not all
                                   taps count */
    const int32_t *multipliers; /* [output channels], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t output_zero_point, lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike; they must not overlap. */
void studio_depthwise_int4(const struct studio_depthwise_int4 *layer, const int8_t *input, int8_t *output);

#endif
