/* Analog pins: one window of readings, 0 to 1 each, all pins in turn at every step.
   Say before the include what differs: STUDIO_ANALOG_PINS {A0}, STUDIO_ANALOG_CHANNELS 1, STUDIO_ANALOG_STEP_US 20000,
   STUDIO_ANALOG_MOST 1023 (a reading at full voltage). The model must have been trained on such windows. */
#ifndef STUDIO_SENSOR_ANALOG_H
#define STUDIO_SENSOR_ANALOG_H

#include "studio_arduino.h"

#ifndef STUDIO_ANALOG_PINS
#define STUDIO_ANALOG_PINS {A0}
#define STUDIO_ANALOG_CHANNELS 1
#endif
#ifndef STUDIO_ANALOG_STEP_US
#define STUDIO_ANALOG_STEP_US 20000ul
#endif
#ifndef STUDIO_ANALOG_MOST
#define STUDIO_ANALOG_MOST 1023.0f
#endif

extern "C" int32_t studio_read_sensor(int8_t *input)
{
    static const uint8_t pins[STUDIO_ANALOG_CHANNELS] = STUDIO_ANALOG_PINS;
    STUDIO_INPUT_TYPE *values = (STUDIO_INPUT_TYPE *)(void *)input;
    uint32_t due_us = micros();
    for (uint32_t i = 0; i < STUDIO_INPUT_SIZE; i++) {
        const uint32_t channel = i % STUDIO_ANALOG_CHANNELS;
        if (channel == 0) {
            while ((int32_t)(micros() - due_us) < 0) {
            }
            due_us += STUDIO_ANALOG_STEP_US;
        }
        values[i] = studio_stored_input((float)analogRead(pins[channel]) / STUDIO_ANALOG_MOST);
    }
    return STUDIO_SENSOR_UNKNOWN;
}

#endif
