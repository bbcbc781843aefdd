#include "studio_gather_parts.h"

void studio_gather_parts(const struct studio_gather_parts *layer, const int8_t *input, const void *where,
                         int8_t *output)
{
    const int32_t *indices = where;
    int32_t outer, i, inner;
    for (outer = 0; outer < layer->outer; outer++) {
        for (i = 0; i < layer->indices; i++) {
            int32_t index = indices[i] < 0 ? 0 : indices[i];
            index = index < layer->size ? index : layer->size - 1;
            for (inner = 0; inner < layer->inner; inner++) {
                *output++ = input[index * layer->inner + inner];
            }
        }
        input += layer->size * layer->inner;
    }
}
