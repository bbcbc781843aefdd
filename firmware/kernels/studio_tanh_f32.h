/* TANH of float32. */
#ifndef STUDIO_TANH_F32_H
#define STUDIO_TANH_F32_H

#include <stdint.h>

/* output may be input. */
void studio_tanh_f32(const float *input, float *output, int32_t count);

#endif
