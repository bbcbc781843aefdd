/* A model of two layers, written by hand, whose first value can make it misbehave. */
#ifndef STUDIO_MODEL_H
#define STUDIO_MODEL_H

#include <stdint.h>

#define STUDIO_MODEL_SHA256 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define STUDIO_INPUT_TYPE int8_t
#define STUDIO_INPUT_SIZE 4
#define STUDIO_OUTPUT_TYPE int8_t
#define STUDIO_OUTPUT_SIZE 3
#define STUDIO_OUTPUT_SCALE 0.25f
#define STUDIO_OUTPUT_ZERO_POINT (-2)
#define STUDIO_LABEL_COUNT 3
#define STUDIO_ARENA_BYTES 16
#define STUDIO_LAYER_COUNT 2

extern const char *const studio_labels[3];

typedef union {
    int64_t align;
    int8_t bytes[STUDIO_ARENA_BYTES];
} studio_memory;

int8_t *studio_model_input(studio_memory *memory);
const int8_t *studio_model_output(const studio_memory *memory);
int studio_model_run(studio_memory *memory);

#endif
