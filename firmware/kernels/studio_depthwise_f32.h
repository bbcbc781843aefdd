/* DEPTHWISE_CONV_2D of float32: every channel is filtered by itself. */
#ifndef STUDIO_DEPTHWISE_F32_H
#define STUDIO_DEPTHWISE_F32_H

#include <stdint.h>

struct studio_depthwise_f32 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t dilation_y, dilation_x;
    int32_t input_channels, multiplier; /* multiplier: output channels per input channel */
    const float *weights;               /* [filter_height][filter_width][output channels] */
    const float *bias;                  /* [output channels] */
    float lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike; they must not overlap. */
void studio_depthwise_f32(const struct studio_depthwise_f32 *layer, const float *input, float *output);

#endif
