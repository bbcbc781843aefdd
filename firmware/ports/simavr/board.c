/* A bare ATmega2560 or ATmega328P: studio_port.h on UART 0 and timer 1, and main. The virtual AVR boards run it. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <util/atomic.h>

#include "studio_app.h"
#include "studio_port.h"

#ifndef F_CPU
#define F_CPU 16000000UL
#endif
#define BAUD_DIVIDER 16u  /* 117,647 baud at 16 MHz and double speed: what Arduino cores call 115,200 */
#define TICK_US 4u        /* timer 1 at 1/64 of 16 MHz */
#define STACK_PAINT 0xC5u

/* What GPIOR0 says of the sensor; GPIOR1 then gives the sample's number, four bytes, and its bytes one by one. */
enum sensor_state {
    SENSOR_WANTED = 1,
    SENSOR_READY = 2,
    SENSOR_WORKS = 3
};

static studio_memory memory;
static studio_app app;
static volatile uint32_t rounds; /* of timer 1, 65,536 ticks each */

extern uint8_t _end[]; /* of all variables: what follows is the stack's */
void studio_paint(void) __attribute__((naked, used, section(".init3")));

void studio_paint(void)
{
    uint8_t *byte;
    for (byte = _end; byte < (uint8_t *)RAMEND - 16; byte++) {
        *byte = STACK_PAINT;
    }
}

ISR(TIMER1_OVF_vect)
{
    rounds++;
}

int studio_getc(void)
{
    return UCSR0A & (1 << RXC0) ? (int)UDR0 : -1;
}

void studio_putc(uint8_t byte)
{
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = byte;
}

uint32_t studio_tx_free(void)
{
    return UINT32_MAX; /* studio_putc waits */
}

uint64_t studio_time_us(void)
{
    uint32_t full;
    uint16_t ticks;
    ATOMIC_BLOCK(ATOMIC_RESTORESTATE)
    {
        full = rounds;
        ticks = TCNT1;
        if ((TIFR1 & (1 << TOV1)) && ticks < 0x8000u) {
            full++; /* it went round just now, and the interrupt waits */
        }
    }
    return (((uint64_t)full << 16) | ticks) * TICK_US;
}

uint32_t studio_instructions(void)
{
    return 0;
}

uint32_t studio_clock_hz(void)
{
    return F_CPU;
}

void studio_idle_until(uint64_t time_us)
{
    (void)time_us;
}

/* The sensor that harness.c puts at two general purpose registers; a chip without it reads back what was written. */
int32_t studio_read_sensor(int8_t *input)
{
    uint32_t sample = 0;
    uint32_t i;
    GPIOR0 = SENSOR_WANTED;
    while (GPIOR0 == SENSOR_WORKS) {
    }
    if (GPIOR0 != SENSOR_READY) {
        return STUDIO_SENSOR_NONE;
    }
    for (i = 0; i < 4u; i++) {
        sample |= (uint32_t)GPIOR1 << (8u * i);
    }
    for (i = 0; i < STUDIO_INPUT_BYTES; i++) {
        input[i] = (int8_t)GPIOR1;
    }
    return (int32_t)sample;
}

const char *studio_board_name(void)
{
#ifdef __AVR_ATmega2560__
    return "Virtual ATmega2560";
#else
    return "Virtual ATmega328P";
#endif
}

uint32_t studio_stack_bytes(void)
{
    const uint8_t *byte = _end;
    while (byte < (const uint8_t *)RAMEND && *byte == STACK_PAINT) {
        byte++;
    }
    return (uint32_t)(RAMEND + 1u - (uint16_t)(uintptr_t)byte);
}

void studio_inference_begins(void)
{
}

int main(void)
{
    UBRR0 = BAUD_DIVIDER;
    UCSR0A = 1 << U2X0;
    UCSR0B = (1 << RXEN0) | (1 << TXEN0);
    TCCR1B = (1 << CS11) | (1 << CS10);
    TIMSK1 = 1 << TOIE1;
    sei();
    studio_app_init(&app, &memory);
    for (;;) {
        studio_app_step(&app);
    }
}
