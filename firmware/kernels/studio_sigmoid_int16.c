#include "studio_sigmoid_int16.h"

/* What lies between two points, in units of 2^-(16 + bits); beyond the last point what is given. */
static int32_t studio_between_int16(const uint16_t *points, int32_t magnitude, int32_t bits, int32_t beyond)
{
    const int32_t at = magnitude >> bits;
    if (at >= 255) {
        return beyond;
    }
    return (points[at] << bits) + (magnitude & ((1 << bits) - 1)) * (points[at + 1] - points[at]);
}

static int16_t studio_logistic_int16(const uint16_t *points, int32_t value)
{
    const int32_t result = studio_between_int16(points, value < 0 ? -value : value, 9, 0x7FFF << 10);
    return (int16_t)((value >= 0 ? result + (1 << 9) : (1 << 25) - result + (1 << 9) - 1) >> 10);
}

static int16_t studio_tanh_int16(const uint16_t *points, int32_t value)
{
    const int32_t result = studio_between_int16(points, value < 0 ? -value : value, 8, 0xFFFF << 8) - (1 << 23);
    return (int16_t)((value >= 0 ? result + (1 << 7) : (1 << 7) - 1 - result) >> 8);
}

void studio_sigmoid_int16(const struct studio_sigmoid_int16 *layer, const int16_t *input, int16_t *output)
{
    const int32_t half = layer->shift > 0 ? 1 << (layer->shift - 1) : 0;
    int32_t i;
    for (i = 0; i < layer->count; i++) {
        const int32_t value = (input[i] * layer->multiplier + half) >> layer->shift;
        output[i] = layer->is_tanh ? studio_tanh_int16(layer->points, value)
                                   : studio_logistic_int16(layer->points, value);
    }
}
