/* QUANTIZE, RELU and RELU6: int8 or int16 with one scale to int8 or int16 with another. */
#ifndef STUDIO_REQUANTIZE_INT16_H
#define STUDIO_REQUANTIZE_INT16_H

#include <stdint.h>

struct studio_requantize_int16 {
    int32_t count;
    int32_t input_bytes, output_bytes; /* of a number: 1 or 2 */
    int32_t input_zero_point, multiplier, shift, output_zero_point;
    int32_t lowest, highest;
};

/* output may be input where both have as many bytes. */
void studio_requantize_int16(const struct studio_requantize_int16 *layer, const void *input, void *output);

#endif
