/* The registers of the virtual Cortex-M boards; studio/device/virtual_chip.c is the other side of them. */
#ifndef STUDIO_VIRTUAL_CHIP_H
#define STUDIO_VIRTUAL_CHIP_H

#define STUDIO_CHIP_BASE 0x40000000u

enum studio_chip_register {
    CHIP_UART_DATA = 0x00,    /* write: send a byte. read: the next byte, or 0xFFFFFFFF */
    CHIP_UART_TX_FREE = 0x04, /* bytes that can be sent without loss */
    CHIP_TIME_LOW = 0x08,     /* microseconds since reset; reading it latches CHIP_TIME_HIGH */
    CHIP_TIME_HIGH = 0x0C,
    CHIP_INSTRUCTIONS = 0x10, /* instructions since reset, low 32 bits */
    CHIP_CLOCK_HZ = 0x14,
    CHIP_IDLE_LOW = 0x18,     /* microsecond to rest until ... */
    CHIP_IDLE_HIGH = 0x1C,    /* ... writing this half begins the rest; a byte on the UART ends it early */
    CHIP_SENSOR_DATA = 0x20,  /* write: an address in RAM, where the next sample is put */
    CHIP_SENSOR_SAMPLE = 0x24, /* the number of that sample; -2 when no sensor is connected */
    CHIP_LAYER = 0x28,        /* write: this layer is done; -1: the first layer begins */
    CHIP_FAULT = 0x2C         /* write: the program gave up; the number says why */
};

#endif
