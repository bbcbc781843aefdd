/* The program on every board: says hello, answers inputs, streams results from the sensor. */
#ifndef STUDIO_APP_H
#define STUDIO_APP_H

#include <stdint.h>

#include "model.h"
#include "studio_frames.h"
#include "studio_layers.h"

#define STUDIO_INPUT_BYTES ((uint32_t)(STUDIO_INPUT_SIZE) * (uint32_t)sizeof(STUDIO_INPUT_TYPE))
#define STUDIO_OUTPUT_BYTES ((uint32_t)(STUDIO_OUTPUT_SIZE) * (uint32_t)sizeof(STUDIO_OUTPUT_TYPE))

/* The longest body that is received: one input, but never less than START's four bytes. */
#define STUDIO_RECEIVE_BYTES (STUDIO_INPUT_BYTES < 4u ? 4u : STUDIO_INPUT_BYTES)

#ifndef STUDIO_LAYER_COUNT
#define STUDIO_LAYER_COUNT 0
#endif

/* Whether the model calls a hook after each layer: without one, the times of its layers are said to be zero. */
#if defined(STUDIO_LAYER_HOOK) && STUDIO_LAYER_COUNT > 0
#define STUDIO_TIMES_LAYERS 1
#else
#define STUDIO_TIMES_LAYERS 0
#endif

/* All the memory that the link takes; the model's own is the studio_memory beside it. */
typedef struct {
    studio_memory *memory;
    uint64_t next_us; /* when the next sample is due */
    uint32_t interval_us;
    uint32_t frames_sent;
    uint32_t frames_dropped;
    uint32_t requests_damaged; /* pieces between two 0x00 that were no frame */
#if STUDIO_TIMES_LAYERS
    studio_layer_clock layer_clock;
    studio_layer_time layers[STUDIO_LAYER_COUNT]; /* filled while TIME_LAYERS is obeyed */
#endif
    uint16_t sequence;
    uint8_t streaming;
    uint8_t listener; /* the version of the link that the computer said it speaks */
    studio_encoder encoder;
    studio_decoder decoder;
    uint8_t received[STUDIO_RECEIVE_BYTES + STUDIO_PACKET_EXTRA];
} studio_app;

void studio_app_init(studio_app *app, studio_memory *memory); /* also sends the first HELLO */
void studio_app_step(studio_app *app);                        /* call for ever; rests inside when nothing is due */

#endif
