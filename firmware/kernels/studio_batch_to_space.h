/* BATCH_TO_SPACE_ND: several images become the places of blocks in one. */
#ifndef STUDIO_BATCH_TO_SPACE_H
#define STUDIO_BATCH_TO_SPACE_H

#include "studio_space_batch.h"

/* input: [block_y * block_x * batches][rows][columns][channels], output: [batches][height][width][channels];
   they must not overlap. */
void studio_batch_to_space(const struct studio_space_batch *layer, const int8_t *input, int8_t *output);

#endif
