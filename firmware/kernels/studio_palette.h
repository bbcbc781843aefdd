/* CONV_2D and FULLY_CONNECTED whose weights take few different values: a list of these values, the palette, and for
 * each weight the number of its value. int4 weights are such a palette, too.
 *
 * The patches under four neighbouring positions of the window are gathered and widened to 16 bits, then multiplied with
 * all filters, so that looking a weight up is paid once for four products. A dense layer is an image of one row, whose
 * pixels are its rows. */
#ifndef STUDIO_PALETTE_H
#define STUDIO_PALETTE_H

#include <stdint.h>

#include "studio_simd.h"

struct studio_palette {
    const void *weights;        /* [outputs][quads]: see the two kernels */
    const int8_t *palette;      /* the values */
    const int32_t *channels;    /* [outputs]: bias and shift as studio_simd.h says */
    const int32_t *multipliers; /* [outputs], or [1] if multiplier_step is 0 */
    int16_t batches, input_height, input_width, input_channels;
    int16_t output_height, output_width, outputs, quads; /* quads: products of an output, in fours, rounded up */
    int16_t filter_height, filter_width, stride_y, stride_x, dilation_y, dilation_x, pad_top, pad_left;
    int16_t output_offset;      /* 2 * zero point + 1 */
    int8_t input_zero_point;    /* what the border of the image holds */
    int8_t lowest, highest, multiplier_step;
};

enum { STUDIO_PALETTE_COLUMNS = 4 };

/* Copies the patch whose top left corner is (top, left), which may lie outside of the image, and fills the last four
   bytes up with zeros. */
static STUDIO_APART void studio_palette_gather(const struct studio_palette *layer, const int8_t *image, int32_t top,
                                               int32_t left, int8_t *patch)
{
    const int32_t channels = layer->input_channels;
    int8_t *const end = patch + 4 * layer->quads;
    int32_t ky, kx, c;
    for (ky = 0; ky < layer->filter_height; ky++, top += layer->dilation_y) {
        int32_t x = left;
        for (kx = 0; kx < layer->filter_width; kx++, x += layer->dilation_x) {
            const int32_t inside = top >= 0 && top < layer->input_height && x >= 0 && x < layer->input_width;
            const int8_t *from = inside ? image + (top * layer->input_width + x) * channels : &layer->input_zero_point;
            for (c = channels; c > 0; c--, from += inside) {
                *patch++ = *from;
            }
        }
    }
    while (patch < end) {
        *patch++ = 0;
    }
}

/* Two weights as the halves of a word. */
static inline uint32_t studio_palette_pair(const int8_t *palette, uint32_t low, uint32_t high)
{
    return (uint32_t)(uint16_t)studio_load_int8(palette + low) | (uint32_t)studio_load_int8(palette + high) << 16;
}

/* The numbers of four weights, in the order 0, 2, 1, 3. */
static inline uint32_t studio_palette_quad(const void *weights, int32_t quad, int32_t bits)
{
    return bits == 4 ? studio_load_uint16((const uint16_t *)weights + quad)
                     : studio_load_uint8((const uint8_t *)weights + quad);
}

/* The sums of products of one output with one column, or with four. sums hold what they begin with. */
static STUDIO_APART void studio_palette_sums(const struct studio_palette *layer, int32_t bits, int32_t first,
                                             const uint32_t *x, int32_t count, uint32_t *sums)
{
    const uint32_t mask = (1u << bits) - 1;
    const int8_t *const palette = layer->palette;
    const uint32_t *const end = x + 8 * layer->quads;
    uint32_t sum_0 = sums[0], sum_1 = sums[1], sum_2 = sums[2], sum_3 = sums[3];
    for (; x != end && count == 1; x += 8) {
        const uint32_t four = studio_palette_quad(layer->weights, first++, bits);
        sum_0 = studio_multiply_halves(x[0], studio_palette_pair(palette, four & mask, four >> bits & mask), sum_0);
        sum_0 = studio_multiply_halves(x[4], studio_palette_pair(palette, four >> 2 * bits & mask, four >> 3 * bits),
                                       sum_0);
    }
    for (; x != end; x += 8) {
        const uint32_t four = studio_palette_quad(layer->weights, first++, bits);
        uint32_t w = studio_palette_pair(palette, four & mask, four >> bits & mask);
        sum_0 = studio_multiply_halves(x[0], w, sum_0);
        sum_1 = studio_multiply_halves(x[1], w, sum_1);
        sum_2 = studio_multiply_halves(x[2], w, sum_2);
        sum_3 = studio_multiply_halves(x[3], w, sum_3);
        w = studio_palette_pair(palette, four >> 2 * bits & mask, four >> 3 * bits);
        sum_0 = studio_multiply_halves(x[4], w, sum_0);
        sum_1 = studio_multiply_halves(x[5], w, sum_1);
        sum_2 = studio_multiply_halves(x[6], w, sum_2);
        sum_3 = studio_multiply_halves(x[7], w, sum_3);
    }
    sums[0] = sum_0;
    sums[1] = sum_1;
    sums[2] = sum_2;
    sums[3] = sum_3;
}

/* All outputs of `count` columns, 1 to 4. columns: [quads][2][4], a word for each. */
static STUDIO_APART void studio_palette_multiply(const struct studio_palette *layer, int32_t bits,
                                                 const uint32_t *columns, int32_t count, int8_t *output)
{
    const int32_t outputs = layer->outputs;
    int32_t channel, column;
    for (channel = 0; channel < outputs; channel++) {
        const int32_t word = studio_load_int32(layer->channels + channel), shift = studio_channel_shift(word);
        const int32_t multiplier = studio_load_int32(layer->multipliers + channel * layer->multiplier_step);
        uint32_t sums[STUDIO_PALETTE_COLUMNS];
        sums[0] = sums[1] = sums[2] = sums[3] = (uint32_t)studio_channel_bias(word);
        studio_palette_sums(layer, bits, channel * layer->quads, columns, count, sums);
        for (column = 0; column < count; column++) {
            output[column * outputs + channel] =
                studio_narrow((int32_t)sums[column], multiplier, layer->output_offset, shift);
        }
    }
    studio_limit(output, count * outputs, layer->lowest, layer->highest);
}

/* The layer; bits: 4 or 2. */
static inline void studio_palette(const struct studio_palette *layer, int32_t bits, const int8_t *input, int8_t *output,
                                  int8_t *patch, int8_t *scratch)
{
    uint32_t *const columns = (uint32_t *)(void *)scratch;
    const int32_t width = layer->output_width, image_bytes = layer->input_height * layer->input_width * layer->input_channels;
    int32_t left = layer->batches * layer->output_height * width;
    int32_t batch, y, x, quad, count = 0;
    for (batch = 0; batch < layer->batches; batch++) {
        for (y = 0; y < layer->output_height; y++) {
            for (x = 0; x < width; x++) {
                uint32_t *column = columns + count++;
                studio_palette_gather(layer, input, y * layer->stride_y - layer->pad_top,
                                      x * layer->stride_x - layer->pad_left, patch);
                for (quad = 0; quad < layer->quads; quad++, column += 2 * STUDIO_PALETTE_COLUMNS) {
                    const uint32_t four = studio_load_four(patch + 4 * quad);
                    column[0] = studio_even_bytes(four);
                    column[STUDIO_PALETTE_COLUMNS] = studio_odd_bytes(four);
                }
                if (--left == 0 || count == STUDIO_PALETTE_COLUMNS) {
                    studio_palette_multiply(layer, bits, columns, count, output);
                    output += count * layer->outputs;
                    count = 0;
                }
            }
        }
        input += image_bytes;
    }
}

#endif
