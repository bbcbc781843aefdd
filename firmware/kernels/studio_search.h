/* REDUCE_MAX and REDUCE_MIN, and where along an axis the largest or smallest number is: ARG_MAX and ARG_MIN. */
#ifndef STUDIO_SEARCH_H
#define STUDIO_SEARCH_H

#include <stdint.h>

struct studio_search {
    int32_t outer, outer_step, inner, inner_step; /* what remains: how many, and how far apart */
    int32_t rows, row_step, columns, column_step; /* what is searched */
    int32_t sign;                                 /* 1: for the largest, -1: for the smallest */
    int32_t wants_index;
};

/* output: int8 [outer][inner], or if wants_index int32 [outer][inner], aligned, the index of the first among
   equals. It must not overlap the input. */
void studio_search(const struct studio_search *layer, const int8_t *input, void *output);

#endif
