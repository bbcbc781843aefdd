#include "studio_arduino.h"

static Stream *studio_stream;
static const char *studio_name = "Arduino";

#ifdef __AVR__
/* The stack is painted once; what is still painted later was never reached. */
#define STUDIO_PAINT 0xA5u
extern uint8_t _end;

static void paint_stack(void)
{
    uint8_t here;
    for (uint8_t *place = &_end; place < &here - 16; place++) {
        *place = STUDIO_PAINT;
    }
}
#endif

void studio_arduino_begin(Stream &stream, const char *board)
{
    studio_stream = &stream;
    studio_name = board;
#ifdef __AVR__
    paint_stack();
#endif
}

extern "C" {

int studio_getc(void)
{
    return studio_stream->read();
}

void studio_putc(uint8_t byte)
{
    studio_stream->write(byte);
}

uint32_t studio_tx_free(void)
{
    return UINT32_MAX; /* write() waits for room */
}

uint64_t studio_time_us(void)
{
    static uint32_t last_us;
    static uint32_t rounds; /* micros() begins anew after 71 minutes */
    const uint32_t now_us = micros();
    if (now_us < last_us) {
        rounds++;
    }
    last_us = now_us;
    return ((uint64_t)rounds << 32) | now_us;
}

uint32_t studio_instructions(void)
{
    return 0;
}

uint32_t studio_clock_hz(void)
{
#ifdef F_CPU
    return (uint32_t)F_CPU;
#else
    return 0;
#endif
}

void studio_idle_until(uint64_t time_us)
{
    (void)time_us;
    yield();
}

const char *studio_board_name(void)
{
    return studio_name;
}

uint32_t studio_stack_bytes(void)
{
#ifdef __AVR__
    const uint8_t *place = &_end;
    while (place < (const uint8_t *)RAMEND && *place == STUDIO_PAINT) {
        place++;
    }
    return (uint32_t)((const uint8_t *)RAMEND - place + 1);
#else
    return 0;
#endif
}

void studio_inference_begins(void)
{
}
}
