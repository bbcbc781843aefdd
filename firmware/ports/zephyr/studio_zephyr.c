/* Boards under Zephyr: studio_port.h over the console's UART. */
#include <zephyr/device.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>

#include "studio_app.h"
#include "studio_port.h"
#include "studio_board.h"

static const struct device *const line = DEVICE_DT_GET(DT_CHOSEN(zephyr_console));
static studio_memory memory;
static studio_app app;

int studio_getc(void)
{
    unsigned char byte;
    return uart_poll_in(line, &byte) == 0 ? byte : -1;
}

void studio_putc(uint8_t byte)
{
    uart_poll_out(line, byte);
}

uint32_t studio_tx_free(void)
{
    return UINT32_MAX;
}

uint64_t studio_time_us(void)
{
    return k_ticks_to_us_floor64((uint64_t)k_uptime_ticks());
}

uint32_t studio_instructions(void)
{
    return 0;
}

uint32_t studio_clock_hz(void)
{
    return (uint32_t)sys_clock_hw_cycles_per_sec();
}

void studio_idle_until(uint64_t time_us)
{
    (void)time_us; /* the line is polled, so nothing may sleep for long */
    k_yield();
}

const char *studio_board_name(void)
{
    return STUDIO_BOARD_NAME;
}

uint32_t studio_stack_bytes(void)
{
    return 0;
}

void studio_inference_begins(void)
{
}

void studio_run(void)
{
    studio_app_init(&app, &memory);
    for (;;) {
        studio_app_step(&app);
    }
}
