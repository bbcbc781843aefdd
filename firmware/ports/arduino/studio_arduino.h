/* Any board with an Arduino core: studio_port.h on top of a Stream. */
#ifndef STUDIO_ARDUINO_H
#define STUDIO_ARDUINO_H

#include <Arduino.h>

extern "C" {
#include "studio_app.h"
#include "studio_port.h"
#include "studio_sensor.h"
}

/* Call it in setup(), after Serial.begin and before studio_app_init. `board` must live on. */
void studio_arduino_begin(Stream &stream, const char *board);

#endif
