/* CONV_2D with int4 weights: each output pixel's patch of the image is gathered, then multiplied with all filters. */
#ifndef STUDIO_CONVOLUTION_INT4_H
#define STUDIO_CONVOLUTION_INT4_H

#include <stdint.h>

struct studio_convolution_int4 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t dilation_y, dilation_x;
    int32_t input_channels, output_channels;
    int32_t input_zero_point;   /* what the border of the image holds */
    const uint8_t *weights;     /* [output_channels][half of filter_height * filter_width * input_channels, rounded
                                   up], packed as studio_dot_int4.h says */
    const int32_t *bias;        /* [output_channels], the input's zero point folded in */
    const int32_t *multipliers; /* [output_channels], or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers */
    int32_t multiplier_step;
    int32_t output_zero_point, lowest, highest;
};

/* input: [batches][input_height][input_width][input_channels], output alike, patch: memory for one filter's
   products. None of them may overlap. */
void studio_convolution_int4(const struct studio_convolution_int4 *layer, const int8_t *input, int8_t *output,
                             int8_t *patch);

#endif
