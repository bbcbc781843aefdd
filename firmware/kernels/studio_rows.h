/* The last few rows of an image, copied into a ring with their left and right border, for windows that slide down it.
 * What they were copied from may then be overwritten: so a convolution works in the place of its input. */
#ifndef STUDIO_ROWS_H
#define STUDIO_ROWS_H

#include <stdint.h>

struct studio_rows {
    int32_t input_height, input_bytes; /* of the image, and of one of its rows */
    int32_t left_bytes, ring_bytes;    /* the left border; a row of the ring with both borders, a multiple of 4 */
    int32_t count;                     /* rows in the ring */
    int32_t above;                     /* rows of border above the image */
    int32_t stride, step;              /* rows between two positions of the window, and between two of its taps */
    int32_t zero_point;                /* what the border holds */
};

/* Makes sure that the ring holds the rows for output row y; image is where the input begins. Call it for y = 0, 1, 2... */
void studio_rows_load(const struct studio_rows *rows, int32_t y, const int8_t *image, int8_t *ring);

/* Where in the ring the row of the window's tap `tap` begins when it stands at output row y. */
static inline int32_t studio_rows_at(const struct studio_rows *rows, int32_t y, int32_t tap)
{
    return (y * rows->stride + tap * rows->step) % rows->count * rows->ring_bytes;
}

#endif
