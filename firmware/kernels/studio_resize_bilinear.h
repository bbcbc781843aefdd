/* RESIZE_BILINEAR. */
#ifndef STUDIO_RESIZE_BILINEAR_H
#define STUDIO_RESIZE_BILINEAR_H

#include <stdint.h>

struct studio_resize_bilinear {
    int32_t batches, input_height, input_width, output_height, output_width, channels;
    int32_t step_y, step_x, start_y, start_x; /* in 1/1024 of an input pixel */
};

/* input: [batches][input_height][input_width][channels], output alike; they must not overlap. */
void studio_resize_bilinear(const struct studio_resize_bilinear *layer, const int8_t *input, int8_t *output);

#endif
