/* The sparse product whose places are a bit for each weight, set if it is not zero. */
#ifndef STUDIO_SPARSE_BITS_H
#define STUDIO_SPARSE_BITS_H

#include "studio_sparse.h"

/* places: [outputs][(inputs + 7) / 8], the first weight of eight in the highest bit. counts is not used.
   input: [rows][inputs], output: [rows][outputs], which may begin where the input does if there are several rows and
   they do not get longer. columns: memory for [inputs][4] if there are several rows. */
void studio_sparse_bits(const struct studio_sparse *layer, const int8_t *input, int8_t *output, int8_t *columns);

#endif
