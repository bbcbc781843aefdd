#include "studio_fill.h"

void studio_fill(int8_t *output, int32_t value, int32_t count)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        output[i] = (int8_t)value;
    }
}
