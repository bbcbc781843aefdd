/* GATHER: slices along one axis, picked by their index. */
#ifndef STUDIO_GATHER_PARTS_H
#define STUDIO_GATHER_PARTS_H

#include <stdint.h>

struct studio_gather_parts {
    int32_t outer, size, indices, inner; /* input: [outer][size][inner], output: [outer][indices][inner] */
};

/* where: int32 [indices], aligned; an index outside of the axis takes the nearest slice. Input and output must
   not overlap. */
void studio_gather_parts(const struct studio_gather_parts *layer, const int8_t *input, const void *where,
                         int8_t *output);

#endif
