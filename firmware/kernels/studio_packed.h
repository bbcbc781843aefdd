/* The product of two columns of numbers with a matrix whose rows are packed in pairs.
 *
 * Two rows share their words: each half of a word is 256 * (a weight of the odd row) + (the weight of the even row). One
 * multiplication by such halves gives 256 * odd + even, one by their low bytes gives even, so that four products cost two
 * multiplications and a single unpacking. Products come in fours, in the order 0, 2, 1, 3: that in which SXTB16
 * unpacks bytes. The compiler has checked that no sum of the odd row leaves 24 bits. */
#ifndef STUDIO_PACKED_H
#define STUDIO_PACKED_H

#include <stdint.h>

struct studio_packed {
    int32_t quads;           /* products of a row, in fours; the weights beyond the last are zero */
    int32_t outputs;         /* rows */
    const uint32_t *weights; /* [outputs / 2, rounded up][quads][2] */
    const int32_t *channels; /* [outputs][2]: bias and shift as studio_simd.h says, multiplier */
    int32_t output_offset;   /* 2 * zero point + 1 */
    int32_t lowest, highest;
};

/* columns: [quads][2][2], as studio_widen writes them. first, second: [outputs]; they may be the same, then what comes
   of the first column stays. */
void studio_packed(const struct studio_packed *matrix, const uint32_t *columns, int8_t *first, int8_t *second);

/* Writes 4 * quads bytes as 16-bit numbers: one column, the other one's place is left out between them. Returns where it
   ended. */
uint32_t *studio_widen(const int8_t *bytes, int32_t quads, uint32_t *column);

#endif
