/* MEAN of int16 over up to two groups of neighbouring axes; up to two groups remain. */
#ifndef STUDIO_MEAN_INT16_H
#define STUDIO_MEAN_INT16_H

#include <stdint.h>

struct studio_mean_int16 {
    int32_t outer, outer_step, inner, inner_step;  /* what remains: how many, and how far apart */
    int32_t rows, row_step, columns, column_step;  /* what is summed: at most 2^15 numbers */
    int32_t multiplier, shift;                     /* the division by the count is in them */
};

/* output: [outer][inner]; it must not overlap the input. */
void studio_mean_int16(const struct studio_mean_int16 *layer, const int16_t *input, int16_t *output);

#endif
