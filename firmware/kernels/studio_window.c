#include "studio_window.h"

void studio_window(const struct studio_window *layer, const int8_t *input, int8_t *output, int8_t *ring,
                   int8_t *columns)
{
    const int32_t outputs = layer->matrix.outputs;
    const int32_t ring_bytes = layer->rows.count * layer->rows.ring_bytes;
    const int32_t next_tap = layer->rows.step * layer->rows.ring_bytes;
    uint32_t *const both = (uint32_t *)(void *)columns;
    int32_t batch, y, x, waiting = 0; /* waiting: a pixel's column is there, that of the pixel behind it is not */
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            const int32_t first_row = studio_rows_at(&layer->rows, y, 0);
            const int8_t *corner = ring;
            studio_rows_load(&layer->rows, y, input, ring);
            for (x = 0; x < layer->output_width; x++) {
                uint32_t *column = both + 2 * waiting;
                int32_t row = first_row, left;
                for (left = layer->filter_height; left > 0; left--) {
                    column = studio_widen(corner + row, layer->filter_quads, column);
                    row += next_tap;
                    row -= row >= ring_bytes ? ring_bytes : 0;
                }
                corner += layer->step_bytes;
                if (waiting) {
                    studio_packed(&layer->matrix, both, output, output + outputs);
                    output += 2 * outputs;
                }
                waiting ^= 1;
            }
        }
        input += layer->batch_bytes;
    }
    if (waiting) {
        studio_packed(&layer->matrix, both, output, output); /* what comes of the other column is overwritten */
    }
}
