/* AVERAGE_POOL_2D and MAX_POOL_2D of float32. */
#ifndef STUDIO_POOL_F32_H
#define STUDIO_POOL_F32_H

#include <stdint.h>

struct studio_pool_f32 {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t channels;
    int32_t largest; /* 1: the largest element under the window; 0: their mean */
    float lowest, highest;
};

/* input: [batches][input_height][input_width][channels], output alike; they must not overlap. */
void studio_pool_f32(const struct studio_pool_f32 *layer, const float *input, float *output);

#endif
