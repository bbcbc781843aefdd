/* The virtual Cortex-M boards: studio_port.h in terms of its registers, and main. */
#include "studio_app.h"
#include "studio_port.h"
#include "virtual_chip.h"

#ifndef STUDIO_VIRTUAL_BOARD
#define STUDIO_VIRTUAL_BOARD "Virtual Cortex-M4"
#endif

#define REGISTER(offset) (*(volatile uint32_t *)(STUDIO_CHIP_BASE + (offset)))

/* Global names, so that the sizes of the model's and the link's memory can be read from the linked image. */
studio_memory studio_model_memory;
studio_app studio_link_memory;

int studio_getc(void)
{
    return (int)REGISTER(CHIP_UART_DATA);
}

void studio_putc(uint8_t byte)
{
    REGISTER(CHIP_UART_DATA) = byte;
}

uint32_t studio_tx_free(void)
{
    return REGISTER(CHIP_UART_TX_FREE);
}

uint64_t studio_time_us(void)
{
    const uint32_t low = REGISTER(CHIP_TIME_LOW);
    return ((uint64_t)REGISTER(CHIP_TIME_HIGH) << 32) | low;
}

uint32_t studio_instructions(void)
{
    return REGISTER(CHIP_INSTRUCTIONS);
}

uint32_t studio_clock_hz(void)
{
    return REGISTER(CHIP_CLOCK_HZ);
}

void studio_idle_until(uint64_t time_us)
{
    REGISTER(CHIP_IDLE_LOW) = (uint32_t)(time_us & 0xFFFFFFFFu);
    REGISTER(CHIP_IDLE_HIGH) = (uint32_t)(time_us >> 32);
}

int32_t studio_read_sensor(int8_t *input)
{
    REGISTER(CHIP_SENSOR_DATA) = (uint32_t)(uintptr_t)input;
    return (int32_t)REGISTER(CHIP_SENSOR_SAMPLE);
}

const char *studio_board_name(void)
{
    return STUDIO_VIRTUAL_BOARD;
}

void studio_inference_begins(void)
{
    REGISTER(CHIP_LAYER) = 0xFFFFFFFFu;
}

int main(void)
{
    studio_app_init(&studio_link_memory, &studio_model_memory);
    for (;;) {
        studio_app_step(&studio_link_memory);
    }
}
