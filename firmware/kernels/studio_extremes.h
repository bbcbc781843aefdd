/* MAXIMUM and MINIMUM: the larger or the smaller of two tensors, element by element. */
#ifndef STUDIO_EXTREMES_H
#define STUDIO_EXTREMES_H

#include <stdint.h>

struct studio_extremes {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t sign;                                   /* 1: the larger, -1: the smaller */
};

/* output may be a side that is not repeated: each element is read before it is written. */
void studio_extremes(const struct studio_extremes *layer, const int8_t *first, const int8_t *second, int8_t *output);

#endif
