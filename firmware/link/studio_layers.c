/* The times of single layers: what studio_layers.h promises. */
#include "studio_layers.h"

#include "studio_port.h"

studio_layer_clock *studio_layers_running;

void studio_layers_begin(studio_layer_clock *clock, studio_layer_time *layers, uint32_t count)
{
    uint32_t i;
    for (i = 0; i < count; i++) {
        layers[i].time_us = 0;
        layers[i].instructions = 0;
    }
    clock->layers = layers;
    clock->count = count;
    clock->began_us = studio_time_us();
    clock->began = studio_instructions();
    studio_layers_running = clock;
}

void studio_layers_end(void)
{
    studio_layers_running = 0;
}

void studio_layer_done(uint32_t index)
{
    studio_layer_time *layer;
    uint64_t now_us;
    uint32_t now;
    if (!studio_layers_running || index >= studio_layers_running->count) {
        return;
    }
    layer = &studio_layers_running->layers[index];
    now_us = studio_time_us();
    now = studio_instructions();
    layer->time_us = (uint32_t)(now_us - studio_layers_running->began_us);
    layer->instructions = now - studio_layers_running->began;
    studio_layers_running->began_us = studio_time_us(); /* anew, so that writing down is in no layer */
    studio_layers_running->began = studio_instructions();
}
