/* AVERAGE_POOL_2D. */
#ifndef STUDIO_AVERAGE_POOL_H
#define STUDIO_AVERAGE_POOL_H

#include "studio_pool.h"

/* input: [batches][input_height][input_width][channels], output alike; they must not overlap. */
void studio_average_pool(const struct studio_pool *layer, const int8_t *input, int8_t *output);

#endif
