/* A board that talks as fast as it is told: the studio's own encoder, or lines of text, at a steady rate on stdout.
 * Arguments: seconds, bytes per second, "frames" or "text". Ends with one JSON line about itself on stderr. */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "studio_frames.h"

#define SCORES 8

static uint8_t waiting[1 << 16];
static uint32_t waiting_bytes;
static double sent_bytes;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void flush(void)
{
    uint32_t done = 0;
    while (done < waiting_bytes) {
        const ssize_t got = write(STDOUT_FILENO, waiting + done, waiting_bytes - done);
        if (got < 0) {
            exit(1);
        }
        done += (uint32_t)got;
    }
    waiting_bytes = 0;
}

void studio_putc(uint8_t byte)
{
    if (waiting_bytes == sizeof waiting) {
        flush();
    }
    waiting[waiting_bytes++] = byte;
    sent_bytes += 1.0;
}

static void hello(studio_encoder *encoder)
{
    uint32_t i;
    studio_frame_begin(encoder, STUDIO_HELLO, 0);
    studio_frame_u8(encoder, STUDIO_PROTOCOL);
    for (i = 0; i < 32u; i++) {
        studio_frame_u8(encoder, (uint8_t)i);
    }
    studio_frame_u32(encoder, 490u);
    studio_frame_u32(encoder, SCORES);
    studio_frame_f32(encoder, 1.0f / 256.0f);
    studio_frame_u32(encoder, (uint32_t)-128);
    studio_frame_u32(encoder, 64000000u);
    studio_frame_text(encoder, "Benchmark");
    studio_frame_u8(encoder, 0);
    for (i = 0; i < SCORES; i++) {
        studio_frame_u8(encoder, (uint8_t)('a' + i));
        studio_frame_u8(encoder, 0);
    }
    studio_frame_end(encoder);
}

static void result(studio_encoder *encoder, uint32_t number, uint64_t time_us)
{
    uint32_t i;
    studio_frame_begin(encoder, STUDIO_RESULT, (uint16_t)number);
    studio_frame_u64(encoder, time_us);
    studio_frame_u32(encoder, 250u + number % 7u);
    studio_frame_u32(encoder, 16000u);
    studio_frame_u32(encoder, number % 1000u);
    for (i = 0; i < SCORES; i++) {
        studio_frame_u8(encoder, (uint8_t)(number * (i + 1u)));
    }
    studio_frame_end(encoder);
}

static void line(uint32_t number, double at_s)
{
    char text[160];
    const char *next = text;
    snprintf(text, sizeof text, "at_ms:%.1f,a:%.2f,b:%.2f,c:%.2f,d:%.2f,e:%.2f,f:%.2f,g:%.2f\r\n", at_s * 1e3,
             (number % 97u) / 97.0, (number % 89u) / 89.0, (number % 83u) / 83.0, (number % 79u) / 79.0,
             (number % 73u) / 73.0, (number % 71u) / 71.0, (number % 67u) / 67.0);
    while (*next) {
        studio_putc((uint8_t)*next++);
    }
}

int main(int count, char **arguments)
{
    const struct timespec pause = {0, 1000000};
    studio_encoder encoder;
    uint32_t number = 0;
    double seconds, rate, began, worst_lag_s = 0.0, last;
    int is_text;
    if (count != 4) {
        return 2;
    }
    seconds = atof(arguments[1]);
    rate = atof(arguments[2]);
    is_text = strcmp(arguments[3], "text") == 0;
    began = now_s();
    if (!is_text) {
        hello(&encoder);
    }
    for (last = began; last - began < seconds; last = now_s()) {
        const double due = (last - began) * rate;
        if ((due - sent_bytes) / rate > worst_lag_s) {
            worst_lag_s = (due - sent_bytes) / rate;
        }
        while (sent_bytes < due) {
            number++;
            if (is_text) {
                line(number, last - began);
            } else {
                result(&encoder, number, (uint64_t)((last - began) * 1e6));
            }
        }
        flush();
        nanosleep(&pause, NULL);
    }
    fprintf(stderr, "{\"sent\": %u, \"bytes\": %.0f, \"began_s\": %.6f, \"seconds\": %.3f, \"worst_lag_s\": %.4f}\n",
            (unsigned)number, sent_bytes, began, last - began, worst_lag_s);
    return 0;
}
