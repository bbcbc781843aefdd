/* RELU, RELU6 and LEAKY_RELU of float32. */
#ifndef STUDIO_CLIP_F32_H
#define STUDIO_CLIP_F32_H

#include <stdint.h>

struct studio_clip_f32 {
    int32_t count;
    float slope;   /* below zero, numbers are multiplied with it */
    float highest;
};

/* output may be input. */
void studio_clip_f32(const struct studio_clip_f32 *layer, const float *input, float *output);

#endif
