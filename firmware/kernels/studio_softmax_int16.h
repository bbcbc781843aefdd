/* SOFTMAX of each row of int16. */
#ifndef STUDIO_SOFTMAX_INT16_H
#define STUDIO_SOFTMAX_INT16_H

#include <stdint.h>

struct studio_softmax_int16 {
    const int16_t *exponentials; /* [513]: exp from -10 to 0, in units of 2^-15 */
    const int16_t *reciprocals;  /* [513]: 1 / (1 + x) for x from 0 to 1, in units of 2^-15 */
    int32_t multiplier, shift;   /* how a difference of inputs becomes 65535ths of -10 */
    int32_t rows, columns;
};

/* output may be input. */
void studio_softmax_int16(const struct studio_softmax_int16 *layer, const int16_t *input, int16_t *output);

#endif
