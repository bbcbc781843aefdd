/* Stands in for the model when the image without it is linked, to see what the model itself takes. */
#ifndef STUDIO_MODEL_H
#define STUDIO_MODEL_H

#include <stdint.h>

#define STUDIO_MODEL_SHA256 "0000000000000000000000000000000000000000000000000000000000000000"
#define STUDIO_INPUT_TYPE int8_t
#define STUDIO_INPUT_SIZE 4
#define STUDIO_OUTPUT_TYPE int8_t
#define STUDIO_OUTPUT_SIZE 4
#define STUDIO_OUTPUT_SCALE 1.0f
#define STUDIO_OUTPUT_ZERO_POINT 0
#define STUDIO_LABEL_COUNT 0
#define STUDIO_LAYER_COUNT 1

typedef union {
    int64_t align;
    int8_t bytes[8];
} studio_memory;

int8_t *studio_model_input(studio_memory *memory);
const int8_t *studio_model_output(const studio_memory *memory);
int studio_model_run(studio_memory *memory);

#endif
