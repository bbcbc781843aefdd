/* For those who read a sensor into the model: real numbers as the model stores them. */
#ifndef STUDIO_SENSOR_H
#define STUDIO_SENSOR_H

#include "model.h"

/* round(real / SCALE) + ZERO_POINT, within what the type holds; a model that takes floats takes it as it is. */
static inline STUDIO_INPUT_TYPE studio_stored_input(float real)
{
    const int is_float = (STUDIO_INPUT_TYPE)0.5f > 0;
    const float most = sizeof(STUDIO_INPUT_TYPE) == 1 ? 127.0f : 32767.0f;
    float steps;
    if (is_float) {
        return (STUDIO_INPUT_TYPE)real;
    }
    steps = real / (float)(STUDIO_INPUT_SCALE) + (float)(STUDIO_INPUT_ZERO_POINT);
    steps += steps < 0.0f ? -0.5f : 0.5f; /* the cast below cuts towards zero */
    if (steps > most) {
        return (STUDIO_INPUT_TYPE)most;
    }
    if (steps < -most - 1.0f) {
        return (STUDIO_INPUT_TYPE)(-most - 1.0f);
    }
    return (STUDIO_INPUT_TYPE)steps;
}

#endif
