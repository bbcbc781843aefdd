#include "studio_softmax_int16.h"

#include "studio_int16.h"

static int32_t studio_zeros_int16(uint32_t value)
{
    int32_t zeros = 0;
    while (!(value & 0x80000000u)) {
        value <<= 1;
        zeros++;
    }
    return zeros;
}

static int16_t studio_exp_int16(const struct studio_softmax_int16 *layer, int32_t difference)
{
    const int32_t scaled = studio_rescale(difference, layer->multiplier, layer->shift);
    return studio_curve_int16(layer->exponentials, studio_clamp_int16((int64_t)scaled + INT16_MAX, INT16_MIN, INT16_MAX));
}

void studio_softmax_int16(const struct studio_softmax_int16 *layer, const int16_t *input, int16_t *output)
{
    int32_t row, i;
    for (row = 0; row < layer->rows; row++) {
        int32_t largest = INT16_MIN, sum = 0, zeros, share;
        int64_t scaled;
        for (i = 0; i < layer->columns; i++) {
            largest = input[i] > largest ? input[i] : largest;
        }
        for (i = 0; i < layer->columns; i++) {
            output[i] = studio_exp_int16(layer, input[i] - largest);
            sum += output[i];
        }
        zeros = studio_zeros_int16((uint32_t)sum);
        scaled = (((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14; /* 2^16 to 2^17 */
        share = studio_curve_int16(layer->reciprocals,
                                   studio_clamp_int16(scaled - (1 << 15) - (1 << 16), INT16_MIN, INT16_MAX));
        for (i = 0; i < layer->columns; i++) {
            const int32_t shift = 31 - zeros;
            const int64_t value = ((int64_t)output[i] * share + ((int64_t)1 << (shift - 1))) >> shift;
            output[i] = studio_clamp_int16(value, 0, INT16_MAX);
        }
        input += layer->columns;
        output += layer->columns;
    }
}
