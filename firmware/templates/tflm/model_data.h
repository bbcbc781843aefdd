/* The model as TensorFlow Lite Micro reads it, and the memory that it works in. */
#ifndef STUDIO_MODEL_DATA_H
#define STUDIO_MODEL_DATA_H

#ifdef __cplusplus
extern "C" {
#endif

extern const unsigned char g_model[];
extern const unsigned int g_model_len;

/* @ARENA_WORDS@ */
enum { kTensorArenaSize = @ARENA_BYTES@ };

#ifdef __cplusplus
}
#endif

#endif
