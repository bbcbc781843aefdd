/* The sparse product whose places are how far each weight is from the one before. */
#ifndef STUDIO_SPARSE_GAPS_H
#define STUDIO_SPARSE_GAPS_H

#include "studio_sparse.h"

/* places: two distances of 0 to 15 to a byte, the first in the lower half; the first one of an output counts from its
   first weight. A distance that is longer, or an odd number of weights, is made up with weights that are zero.
   counts: bytes of places per output.
   input: [rows][inputs], output: [rows][outputs], which may begin where the input does if there are several rows and
   they do not get longer. columns: memory for [inputs][4] if there are several rows. */
void studio_sparse_gaps(const struct studio_sparse *layer, const int8_t *input, int8_t *output, int8_t *columns);

#endif
