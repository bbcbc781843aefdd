/* A Cortex-M4 as qemu-system-arm -M mps2-an386 has it: reset, and output through Arm's semihosting. */
#include "machine.h"

#define COPROCESSOR_ACCESS (*(volatile uint32_t *)0xE000ED88u) /* CPACR, ARMv7-M architecture manual B3.2.20 */
#define STACK_PAINT 0xC5C5C5C5u

enum { SYS_WRITEC = 0x03, SYS_EXIT = 0x18 };
#define STOPPED_BY_APPLICATION 0x20026u

extern uint32_t machine_stack_bottom[], machine_stack_top[];
void machine_reset(void);

__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*handlers[15])(void);
} machine_vectors = {machine_stack_top, {machine_reset, machine_stop, machine_stop, machine_stop, machine_stop}};

static void machine_call(uint32_t operation, uint32_t argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uint32_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

void machine_put(char character)
{
    machine_call(SYS_WRITEC, (uint32_t)(uintptr_t)&character);
}

void machine_stop(void)
{
    machine_call(SYS_EXIT, STOPPED_BY_APPLICATION);
    for (;;) {
    }
}

uint32_t machine_stack_bytes(void)
{
    const volatile uint32_t *word = machine_stack_bottom;
    while (word < machine_stack_top && *word == STACK_PAINT) {
        word++;
    }
    return (uint32_t)((uintptr_t)machine_stack_top - (uintptr_t)word);
}

void machine_reset(void)
{
    volatile uint32_t *word;
    const volatile uint32_t *here = (const volatile uint32_t *)__builtin_frame_address(0) - 16;
    COPROCESSOR_ACCESS |= 0xFu << 20;
    for (word = machine_stack_bottom; word < here; word++) {
        *word = STACK_PAINT;
    }
    main();
    machine_stop();
}
