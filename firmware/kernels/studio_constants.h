/* Where a board keeps its constants: an AVR reads flash by instructions of its own, all others like any memory. */
#ifndef STUDIO_CONSTANTS_H
#define STUDIO_CONSTANTS_H

#include <stdint.h>

/* STUDIO_CONSTANT stands behind the name of a constant that is only read through the functions below.
   STUDIO_PARAMETERS gives a kernel its struct of parameters; on an AVR a copy on the stack of the caller. */

#ifdef __AVR__
#include <avr/pgmspace.h>

#define STUDIO_CONSTANT PROGMEM
#define STUDIO_PARAMETERS(type, name) ((const type *)memcpy_P(&(type){0}, &(name), sizeof(type)))

static inline int8_t studio_load_int8(const int8_t *address)
{
    return (int8_t)pgm_read_byte(address);
}

static inline uint8_t studio_load_uint8(const uint8_t *address)
{
    return pgm_read_byte(address);
}

static inline uint16_t studio_load_uint16(const uint16_t *address)
{
    return pgm_read_word(address);
}

static inline int32_t studio_load_int32(const int32_t *address)
{
    return (int32_t)pgm_read_dword(address);
}

static inline uint32_t studio_load_uint32(const uint32_t *address)
{
    return pgm_read_dword(address);
}

static inline float studio_load_float(const float *address)
{
    return pgm_read_float(address);
}

#else

#define STUDIO_CONSTANT
#define STUDIO_PARAMETERS(type, name) (&(name))

static inline int8_t studio_load_int8(const int8_t *address)
{
    return *address;
}

static inline uint8_t studio_load_uint8(const uint8_t *address)
{
    return *address;
}

static inline uint16_t studio_load_uint16(const uint16_t *address)
{
    return *address;
}

static inline int32_t studio_load_int32(const int32_t *address)
{
    return *address;
}

static inline uint32_t studio_load_uint32(const uint32_t *address)
{
    return *address;
}

static inline float studio_load_float(const float *address)
{
    return *address;
}

#endif

#endif
