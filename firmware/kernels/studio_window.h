/* CONV_2D with packed weights: rows of the image are kept in a ring, the patches under two neighbouring positions of the
 * window are widened to 16 bits, then multiplied with all filters. */
#ifndef STUDIO_WINDOW_H
#define STUDIO_WINDOW_H

#include "studio_packed.h"
#include "studio_rows.h"

struct studio_window {
    int32_t batches, output_height, output_width;
    int32_t filter_height, filter_quads; /* rows of the filter, and bytes of one of them in fours, rounded up */
    int32_t step_bytes;                  /* from one position of the window to its neighbour */
    int32_t batch_bytes;                 /* of one input image */
    struct studio_rows rows;
    struct studio_packed matrix;
};

/* input: [batches][height][width][channels], output alike; the plan says whether it may begin where the input does.
   ring: memory for the rows and 4 bytes, then columns for [quads][4]. */
void studio_window(const struct studio_window *layer, const int8_t *input, int8_t *output, int8_t *ring,
                   int8_t *columns);

#endif
