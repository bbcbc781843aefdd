#include "studio_rows.h"

#include "studio_simd.h"

static int8_t *studio_rows_blank(int8_t *to, int32_t count, int32_t value)
{
    for (; count > 0; count--) {
        *to++ = (int8_t)value;
    }
    return to;
}

void studio_rows_load(const struct studio_rows *rows, int32_t y, const int8_t *image, int8_t *ring)
{
    /* Counted from the top of the border: what this position of the window needs, without what is there already. */
    const int32_t end = y * rows->stride + rows->count;
    int32_t row = y * rows->stride;
    if (y > 0 && rows->stride < rows->count) {
        row = end - rows->stride;
    }
    for (; row < end; row++) {
        int8_t *to = ring + row % rows->count * rows->ring_bytes;
        int8_t *const behind = to + rows->ring_bytes;
        const int32_t place = row - rows->above;
        if (place >= 0 && place < rows->input_height) {
            const int8_t *from = image + place * rows->input_bytes;
            int32_t left = rows->input_bytes;
            to = studio_rows_blank(to, rows->left_bytes, rows->zero_point);
#ifdef STUDIO_SIMD
            for (; left >= 8; left -= 8) {
                const uint32_t first = studio_load_four(from), second = studio_load_four(from + 4);
                ((struct studio_word *)(void *)to)->bytes = first;
                ((struct studio_word *)(void *)(to + 4))->bytes = second;
                from += 8;
                to += 8;
            }
#endif
            for (; left > 0; left--) {
                *to++ = *from++;
            }
        }
        studio_rows_blank(to, (int32_t)(behind - to), rows->zero_point);
    }
}
