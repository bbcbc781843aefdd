/* MIRROR_PAD. */
#ifndef STUDIO_MIRROR_PAD_H
#define STUDIO_MIRROR_PAD_H

#include <stdint.h>

struct studio_mirror_pad {
    int32_t size[4], step[4]; /* of the input */
    int32_t before[4];        /* the width of the border before the input */
    int32_t padded[4];        /* the size of the output */
    int32_t reflects;         /* 1 if the outermost element is not repeated */
};

/* input and output must not overlap. */
void studio_mirror_pad(const struct studio_mirror_pad *layer, const int8_t *input, int8_t *output);

#endif
