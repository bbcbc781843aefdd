/* SOFTMAX of each row of float32. */
#ifndef STUDIO_SOFTMAX_F32_H
#define STUDIO_SOFTMAX_F32_H

#include <stdint.h>

struct studio_softmax_f32 {
    int32_t rows, columns;
    float beta; /* inputs are multiplied with it */
};

/* output may be input. */
void studio_softmax_f32(const struct studio_softmax_f32 *layer, const float *input, float *output);

#endif
