/* MUL: the product of two tensors, element by element. */
#ifndef STUDIO_MULTIPLY_H
#define STUDIO_MULTIPLY_H

#include <stdint.h>

struct studio_multiply {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t first_zero_point, second_zero_point;
    int32_t multiplier, shift, output_zero_point;
    int32_t lowest, highest;
};

/* output may be a side that is not repeated: each element is read before it is written. */
void studio_multiply(const struct studio_multiply *layer, const int8_t *first, const int8_t *second, int8_t *output);

#endif
