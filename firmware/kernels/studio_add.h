/* ADD and SUB: both sides are brought to a common scale, then the sum to that of the output. */
#ifndef STUDIO_ADD_H
#define STUDIO_ADD_H

#include <stdint.h>

struct studio_add {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t first_zero_point, first_multiplier, first_shift;
    int32_t second_zero_point, second_multiplier, second_shift, second_sign; /* sign: 1 adds, -1 subtracts */
    int32_t multiplier, shift, output_zero_point;
    int32_t lowest, highest;
};

/* output may be a side that is not repeated: each element is read before it is written. */
void studio_add(const struct studio_add *layer, const int8_t *first, const int8_t *second, int8_t *output);

#endif
