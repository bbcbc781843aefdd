/* QUANTIZE: float32 to int8 or int16. */
#ifndef STUDIO_QUANTIZE_F32_H
#define STUDIO_QUANTIZE_F32_H

#include <stdint.h>

struct studio_quantize_f32 {
    int32_t count;
    int32_t output_bytes; /* of a number: 1 or 2 */
    float scale;
    int32_t zero_point;
    int32_t lowest, highest;
};

/* Rounds halves away from zero; what is no number becomes the lowest. */
void studio_quantize_f32(const struct studio_quantize_f32 *layer, const float *input, void *output);

#endif
