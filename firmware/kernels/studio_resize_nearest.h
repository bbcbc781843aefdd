/* RESIZE_NEAREST_NEIGHBOR. */
#ifndef STUDIO_RESIZE_NEAREST_H
#define STUDIO_RESIZE_NEAREST_H

#include <stdint.h>

struct studio_resize_nearest {
    int32_t batches, input_height, input_width, output_height, output_width, channels;
    const int16_t *rows;    /* [output_height]: which row of the input */
    const int16_t *columns; /* [output_width] */
};

/* input: [batches][input_height][input_width][channels], output alike; they must not overlap. */
void studio_resize_nearest(const struct studio_resize_nearest *layer, const int8_t *input, int8_t *output);

#endif
