/* The accelerometer of the Arduino Nano 33 BLE Sense: one window of x, y, z in g, in the order of its readings.
   Needs the library Arduino_LSM9DS1 (first revision) or, with STUDIO_IMU_REVISION 2 said before the include,
   Arduino_BMI270_BMM150. The model must have been trained on such windows, at the sensor's rate (about 100 Hz). */
#ifndef STUDIO_SENSOR_IMU_H
#define STUDIO_SENSOR_IMU_H

#include "studio_arduino.h"

#if defined(STUDIO_IMU_REVISION) && STUDIO_IMU_REVISION == 2
#include <Arduino_BMI270_BMM150.h>
#else
#include <Arduino_LSM9DS1.h>
#endif

extern "C" int32_t studio_read_sensor(int8_t *input)
{
    static bool begun = false;
    STUDIO_INPUT_TYPE *values = (STUDIO_INPUT_TYPE *)(void *)input;
    if (!begun) {
        if (!IMU.begin()) {
            return STUDIO_SENSOR_NONE;
        }
        begun = true;
    }
    for (uint32_t i = 0; i + 2 < STUDIO_INPUT_SIZE; i += 3) {
        float x, y, z;
        while (!IMU.accelerationAvailable()) {
        }
        IMU.readAcceleration(x, y, z);
        values[i] = studio_stored_input(x);
        values[i + 1] = studio_stored_input(y);
        values[i + 2] = studio_stored_input(z);
    }
    return STUDIO_SENSOR_UNKNOWN;
}

#endif
