#include "studio_limit.h"

#include "studio_fixed_point.h"

void studio_limit(int8_t *numbers, int32_t count, int32_t lowest, int32_t highest)
{
    int32_t i;
    if (lowest > INT8_MIN || highest < INT8_MAX) {
        for (i = 0; i < count; i++) {
            numbers[i] = studio_clamp(numbers[i], lowest, highest);
        }
    }
}
