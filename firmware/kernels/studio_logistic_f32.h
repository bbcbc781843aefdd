/* LOGISTIC of float32, 1 / (1 + exp(-x)). */
#ifndef STUDIO_LOGISTIC_F32_H
#define STUDIO_LOGISTIC_F32_H

#include <stdint.h>

/* output may be input. */
void studio_logistic_f32(const float *input, float *output, int32_t count);

#endif
