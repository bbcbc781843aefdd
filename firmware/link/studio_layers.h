/* The hook that lets the link time single layers: compile all files with -DSTUDIO_LAYER_HOOK=\"studio_layers.h\".
 *
 * Without it TIME_LAYERS is answered with zeros. A port with a hook of its own calls studio_layer_done from there.
 */
#ifndef STUDIO_LAYERS_H
#define STUDIO_LAYERS_H

#include <stdint.h>

/* One layer's part of an inference, or a whole one. */
typedef struct {
    uint32_t time_us;
    uint32_t instructions;
} studio_layer_time;

/* Where the layers of the inference under way are written down, and when the present one began. */
typedef struct {
    uint64_t began_us;
    studio_layer_time *layers;
    uint32_t count;
    uint32_t began;
} studio_layer_clock;

/* From here to studio_layers_end each layer's part is written to `layers`, which holds `count`. */
void studio_layers_begin(studio_layer_clock *clock, studio_layer_time *layers, uint32_t count);
void studio_layers_end(void);

/* What is being written to now; null while nobody asked for times, so that the hook costs three instructions then. */
extern studio_layer_clock *studio_layers_running;

/* Layer `index` of the model has ended; does nothing outside of the two above. */
void studio_layer_done(uint32_t index);

#ifndef STUDIO_LAYER_DONE
#define STUDIO_LAYER_DONE(index) studio_layer_done(index)
#endif

#endif
