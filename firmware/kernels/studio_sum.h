/* ADD of two tensors of one shape, where the first has the larger scale: then its numbers only move 19 bits to the left. */
#ifndef STUDIO_SUM_H
#define STUDIO_SUM_H

#include <stdint.h>

struct studio_sum {
    int32_t count;
    int32_t first_start, second_start; /* what the zero points are in the fixed point of each side: they are added */
    int32_t second_multiplier, second_shift; /* to the right, 1 to 20 */
    int32_t multiplier, shift;         /* to the right, less one: 0 to 19 */
    int32_t output_offset;             /* 2 * zero point + 1 */
    int32_t lowest, highest;
};

/* output may be first or second. */
void studio_sum(const struct studio_sum *layer, const int8_t *first, const int8_t *second, int8_t *output);

#endif
