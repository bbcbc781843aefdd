/* LOGISTIC and TANH of int16, on straight lines between the points of a table. */
#ifndef STUDIO_SIGMOID_INT16_H
#define STUDIO_SIGMOID_INT16_H

#include <stdint.h>

struct studio_sigmoid_int16 {
    const uint16_t *points;    /* [256]: sigmoid(i / 24), in units of 2^-16 */
    int32_t multiplier, shift; /* how an input becomes a number of which 3 << 12 stand for 1 */
    int32_t is_tanh;           /* 1: tanh(x) = 2 sigmoid(2 x) - 1 */
    int32_t count;
};

/* output may be input. */
void studio_sigmoid_int16(const struct studio_sigmoid_int16 *layer, const int16_t *input, int16_t *output);

#endif
