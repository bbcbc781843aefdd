/* DEPTHWISE_CONV_2D with one filter per channel, four channels at a time; rows of the image are kept in a ring. */
#ifndef STUDIO_CHANNELWISE_H
#define STUDIO_CHANNELWISE_H

#include "studio_rows.h"

struct studio_channelwise {
    int32_t batches, output_height, output_width;
    int32_t filter_height, filter_width;
    int32_t step_bytes, tap_bytes; /* between neighbouring positions of the window, and between its columns */
    int32_t batch_bytes;           /* of one input image */
    int32_t channels;              /* a multiple of 4 */
    const uint32_t *weights;       /* [channels / 4][filter_height][filter_width], four bytes each */
    const int32_t *scaling;        /* [channels][2]: bias and shift as studio_simd.h says, multiplier */
    int32_t output_offset;         /* 2 * zero point + 1 */
    int32_t lowest, highest;
    struct studio_rows rows;
};

/* input: [batches][height][width][channels], output alike; the plan says whether it may begin where the input does.
   ring: memory for the rows, places: for [filter_height][filter_width] int32_t. */
void studio_channelwise(const struct studio_channelwise *layer, const int8_t *input, int8_t *output, int8_t *ring,
                        int8_t *places);

#endif
