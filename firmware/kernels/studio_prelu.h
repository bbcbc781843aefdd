/* PRELU: numbers below zero are multiplied with a slope of their own. */
#ifndef STUDIO_PRELU_H
#define STUDIO_PRELU_H

#include <stdint.h>

struct studio_prelu {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t first_zero_point, second_zero_point;
    int32_t multiplier, shift;             /* from zero on */
    int32_t slope_multiplier, slope_shift; /* below, of number times slope */
    int32_t output_zero_point;
};

/* second: the slopes. output may be first, if that is not repeated. */
void studio_prelu(const struct studio_prelu *layer, const int8_t *first, const int8_t *second, int8_t *output);

#endif
