#include "studio_search.h"

struct studio_found {
    int32_t value, index;
};

static struct studio_found studio_find(const struct studio_search *layer, const int8_t *first)
{
    struct studio_found best = {0, -1};
    int32_t row, column, index = 0;
    for (row = 0; row < layer->rows; row++) {
        for (column = 0; column < layer->columns; column++, index++) {
            const int32_t value = first[row * layer->row_step + column * layer->column_step];
            if (best.index < 0 || value * layer->sign > best.value * layer->sign) {
                best.value = value;
                best.index = index;
            }
        }
    }
    return best;
}

void studio_search(const struct studio_search *layer, const int8_t *input, void *output)
{
    int8_t *value = output;
    int32_t *index = output;
    int32_t outer, inner;
    for (outer = 0; outer < layer->outer; outer++) {
        for (inner = 0; inner < layer->inner; inner++) {
            const struct studio_found found =
                studio_find(layer, input + outer * layer->outer_step + inner * layer->inner_step);
            if (layer->wants_index) {
                *index++ = found.index;
            } else {
                *value++ = (int8_t)found.value;
            }
        }
    }
}
