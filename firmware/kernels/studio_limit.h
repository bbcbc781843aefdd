/* Brings numbers into a range narrower than int8: that of a fused activation. */
#ifndef STUDIO_LIMIT_H
#define STUDIO_LIMIT_H

#include <stdint.h>

void studio_limit(int8_t *numbers, int32_t count, int32_t lowest, int32_t highest);

#endif
