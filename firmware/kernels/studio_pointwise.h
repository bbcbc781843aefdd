/* Rows of int8 times a packed matrix: pointwise CONV_2D, and FULLY_CONNECTED of several rows. */
#ifndef STUDIO_POINTWISE_H
#define STUDIO_POINTWISE_H

#include "studio_packed.h"

struct studio_pointwise {
    int32_t rows;
    struct studio_packed matrix;
};

/* input: [rows][4 * quads], output: [rows][outputs], which may begin where the input does if its rows are not longer.
   columns: memory for [quads][4]. */
void studio_pointwise(const struct studio_pointwise *layer, const int8_t *input, int8_t *output, int8_t *columns);

#endif
