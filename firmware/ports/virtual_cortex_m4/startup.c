/* From reset to main: vector table, floating-point unit, variables, and paint on the stack to see how deep it gets. */
#include <stdint.h>

#include "virtual_chip.h"

#define STACK_PAINT 0xC5C5C5C5u
#define COPROCESSOR_ACCESS (*(volatile uint32_t *)0xE000ED88u) /* CPACR, ARMv7-M architecture manual B3.2.20 */

extern uint32_t studio_stack_bottom[], studio_stack_top[];
extern uint32_t studio_data_begin[], studio_data_end[], studio_data_load[];
extern uint32_t studio_bss_begin[], studio_bss_end[];

int main(void);
void studio_reset(void);
void studio_fault(void);
uint32_t studio_stack_bytes(void);

typedef void (*studio_handler)(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    studio_handler handlers[15];
} studio_vectors = {
    studio_stack_top,
    {studio_reset, studio_fault, studio_fault, studio_fault, studio_fault, studio_fault, 0, 0, 0, 0, studio_fault,
     studio_fault, 0, studio_fault, studio_fault},
};

void studio_fault(void)
{
    for (;;) {
        *(volatile uint32_t *)(STUDIO_CHIP_BASE + CHIP_FAULT) = 1;
    }
}

void studio_reset(void)
{
    volatile uint32_t *word;
    const uint32_t *load = studio_data_load;
    const volatile uint32_t *here = (const volatile uint32_t *)__builtin_frame_address(0) - 16;
#ifdef __ARM_FP
    COPROCESSOR_ACCESS |= 0xFu << 20;
#endif
    for (word = studio_stack_bottom; word < here; word++) {
        *word = STACK_PAINT;
    }
    for (word = studio_data_begin; word < studio_data_end; word++) {
        *word = *load++;
    }
    for (word = studio_bss_begin; word < studio_bss_end; word++) {
        *word = 0;
    }
    main();
    studio_fault();
}

/* Counts from the bottom up to the first word that lost its paint. */
uint32_t studio_stack_bytes(void)
{
    const volatile uint32_t *word = studio_stack_bottom;
    while (word < studio_stack_top && *word == STACK_PAINT) {
        word++;
    }
    return (uint32_t)((const volatile uint8_t *)studio_stack_top - (const volatile uint8_t *)word);
}
