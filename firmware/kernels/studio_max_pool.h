/* MAX_POOL_2D. */
#ifndef STUDIO_MAX_POOL_H
#define STUDIO_MAX_POOL_H

#include "studio_pool.h"

/* input: [batches][input_height][input_width][channels], output alike; they must not overlap. */
void studio_max_pool(const struct studio_pool *layer, const int8_t *input, int8_t *output);

#endif
