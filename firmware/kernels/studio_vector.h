/* FULLY_CONNECTED of one row of int8, with the weights of four outputs packed beside each other as in studio_packed.h. */
#ifndef STUDIO_VECTOR_H
#define STUDIO_VECTOR_H

#include <stdint.h>

struct studio_vector {
    int32_t quads, outputs;
    const uint32_t *weights;    /* [outputs / 4, rounded up][quads][2][2] */
    const int32_t *bias;        /* [outputs, rounded up to a multiple of 4], the input's zero point folded in */
    const int32_t *multipliers; /* as many, or [1] if multiplier_step is 0 */
    const int8_t *shifts;       /* as many as multipliers; to the right, less one: 0 to 19 */
    int32_t multiplier_step;
    int32_t output_offset;      /* 2 * zero point + 1 */
    int32_t lowest, highest;
};

/* input: [4 * quads], of which those beyond the layer's inputs do not count; output: [outputs]. They must not overlap. */
void studio_vector(const struct studio_vector *layer, const int8_t *input, int8_t *output);

#endif
