/* SPACE_TO_BATCH_ND: the pixels at each place of a block become an image of their own. */
#ifndef STUDIO_SPACE_TO_BATCH_H
#define STUDIO_SPACE_TO_BATCH_H

#include "studio_space_batch.h"

/* input: [batches][height][width][channels], output: [block_y * block_x * batches][rows][columns][channels];
   they must not overlap. */
void studio_space_to_batch(const struct studio_space_batch *layer, const int8_t *input, int8_t *output);

#endif
