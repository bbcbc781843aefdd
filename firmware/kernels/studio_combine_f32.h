/* ADD, SUB and MUL of float32. */
#ifndef STUDIO_COMBINE_F32_H
#define STUDIO_COMBINE_F32_H

#include <stdint.h>

enum {
    STUDIO_COMBINE_ADD = 0,
    STUDIO_COMBINE_SUB = 1,
    STUDIO_COMBINE_MUL = 2
};

struct studio_combine_f32 {
    int32_t size[4], first_step[4], second_step[4]; /* four nested loops; a step of 0 repeats a side */
    int32_t how; /* STUDIO_COMBINE_ADD... */
    float lowest, highest;
};

/* output may be a side that is not repeated: each element is read before it is written. */
void studio_combine_f32(const struct studio_combine_f32 *layer, const float *first, const float *second,
                        float *output);

#endif
