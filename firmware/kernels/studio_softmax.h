/* SOFTMAX of each row. */
#ifndef STUDIO_SOFTMAX_H
#define STUDIO_SOFTMAX_H

#include <stdint.h>

struct studio_softmax {
    const int32_t *exponentials; /* exp(-difference) for differences 0, 1, 2..., in units of 2^-31 */
    int32_t entries;             /* beyond them exp is as good as 0 */
    int32_t rows, columns;
};

/* output may be input. */
void studio_softmax(const struct studio_softmax *layer, const int8_t *input, int8_t *output);

#endif
