/* CONV_2D of float32. */
#ifndef STUDIO_CONVOLUTION_F32_H
#define STUDIO_CONVOLUTION_F32_H

#include <stdint.h>

struct studio_convolution_f32 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t dilation_y, dilation_x;
    int32_t input_channels, output_channels;
    const float *weights; /* [output_channels][filter_height][filter_width][input_channels] */
    const float *bias;    /* [output_channels] */
    float lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike; they must not overlap. */
void studio_convolution_f32(const struct studio_convolution_f32 *layer, const float *input, float *output);

#endif
