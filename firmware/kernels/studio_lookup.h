/* Any function of one int8, from a table of its 256 answers. */
#ifndef STUDIO_LOOKUP_H
#define STUDIO_LOOKUP_H

#include <stdint.h>

/* table: the answers for -128 to 127. output may be input. */
void studio_lookup(const int8_t *table, const int8_t *input, int8_t *output, int32_t count);

#endif
