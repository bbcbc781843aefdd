#include "studio_palette_2.h"

void studio_palette_2(const struct studio_palette *layer, const int8_t *input, int8_t *output, int8_t *patch,
                      int8_t *columns)
{
    studio_palette(layer, 2, input, output, patch, columns);
}
