/* What AVERAGE_POOL_2D and MAX_POOL_2D share: the window, and the part of it that is inside the image. */
#ifndef STUDIO_POOL_H
#define STUDIO_POOL_H

#include <stdint.h>

struct studio_pool {
    int32_t batches;
    int32_t input_height, input_width, output_height, output_width;
    int32_t filter_height, filter_width, stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t channels;
    int32_t lowest, highest;
};

static inline int32_t studio_larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static inline int32_t studio_smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

#endif
