/* Linux, macOS and other systems with POSIX: studio_port.h over standard input and output. */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "studio_app.h"
#include "studio_port.h"

static studio_memory memory;
static studio_app app;
static int line_ended;

int studio_getc(void)
{
    struct pollfd line = {.fd = STDIN_FILENO, .events = POLLIN};
    uint8_t byte;
    if (line_ended || poll(&line, 1, 0) <= 0) {
        return -1;
    }
    if (read(STDIN_FILENO, &byte, 1) != 1) {
        line_ended = 1;
        return -1;
    }
    return byte;
}

void studio_putc(uint8_t byte)
{
    while (write(STDOUT_FILENO, &byte, 1) != 1) {
        struct pollfd line = {.fd = STDOUT_FILENO, .events = POLLOUT};
        if (poll(&line, 1, 1000) < 0) {
            return;
        }
    }
}

uint32_t studio_tx_free(void)
{
    return UINT32_MAX;
}

uint64_t studio_time_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint32_t studio_instructions(void)
{
    return 0;
}

uint32_t studio_clock_hz(void)
{
    return 0;
}

void studio_idle_until(uint64_t time_us)
{
    struct pollfd line = {.fd = STDIN_FILENO, .events = POLLIN};
    const uint64_t now_us = studio_time_us();
    const uint64_t left_ms = time_us > now_us ? (time_us - now_us) / 1000u : 0u;
    poll(&line, 1, left_ms > 1000u ? 1000 : (int)left_ms);
}

int32_t studio_read_sensor(int8_t *input)
{
    (void)input; /* yours to fill: see studio_sensor.h */
    return STUDIO_SENSOR_NONE;
}

const char *studio_board_name(void)
{
    return "POSIX";
}

uint32_t studio_stack_bytes(void)
{
    return 0;
}

void studio_inference_begins(void)
{
}

int main(void)
{
    studio_app_init(&app, &memory);
    while (!line_ended) {
        studio_app_step(&app);
    }
    return 0;
}
