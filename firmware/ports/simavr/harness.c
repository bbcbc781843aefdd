/* Runs an .elf on simavr in real time; its UART 0 is this program's standard input and output.
 *
 *     harness firmware.elf atmega2560 16000000 [samples.npy 128 12 1.0]
 *
 * With a file of samples it also has a sensor that gives one after the other, over and over. The numbers: where in the
 * file they begin, the bytes of each, and how many times longer than usual the sensor takes for one.
 *
 * Ends with its standard input. Compiled on first use by studio/device/virtual_avr.py; not part of any firmware.
 */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>

enum {
    LOOK_EVERY = 2000, /* instructions between two looks at the line and the clock */
    RING = 1 << 14,
    AHEAD_US = 1000,    /* sleeps when the board's clock is so far ahead */
    BEHIND_US = 200000 /* gives up catching up when it is so far behind */
};

/* The sensor's registers in the chip's memory, and what board.c reads from the first. */
enum {
    GPIOR0_AT = 0x3E,
    GPIOR1_AT = 0x4A,
    SENSOR_READY = 2,
    SENSOR_WORKS = 3
};

static struct {
    uint8_t *bytes; /* all samples; null without a sensor */
    size_t size, count, row, place;
    double slow;
    avr_cycle_count_t ready, interval;
} sensor;

static avr_irq_t *to_board;
static uint8_t in[RING], out[RING];
static unsigned in_head, in_tail, out_used;
static int may_send = 1;

static void send_some(void)
{
    while (may_send && in_tail != in_head) {
        avr_raise_irq(to_board, in[in_tail++ % RING]);
    }
}

static void on_xon(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    (void)irq, (void)value, (void)unused;
    may_send = 1;
    send_some();
}

static void on_xoff(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    (void)irq, (void)value, (void)unused;
    may_send = 0;
}

static void flush_out(void)
{
    unsigned done = 0;
    while (done < out_used) {
        const ssize_t sent = write(STDOUT_FILENO, out + done, out_used - done);
        if (sent <= 0) {
            exit(0);
        }
        done += (unsigned)sent;
    }
    out_used = 0;
}

static void on_byte(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    (void)irq, (void)unused;
    out[out_used++] = (uint8_t)value;
    if (out_used == RING) {
        flush_out();
    }
}

static void take_in(void)
{
    struct pollfd line = {.fd = STDIN_FILENO, .events = POLLIN};
    uint8_t bytes[4096];
    const unsigned room = RING - (in_head - in_tail);
    if (room == 0 || poll(&line, 1, 0) <= 0) {
        return;
    }
    const ssize_t count = read(STDIN_FILENO, bytes, room < sizeof bytes ? room : sizeof bytes);
    if (count <= 0) {
        exit(0);
    }
    for (ssize_t i = 0; i < count; i++) {
        in[in_head++ % RING] = bytes[i];
    }
    send_some();
}

static long long now_us(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (long long)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void on_sample_wanted(struct avr_t *avr, avr_io_addr_t at, uint8_t value, void *unused)
{
    const avr_cycle_count_t last = sensor.ready, gone = avr->cycle - last;
    avr_cycle_count_t slow_ready;
    (void)at, (void)value, (void)unused;
    if (last && gone > sensor.interval) {
        sensor.interval = gone;
    }
    slow_ready = last + (avr_cycle_count_t)((double)sensor.interval * sensor.slow);
    sensor.ready = sensor.slow > 1.0 && slow_ready > avr->cycle ? slow_ready : avr->cycle;
    sensor.row = (sensor.row + 1) % sensor.count;
    sensor.place = 0;
}

static uint8_t on_sensor_state(struct avr_t *avr, avr_io_addr_t at, void *unused)
{
    (void)at, (void)unused;
    return avr->cycle >= sensor.ready ? SENSOR_READY : SENSOR_WORKS;
}

static uint8_t on_sensor_byte(struct avr_t *avr, avr_io_addr_t at, void *unused)
{
    const size_t place = sensor.place++;
    (void)avr, (void)at, (void)unused;
    if (place < 4) {
        return (uint8_t)(sensor.row >> (8 * place));
    }
    return place - 4 < sensor.size ? sensor.bytes[sensor.row * sensor.size + place - 4] : 0;
}

static int open_sensor(avr_t *avr, char **words)
{
    FILE *file = fopen(words[0], "rb");
    const long begin = strtol(words[1], NULL, 10);
    long bytes;
    if (!file) {
        return 0;
    }
    fseek(file, 0, SEEK_END);
    bytes = ftell(file) - begin;
    fseek(file, begin, SEEK_SET);
    sensor.size = strtoul(words[2], NULL, 10);
    sensor.slow = strtod(words[3], NULL);
    sensor.count = sensor.size && bytes > 0 ? (size_t)bytes / sensor.size : 0;
    sensor.bytes = malloc(sensor.count * sensor.size + 1);
    if (!sensor.count || fread(sensor.bytes, sensor.size, sensor.count, file) != sensor.count) {
        fclose(file);
        return 0;
    }
    fclose(file);
    sensor.row = sensor.count - 1;
    avr_register_io_write(avr, GPIOR0_AT, on_sample_wanted, NULL);
    avr_register_io_read(avr, GPIOR0_AT, on_sensor_state, NULL);
    avr_register_io_read(avr, GPIOR1_AT, on_sensor_byte, NULL);
    return 1;
}

static void silent(avr_t *avr, const int level, const char *format, va_list values)
{
    (void)avr;
    if (level <= LOG_ERROR) {
        vfprintf(stderr, format, values);
    }
}

int main(int count, char **words)
{
    elf_firmware_t firmware;
    memset(&firmware, 0, sizeof firmware);
    avr_global_logger_set(silent);
    if ((count != 4 && count != 8) || elf_read_firmware(words[1], &firmware) != 0) {
        fprintf(stderr, "the image cannot be read\n");
        return 1;
    }
    avr_t *avr = avr_make_mcu_by_name(words[2]);
    if (!avr) {
        fprintf(stderr, "simavr has no %s\n", words[2]);
        return 1;
    }
    avr_init(avr);
    firmware.frequency = (uint32_t)strtoul(words[3], NULL, 10);
    avr_load_firmware(avr, &firmware);
    if (count == 8 && !open_sensor(avr, words + 4)) {
        fprintf(stderr, "the sensor's samples cannot be read\n");
        return 1;
    }
    uint32_t flags = 0; /* no copy of the line on the console, no sleeping in the middle of a poll */
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    to_board = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), on_byte, NULL);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XON), on_xon, NULL);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XOFF), on_xoff, NULL);
    long long origin_us = now_us();
    for (unsigned turn = 1;; turn++) {
        const int state = avr_run(avr);
        if (state == cpu_Crashed || state == cpu_Done) {
            flush_out();
            fprintf(stderr, "the program ended or crashed\n");
            return 1;
        }
        if (turn % LOOK_EVERY == 0) {
            const long long board_us = (long long)(avr->cycle * 1000000 / firmware.frequency);
            const long long ahead_us = board_us - (now_us() - origin_us);
            flush_out();
            if (ahead_us > AHEAD_US) {
                const struct timespec rest = {ahead_us / 1000000, (long)(ahead_us % 1000000) * 1000};
                nanosleep(&rest, NULL);
            } else if (ahead_us < -BEHIND_US) {
                origin_us = now_us() - board_us;
            }
            take_in();
        }
    }
}
