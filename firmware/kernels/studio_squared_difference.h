/* SQUARED_DIFFERENCE: both sides are brought to a common scale, their difference is squared. */
#ifndef STUDIO_SQUARED_DIFFERENCE_H
#define STUDIO_SQUARED_DIFFERENCE_H

#include <stdint.h>

struct studio_squared_difference {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t first_zero_point, first_multiplier, first_shift;
    int32_t second_zero_point, second_multiplier, second_shift;
    int32_t multiplier, shift, output_zero_point;
};

/* output may be a side that is not repeated: each element is read before it is written. */
void studio_squared_difference(const struct studio_squared_difference *layer, const int8_t *first,
                               const int8_t *second, int8_t *output);

#endif
