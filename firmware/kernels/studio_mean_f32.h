/* MEAN of float32 over up to two groups of neighbouring axes; up to two groups remain. */
#ifndef STUDIO_MEAN_F32_H
#define STUDIO_MEAN_F32_H

#include <stdint.h>

struct studio_mean_f32 {
    int32_t outer, outer_step, inner, inner_step; /* what remains: how many, and how far apart */
    int32_t rows, row_step, columns, column_step; /* what is averaged */
};

/* output: [outer][inner]; it must not overlap the input. */
void studio_mean_f32(const struct studio_mean_f32 *layer, const float *input, float *output);

#endif
