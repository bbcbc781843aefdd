#include "studio_softmax.h"

#include "studio_constants.h"
#include "studio_fixed_point.h"

enum { STUDIO_SUM_BITS = 12 }; /* integer bits of the sum of exponentials */

static int32_t studio_leading_zeros(uint32_t value)
{
    int32_t zeros = 0;
    while (!(value & 0x80000000u)) {
        value <<= 1;
        zeros++;
    }
    return zeros;
}

/* 1 / (1 + value) for value from 0 to 1, both without integer bits: Newton's division, three steps.
   Inside, numbers have two integer bits. 48/17 and 32/17 give the best first guess. */
static int32_t studio_reciprocal_of_one_plus(int32_t value)
{
    const int32_t half = value / 2 + ((int32_t)1 << 30);
    int32_t x = 1515870810 + studio_multiply_high(half, -1010580540);
    int32_t step;
    for (step = 0; step < 3; step++) {
        const int32_t error = ((int32_t)1 << 29) - studio_multiply_high(half, x);
        x += studio_multiply_high(x, error) * 4;
    }
    return x >= (int32_t)1 << 30 ? INT32_MAX : x * 2;
}

static int32_t studio_exponential(const struct studio_softmax *layer, int32_t difference)
{
    return difference < layer->entries ? studio_load_int32(layer->exponentials + difference) : 0;
}

void studio_softmax(const struct studio_softmax *layer, const int8_t *input, int8_t *output)
{
    int32_t row, i;
    for (row = 0; row < layer->rows; row++) {
        int32_t largest = INT8_MIN;
        uint32_t sum = 0;
        int32_t zeros, scale, exponent;
        for (i = 0; i < layer->columns; i++) {
            largest = input[i] > largest ? input[i] : largest;
        }
        for (i = 0; i < layer->columns; i++) {
            const int32_t value = studio_exponential(layer, largest - input[i]);
            sum += (uint32_t)studio_divide_by_power(value, STUDIO_SUM_BITS);
        }
        zeros = studio_leading_zeros(sum);
        scale = studio_reciprocal_of_one_plus((int32_t)((sum << zeros) & 0x7FFFFFFFu));
        exponent = STUDIO_SUM_BITS - zeros + 31 - 8;
        for (i = 0; i < layer->columns; i++) {
            const int32_t value = studio_multiply_high(scale, studio_exponential(layer, largest - input[i]));
            const int32_t share = exponent > 31 ? 0 : studio_divide_by_power(value, exponent);
            output[i] = studio_clamp(share + INT8_MIN, INT8_MIN, INT8_MAX);
        }
        input += layer->columns;
        output += layer->columns;
    }
}
