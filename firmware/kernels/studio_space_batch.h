/* What SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND share. */
#ifndef STUDIO_SPACE_BATCH_H
#define STUDIO_SPACE_BATCH_H

#include <stdint.h>

struct studio_space_batch {
    int32_t batches, height, width, channels; /* the side with more pixels */
    int32_t rows, columns;                    /* of each of the batches * block_y * block_x images on the other */
    int32_t block_y, block_x;
    int32_t top, left; /* the border before the first row and column: filled, or cut off */
    int32_t zero_point;
};

#endif
