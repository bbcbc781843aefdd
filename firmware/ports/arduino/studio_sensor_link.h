/* No sensor on this board: the studio sends the inputs over the serial port. */
#ifndef STUDIO_SENSOR_LINK_H
#define STUDIO_SENSOR_LINK_H

#include "studio_arduino.h"

extern "C" int32_t studio_read_sensor(int8_t *input)
{
    (void)input;
    return STUDIO_SENSOR_NONE;
}

#endif
