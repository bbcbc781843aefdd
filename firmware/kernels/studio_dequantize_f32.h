/* DEQUANTIZE: int8 or int16 to float32. */
#ifndef STUDIO_DEQUANTIZE_F32_H
#define STUDIO_DEQUANTIZE_F32_H

#include <stdint.h>

struct studio_dequantize_f32 {
    int32_t count;
    int32_t input_bytes; /* of a number: 1 or 2 */
    float scale;
    int32_t zero_point;
};

void studio_dequantize_f32(const struct studio_dequantize_f32 *layer, const void *input, float *output);

#endif
