/* An ATmega2560 as simavr has it: output through the first serial port; sleeping without interrupts ends it. */
#include "machine.h"

#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#define STACK_PAINT 0xC5

extern uint8_t _end[]; /* of all variables: what follows is the stack's */
void machine_paint(void) __attribute__((naked, used, section(".init3")));

void machine_paint(void)
{
    uint8_t *byte;
    for (byte = _end; byte < (uint8_t *)RAMEND - 16; byte++) {
        *byte = STACK_PAINT;
    }
}

void machine_put(char character)
{
    UCSR0B = 1 << TXEN0;
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = (uint8_t)character;
}

void machine_stop(void)
{
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    cli();
    sleep_mode();
    for (;;) {
    }
}

uint32_t machine_stack_bytes(void)
{
    const uint8_t *byte = _end;
    while (byte < (const uint8_t *)RAMEND && *byte == STACK_PAINT) {
        byte++;
    }
    return (uint32_t)(RAMEND + 1u - (uint16_t)(uintptr_t)byte);
}
