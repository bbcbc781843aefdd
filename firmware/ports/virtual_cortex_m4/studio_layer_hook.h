/* Marks the end of each layer, so that the virtual board can tell how many instructions it took. */
#ifndef STUDIO_LAYER_HOOK_H
#define STUDIO_LAYER_HOOK_H

#include <stdint.h>

#include "virtual_chip.h"

#define STUDIO_LAYER_DONE(index)                                                              \
    do {                                                                                      \
        *(volatile int32_t *)(STUDIO_CHIP_BASE + CHIP_LAYER) = (int32_t)(index);              \
        if (studio_layers_running) {                                                          \
            studio_layer_done(index);                                                         \
        }                                                                                     \
    } while (0)

#include "studio_layers.h"

#endif
