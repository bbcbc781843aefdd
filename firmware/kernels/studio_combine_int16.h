/* ADD, SUB and MUL of int16. */
#ifndef STUDIO_COMBINE_INT16_H
#define STUDIO_COMBINE_INT16_H

#include <stdint.h>

struct studio_combine_int16 {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t product;                                /* 1: the sides are multiplied, 0: added */
    int32_t first_multiplier, first_shift;          /* for a sum: how both sides get a common scale... */
    int32_t second_multiplier, second_shift, second_sign;
    int32_t multiplier, shift;                      /* ...and how the result gets that of the output */
    int32_t lowest, highest;
};

/* output may be a side that is not repeated: each element is read before it is written. */
void studio_combine_int16(const struct studio_combine_int16 *layer, const int16_t *first, const int16_t *second,
                          int16_t *output);

#endif
