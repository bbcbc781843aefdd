#include "studio_lookup.h"

#include "studio_constants.h"

void studio_lookup(const int8_t *table, const int8_t *input, int8_t *output, int32_t count)
{
    int32_t i;
    for (i = 0; i < count; i++) {
        output[i] = studio_load_int8(table + (input[i] + 128));
    }
}
