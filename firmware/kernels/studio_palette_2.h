/* Weights of up to 4 values: 2 bits each. */
#ifndef STUDIO_PALETTE_2_H
#define STUDIO_PALETTE_2_H

#include "studio_palette.h"

/* weights are uint8_t: four numbers of 2 bits, those of weights 0, 2, 1 and 3 from the lowest bits up.
   input: [batches][input_height][input_width][input_channels], output alike, which may begin where the input does
   if the filter is one pixel and the output has no more channels; else they must not overlap. patch: memory for
   4 * quads bytes, columns: for [quads][2][4] words. */
void studio_palette_2(const struct studio_palette *layer, const int8_t *input, int8_t *output, int8_t *patch,
                      int8_t *columns);

#endif
