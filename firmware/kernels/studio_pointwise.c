#include "studio_pointwise.h"

void studio_pointwise(const struct studio_pointwise *layer, const int8_t *input, int8_t *output, int8_t *columns)
{
    const int32_t outputs = layer->matrix.outputs, inputs = 4 * layer->matrix.quads;
    uint32_t *const wide = (uint32_t *)(void *)columns;
    int32_t row;
    for (row = 0; row < layer->rows; row += 2) {
        const int32_t two = row + 1 < layer->rows; /* the last row of an odd number is computed twice */
        studio_widen(input, layer->matrix.quads, wide);
        studio_widen(two ? input + inputs : input, layer->matrix.quads, wide + 2);
        studio_packed(&layer->matrix, wide, output, two ? output + outputs : output);
        input += 2 * inputs;
        output += 2 * outputs;
    }
}
