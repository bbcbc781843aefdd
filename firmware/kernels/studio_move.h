/* Copies numbers to other places: TRANSPOSE, slices, PAD and CONCATENATION. */
#ifndef STUDIO_MOVE_H
#define STUDIO_MOVE_H

#include <stdint.h>

struct studio_move {
    int32_t size[4], input_step[4], output_step[4]; /* four nested loops */
};

/* input and output must not overlap. */
void studio_move(const struct studio_move *layer, const int8_t *input, int8_t *output);

#endif
