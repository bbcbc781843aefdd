#include "studio_move.h"

void studio_move(const struct studio_move *layer, const int8_t *input, int8_t *output)
{
    int32_t i, j, k, l;
    for (i = 0; i < layer->size[0]; i++) {
        for (j = 0; j < layer->size[1]; j++) {
            for (k = 0; k < layer->size[2]; k++) {
                const int8_t *from =
                    input + i * layer->input_step[0] + j * layer->input_step[1] + k * layer->input_step[2];
                int8_t *to =
                    output + i * layer->output_step[0] + j * layer->output_step[1] + k * layer->output_step[2];
                for (l = 0; l < layer->size[3]; l++) {
                    to[l * layer->output_step[3]] = from[l * layer->input_step[3]];
                }
            }
        }
    }
}
