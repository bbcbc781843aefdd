/* What surrounds the processor of the virtual Cortex-M boards: counters, UART, clock and sensor, compiled for this computer.
 *
 * It is C because the emulator calls it at every basic block, millions of times a second. It knows nothing of the emulator but the
 * signatures of its callbacks. The registers are those of firmware/ports/virtual_cortex_m4/virtual_chip.h.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "virtual_chip.h"

#ifdef _WIN32
#define CHIP_API __declspec(dllexport)
#else
#define CHIP_API
#endif

enum {
    RECEIVE_RING = 1 << 16,
    SEND_RING = 1 << 16,
    SEND_AT_ONCE = 2048, /* bytes that wait to be sent before a busy program is interrupted for them */
    LAYER_LIMIT = 1024,
    REFILL = 2, /* cycles to refill the pipeline after a taken branch: 1 to 3 in the manual */
    REFILL_M0PLUS = 1
};

enum chip_core {
    CHIP_CORTEX_M4 = 0,
    CHIP_CORTEX_M0PLUS = 1
};

typedef struct {
    uint32_t bytes;
    uint32_t instructions;
    uint32_t cycles;
} block_cost;

typedef struct {
    uint64_t instructions;
    uint64_t cycles;
} counters;

typedef struct {
    uint32_t flash_base, flash_bytes, ram_base, ram_bytes;
    uint32_t core;
    const uint8_t *flash;
    uint8_t *ram;
    block_cost *costs; /* one per halfword of flash */
    uint64_t next_address;
    counters now;
    uint32_t clock_hz;
    uint64_t idle_us; /* time that passed without instructions */
    uint32_t time_high;
    uint32_t idle_low;
    uint64_t idle_until_us;
    void (*idle)(void);
    void (*fault)(uint32_t reason);
    const int8_t *samples;
    uint32_t sample_count, sample_bytes, sample_next;
    int32_t sample;
    counters read, span; /* at the last reading of the instruction counter, and between the last two */
    counters layer_began, layers[LAYER_LIMIT];
    uint32_t layer_count;
    uint8_t received[RECEIVE_RING], sent[SEND_RING];
    uint32_t received_head, received_tail, sent_head, sent_tail; /* free running; the ring index is the low part */
} chip;

static uint32_t half(const chip *c, uint32_t offset)
{
    return offset + 1 < c->flash_bytes ? (uint32_t)c->flash[offset] | ((uint32_t)c->flash[offset + 1] << 8) : 0;
}

static uint32_t bits_set(uint32_t value)
{
    uint32_t count = 0;
    for (; value; value &= value - 1) {
        count++;
    }
    return count;
}

/* Cycles after the table of the Cortex-M4 Technical Reference Manual (ARM DDI 0439, "Cortex-M4 instructions"), with zero-wait
 * memory. `*after_load` says that the instruction before was a load or store, whose address and data phases overlap. */
static uint32_t cycles16(uint32_t op, int *after_load)
{
    const int was = *after_load;
    const int single = (op >> 11) == 0x09 || (op >> 12) == 0x5 || (op >> 13) == 0x3 || (op >> 12) == 0x8 || (op >> 12) == 0x9;
    *after_load = single;
    if (single) {
        const int is_load = (op >> 11) == 0x09 || ((op >> 12) == 0x5 ? ((op >> 9) & 7u) >= 3u : ((op >> 11) & 1u) != 0);
        return is_load && !was ? 2u : 1u;
    }
    if ((op & 0xF600u) == 0xB400u) { /* PUSH, POP */
        return 1u + bits_set(op & 0x1FFu);
    }
    if ((op >> 12) == 0xC) { /* LDM, STM */
        return 1u + bits_set(op & 0xFFu);
    }
    return 1u;
}

static uint32_t cycles32(uint32_t first, uint32_t second, int *after_load)
{
    const int was = *after_load;
    *after_load = 0;
    if ((first & 0xFE40u) == 0xE800u) { /* LDM, STM */
        return 1u + bits_set(second);
    }
    if ((first & 0xFE40u) == 0xE840u) { /* LDRD, STRD; TBB and TBH take two before the refill */
        return (first & 0xFFF0u) == 0xE8D0u && (second & 0xFFE0u) == 0xF000u ? 2u : 3u;
    }
    if ((first & 0xFE00u) == 0xF800u) { /* single load and store */
        *after_load = 1;
        return (first & 0x10u) && !was ? 2u : 1u;
    }
    if ((first & 0xFFD0u) == 0xFB90u && (second & 0xF0u) == 0xF0u) { /* SDIV, UDIV: 2 to 12, by the operands */
        return 7u;
    }
    if ((first & 0xEF00u) == 0xEE00u && (second & 0x0E10u) == 0x0A00u) { /* floating-point arithmetic */
        const uint32_t kind = first & 0xB0u;
        if (kind == 0x80u || (kind == 0xB0u && (first & 0xFu) == 1u && (second & 0xC0u) == 0xC0u)) {
            return 14u; /* VDIV, VSQRT */
        }
        return kind == 0x00u || kind == 0x10u || kind == 0xA0u || kind == 0x90u ? 3u : 1u; /* multiply and add */
    }
    if ((first & 0xEE00u) == 0xEC00u && (second & 0x0E00u) == 0x0A00u) { /* floating-point load and store */
        return (first & 0x0120u) == 0x0100u ? 2u : 1u + (second & 0xFFu);
    }
    return 1u;
}

/* Cycles after the table of the Cortex-M0+ Technical Reference Manual (ARM DDI 0484, "Instruction set summary"), with
 * zero-wait memory and the single-cycle multiplier; branches get REFILL_M0PLUS where they are taken. */
static uint32_t cycles_m0plus(uint32_t op, uint32_t second)
{
    if ((op >> 11) >= 0x1D) { /* BL, MSR, MRS, barriers */
        return (op & 0xF800u) == 0xF000u && (second & 0xD000u) == 0xD000u ? 2u : 3u;
    }
    if ((op >> 11) == 0x09 || (op >> 12) == 0x5 || (op >> 13) == 0x3 || (op >> 12) == 0x8 || (op >> 12) == 0x9) {
        return 2u; /* single load and store */
    }
    if ((op & 0xF600u) == 0xB400u) { /* PUSH, POP */
        return ((op & 0xFF00u) == 0xBD00u ? 1u : 0u) + 1u + bits_set(op & 0x1FFu);
    }
    if ((op >> 12) == 0xC) { /* LDM, STM */
        return 1u + bits_set(op & 0xFFu);
    }
    return 1u;
}

/* Whether ARMv6-M has an instruction (ARM DDI 0419, A5): the emulator itself runs all of Thumb-2 on any core. */
static int is_known_m0plus(uint32_t op, uint32_t second)
{
    if ((op >> 11) < 0x1D) { /* all 16-bit ones but CBZ, CBNZ and IT */
        return (op & 0xF500u) != 0xB100u && !((op & 0xFF00u) == 0xBF00u && (op & 0xFu));
    }
    return ((op & 0xF800u) == 0xF000u && (second & 0xD000u) == 0xD000u) || (op & 0xFFE0u) == 0xF380u || op == 0xF3EFu ||
           op == 0xF3BFu;
}

static uint32_t cycles_m4(const chip *c, uint32_t op, uint32_t at, int *after_load)
{
    return (op >> 11) >= 0x1D ? cycles32(op, half(c, at + 2), after_load) : cycles16(op, after_load);
}

static void measure(chip *c, block_cost *cost, uint32_t offset, uint32_t bytes)
{
    uint32_t at = offset;
    int after_load = 0;
    cost->bytes = bytes;
    cost->instructions = 0;
    cost->cycles = 0;
    while (at < offset + bytes) {
        const uint32_t op = half(c, at);
        const int wide = (op >> 11) >= 0x1D;
        cost->cycles += c->core == CHIP_CORTEX_M0PLUS ? cycles_m0plus(op, half(c, at + 2)) : cycles_m4(c, op, at, &after_load);
        if (c->core == CHIP_CORTEX_M0PLUS && !is_known_m0plus(op, half(c, at + 2))) {
            c->fault(3);
        }
        cost->instructions++;
        at += wide ? 4 : 2;
    }
}

/* The emulator's basic-block callback. */
CHIP_API void chip_block(void *engine, uint64_t address, uint32_t bytes, void *user)
{
    chip *c = user;
    const uint32_t offset = (uint32_t)address - c->flash_base;
    block_cost *cost;
    (void)engine;
    if (offset >= c->flash_bytes) {
        return;
    }
    cost = &c->costs[offset / 2];
    if (cost->bytes != bytes) {
        measure(c, cost, offset, bytes);
    }
    c->now.instructions += cost->instructions;
    c->now.cycles += cost->cycles + (address == c->next_address                ? 0
                                    : c->core == CHIP_CORTEX_M0PLUS ? REFILL_M0PLUS
                                                                    : REFILL);
    c->next_address = address + bytes;
}

CHIP_API uint64_t chip_time_us(const chip *c)
{
    const uint64_t seconds = c->now.cycles / c->clock_hz;
    return c->idle_us + seconds * 1000000u + (c->now.cycles % c->clock_hz) * 1000000u / c->clock_hz;
}

static uint64_t next_byte(chip *c)
{
    return c->received_head == c->received_tail ? 0xFFFFFFFFu : c->received[c->received_tail++ % RECEIVE_RING];
}

static void fetch_sample(chip *c, uint32_t address)
{
    const uint32_t offset = address - c->ram_base;
    if (c->sample_count == 0) {
        c->sample = -2;
    } else if (offset > c->ram_bytes || c->sample_bytes > c->ram_bytes - offset) {
        c->fault(2);
    } else {
        memcpy(c->ram + offset, c->samples + (size_t)c->sample_next * c->sample_bytes, c->sample_bytes);
        c->sample = (int32_t)c->sample_next;
        c->sample_next = (c->sample_next + 1) % c->sample_count;
    }
}

static counters since(const counters *then, const counters *now)
{
    counters span;
    span.instructions = now->instructions - then->instructions;
    span.cycles = now->cycles - then->cycles;
    return span;
}

static void mark_layer(chip *c, uint32_t index)
{
    if (index == 0xFFFFFFFFu) {
        c->layer_began = c->now;
        c->layer_count = 0;
    } else if (index < LAYER_LIMIT && c->layer_count < LAYER_LIMIT) {
        c->layers[c->layer_count++] = since(&c->layer_began, &c->now);
        c->layer_began = c->now;
    }
}

/* The emulator's callbacks for the registers. */
CHIP_API uint64_t chip_read(void *engine, uint64_t offset, unsigned bytes, void *user)
{
    chip *c = user;
    uint64_t time_us;
    (void)engine;
    (void)bytes;
    switch (offset) {
    case CHIP_UART_DATA:
        return next_byte(c);
    case CHIP_UART_TX_FREE:
        return SEND_RING - (c->sent_head - c->sent_tail);
    case CHIP_TIME_LOW:
        time_us = chip_time_us(c);
        c->time_high = (uint32_t)(time_us >> 32);
        return time_us & 0xFFFFFFFFu;
    case CHIP_TIME_HIGH:
        return c->time_high;
    case CHIP_INSTRUCTIONS:
        c->span = since(&c->read, &c->now);
        c->read = c->now;
        return c->now.instructions & 0xFFFFFFFFu;
    case CHIP_CLOCK_HZ:
        return c->clock_hz;
    case CHIP_SENSOR_SAMPLE:
        return (uint32_t)c->sample;
    default:
        return 0;
    }
}

CHIP_API void chip_write(void *engine, uint64_t offset, unsigned bytes, uint64_t value, void *user)
{
    chip *c = user;
    (void)engine;
    (void)bytes;
    switch (offset) {
    case CHIP_UART_DATA:
        if (c->sent_head - c->sent_tail < SEND_RING) {
            c->sent[c->sent_head++ % SEND_RING] = (uint8_t)value;
        }
        break;
    case CHIP_IDLE_LOW:
        c->idle_low = (uint32_t)value;
        break;
    case CHIP_IDLE_HIGH:
        c->idle_until_us = (value << 32) | c->idle_low;
        if (c->received_head == c->received_tail || c->sent_head - c->sent_tail >= SEND_AT_ONCE) {
            c->idle();
        }
        break;
    case CHIP_SENSOR_DATA:
        fetch_sample(c, (uint32_t)value);
        break;
    case CHIP_LAYER:
        mark_layer(c, (uint32_t)value);
        break;
    case CHIP_FAULT:
        c->fault((uint32_t)value);
        break;
    default:
        break;
    }
}

CHIP_API void chip_close(chip *c)
{
    if (c) {
        free(c->costs);
        free(c);
    }
}

/* The memories and samples stay the caller's and must outlive the chip; NULL when there is no memory left. */
CHIP_API chip *chip_open(const uint8_t *flash, uint32_t flash_base, uint32_t flash_bytes, uint8_t *ram, uint32_t ram_base,
                         uint32_t ram_bytes, uint32_t core, uint32_t clock_hz, void (*idle)(void), void (*fault)(uint32_t))
{
    chip *c = calloc(1, sizeof *c);
    if (!c) {
        return NULL;
    }
    c->costs = calloc(flash_bytes / 2, sizeof *c->costs);
    if (!c->costs) {
        free(c);
        return NULL;
    }
    c->flash = flash;
    c->flash_base = flash_base;
    c->flash_bytes = flash_bytes;
    c->ram = ram;
    c->ram_base = ram_base;
    c->ram_bytes = ram_bytes;
    c->core = core;
    c->clock_hz = clock_hz;
    c->idle = idle;
    c->fault = fault;
    c->sample = -2;
    return c;
}

CHIP_API void chip_connect_sensor(chip *c, const int8_t *samples, uint32_t count, uint32_t bytes)
{
    c->samples = samples;
    c->sample_count = count;
    c->sample_bytes = bytes;
    c->sample_next = 0;
}

/* Puts bytes on the UART's receiving side; how many had room. */
CHIP_API uint32_t chip_receive(chip *c, const uint8_t *bytes, uint32_t count)
{
    uint32_t i;
    for (i = 0; i < count && c->received_head - c->received_tail < RECEIVE_RING; i++) {
        c->received[c->received_head++ % RECEIVE_RING] = bytes[i];
    }
    return i;
}

CHIP_API uint32_t chip_receive_room(const chip *c)
{
    return RECEIVE_RING - (c->received_head - c->received_tail);
}

/* Received bytes that the program has not read yet. */
CHIP_API uint32_t chip_unread(const chip *c)
{
    return c->received_head - c->received_tail;
}

/* Copies what was sent without taking it; chip_sent_done takes the part that really went out. */
CHIP_API uint32_t chip_sent(const chip *c, uint8_t *bytes, uint32_t room)
{
    uint32_t i;
    for (i = 0; i < room && c->sent_tail + i != c->sent_head; i++) {
        bytes[i] = c->sent[(c->sent_tail + i) % SEND_RING];
    }
    return i;
}

CHIP_API void chip_sent_done(chip *c, uint32_t count)
{
    const uint32_t waiting = c->sent_head - c->sent_tail;
    c->sent_tail += count < waiting ? count : waiting;
}

CHIP_API uint64_t chip_idle_until_us(const chip *c)
{
    return c->idle_until_us;
}

CHIP_API void chip_rest_until(chip *c, uint64_t time_us)
{
    const uint64_t now_us = chip_time_us(c);
    if (time_us > now_us) {
        c->idle_us += time_us - now_us;
    }
}

/* Instructions and cycles since reset, ... */
CHIP_API void chip_total(const chip *c, uint64_t counts[2])
{
    counts[0] = c->now.instructions;
    counts[1] = c->now.cycles;
}

/* ... between the last two readings of the instruction counter, which is around the last inference, ... */
CHIP_API void chip_span(const chip *c, uint64_t counts[2])
{
    counts[0] = c->span.instructions;
    counts[1] = c->span.cycles;
}

/* ... and for layer `index` of that inference; returns how many layers there were. */
CHIP_API uint32_t chip_layer(const chip *c, uint32_t index, uint64_t counts[2])
{
    if (index < c->layer_count) {
        counts[0] = c->layers[index].instructions;
        counts[1] = c->layers[index].cycles;
    }
    return c->layer_count;
}
