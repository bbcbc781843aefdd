/* ESP32 boards under ESP-IDF: studio_port.h over the console, and the task that runs it. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "esp_timer.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"
#include "sdkconfig.h"

#include "studio_app.h"
#include "studio_port.h"
#include "studio_board.h"

static studio_memory memory;
static studio_app app;

int studio_getc(void)
{
    uint8_t byte;
    return read(fileno(stdin), &byte, 1) == 1 ? byte : -1;
}

void studio_putc(uint8_t byte)
{
    while (write(fileno(stdout), &byte, 1) != 1) {
        vTaskDelay(1);
    }
}

uint32_t studio_tx_free(void)
{
    return UINT32_MAX;
}

uint64_t studio_time_us(void)
{
    return (uint64_t)esp_timer_get_time();
}

uint32_t studio_instructions(void)
{
    return 0;
}

uint32_t studio_clock_hz(void)
{
    return (uint32_t)CONFIG_ESP_DEFAULT_CPU_FREQ_MHZ * 1000000u;
}

void studio_idle_until(uint64_t time_us)
{
    if (time_us > studio_time_us() + 1000u * portTICK_PERIOD_MS) {
        vTaskDelay(1);
    }
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
    /* Frames are bytes: nothing may turn a newline into two, or wait for one. */
    setvbuf(stdin, NULL, _IONBF, 0);
    setvbuf(stdout, NULL, _IONBF, 0);
    fcntl(fileno(stdin), F_SETFL, O_NONBLOCK);
    studio_app_init(&app, &memory);
    for (;;) {
        studio_app_step(&app);
    }
}
