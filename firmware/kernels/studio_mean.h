/* MEAN and SUM over up to two groups of neighbouring axes; up to two groups remain. */
#ifndef STUDIO_MEAN_H
#define STUDIO_MEAN_H

#include <stdint.h>

struct studio_mean {
    int32_t outer, outer_step, inner, inner_step;  /* what remains: how many, and how far apart */
    int32_t rows, row_step, columns, column_step;  /* what is summed */
    int32_t start;                                 /* takes the zero point out of the sum */
    int32_t multiplier, shift;                     /* for a mean the division by the count is in them */
    int32_t output_zero_point;
};

/* output: [outer][inner]; it must not overlap the input. */
void studio_mean(const struct studio_mean *layer, const int8_t *input, int8_t *output);

#endif
