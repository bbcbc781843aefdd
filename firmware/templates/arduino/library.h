/* @TITLE@: everything that a sketch needs. */
#ifndef @GUARD@_H
#define @GUARD@_H

#include "studio_arduino.h"

#define STUDIO_BOARD_NAME "@BOARD@"
#define STUDIO_BAUD 115200ul

#endif
