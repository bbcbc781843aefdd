/* Fills memory with one number: the border of PAD. */
#ifndef STUDIO_FILL_H
#define STUDIO_FILL_H

#include <stdint.h>

void studio_fill(int8_t *output, int32_t value, int32_t count);

#endif
