/* What a bare machine gives a test program: characters out, an end, and constants that may lie in flash. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

#ifdef __AVR__
#include <avr/pgmspace.h>
#define MACHINE_CONSTANT PROGMEM
#define MACHINE_READ(address) ((int8_t)pgm_read_byte_far(address))
#define MACHINE_ADDRESS(array) pgm_get_far_address(array)
typedef uint_farptr_t machine_address;
#else
#define MACHINE_CONSTANT
#define MACHINE_READ(address) (*(address))
#define MACHINE_ADDRESS(array) (array)
typedef const int8_t *machine_address;
#endif

void machine_put(char character);
void machine_stop(void);

/* The deepest that the stack has been so far, in bytes. */
uint32_t machine_stack_bytes(void);

int main(void);

#endif
