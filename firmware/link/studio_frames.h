/* Frames on the wire, both ways: COBS, closed by 0x00, with a CRC-16 inside.
 *
 * A packet is: kind u8, sequence u16, body, CRC-16/CCITT-FALSE u16 over all before it; numbers are little endian.
 * COBS (Cheshire and Baker, 1999) replaces every 0x00 in a packet, so that 0x00 on the wire always ends a frame
 * and a receiver is back in step at the next one, whatever was lost before it.
 *
 * Versions: ASK_HELLO's body is the version that the computer speaks, u8 (empty: 1), HELLO's first byte the board's.
 * Each side then sends only what both know. Later versions add kinds, or fields at a body's end; receivers ignore what
 * they do not know. Version 2 brought ACK, TIME_LAYERS, LAYERS and the last number of STATS.
 *
 * The same golden frames (tests/golden/frames.json) test this file and studio/core/frames.py.
 */
#ifndef STUDIO_FRAMES_H
#define STUDIO_FRAMES_H

#include <stdint.h>

#define STUDIO_PROTOCOL 2u

/* What a frame says: below 0x80 the board speaks, from 0x80 on the computer. */
enum studio_frame_kind {
    STUDIO_HELLO = 0x01,     /* who I am and which model I run; sizes count numbers, and say their type in the top byte */
    STUDIO_RESULT = 0x02,    /* one inference on the sensor */
    STUDIO_LOG = 0x03,       /* a sentence, UTF-8 */
    STUDIO_STATS = 0x04,     /* stack bytes, frames sent, frames dropped, requests that came damaged: u32 each */
    STUDIO_ANSWER = 0x05,    /* one inference on an input that was sent; carries the sequence of the request */
    STUDIO_ACK = 0x06,       /* how a request was taken, under its sequence: its kind u8, studio_taken u8 */
    STUDIO_LAYERS = 0x07,    /* time in us u32 and instructions u32: of all, then of each layer; under the request's sequence */
    STUDIO_ASK_HELLO = 0x81,
    STUDIO_RUN_INPUT = 0x82, /* the input's numbers as they are stored */
    STUDIO_START = 0x83,     /* interval in ms u32: RESULTs from the sensor begin */
    STUDIO_STOP = 0x84,
    STUDIO_ASK_STATS = 0x85,
    STUDIO_TIME_LAYERS = 0x86 /* an input as in RUN_INPUT, or nothing: zeros */
};

/* How a request was taken: the second byte of ACK. */
enum studio_taken {
    STUDIO_TAKEN = 0,
    STUDIO_TAKEN_WRONG_LENGTH = 1, /* the body has another length than the kind, or this model, needs */
    STUDIO_TAKEN_UNKNOWN = 2,      /* this board does not know the kind */
    STUDIO_TAKEN_FAILED = 3        /* the model reported an error */
};

/* Why a piece between two 0x00 was thrown away. */
enum studio_frame_error {
    STUDIO_FRAME_TOO_LONG = -101, /* more bytes than the receiver has room for */
    STUDIO_FRAME_BROKEN = -102,   /* the 0x00 came in the middle of a COBS block */
    STUDIO_FRAME_SHORT = -103,    /* fewer bytes than kind, sequence and checksum take */
    STUDIO_FRAME_CHECKSUM = -104  /* the CRC does not match: a byte was changed or lost on the way */
};

/* Bytes of a packet around its body: kind, sequence, checksum. */
#define STUDIO_PACKET_EXTRA 5u

/* The most bytes that a body of `body` bytes takes on the wire: one more for every 254, one first, one last. */
#define STUDIO_WIRE_BYTES(body) ((body) + STUDIO_PACKET_EXTRA + ((body) + STUDIO_PACKET_EXTRA) / 254u + 2u)

/* Supplied by the port: puts one byte on the wire. */
void studio_putc(uint8_t byte);

/* Sends a frame bit by bit; holds one COBS block, so a body never has to lie in one piece. */
typedef struct {
    uint16_t crc;
    uint8_t used;
    uint8_t block[254];
} studio_encoder;

void studio_frame_begin(studio_encoder *encoder, uint8_t kind, uint16_t sequence);
void studio_frame_u8(studio_encoder *encoder, uint8_t value);
void studio_frame_u16(studio_encoder *encoder, uint16_t value);
void studio_frame_u32(studio_encoder *encoder, uint32_t value);
void studio_frame_u64(studio_encoder *encoder, uint64_t value);
void studio_frame_f32(studio_encoder *encoder, float value);
void studio_frame_bytes(studio_encoder *encoder, const void *bytes, uint32_t count);
void studio_frame_text(studio_encoder *encoder, const char *text); /* without the closing zero */
void studio_frame_end(studio_encoder *encoder);

/* One frame as it came; `body` points into the receiver's memory and lives until the next byte is put. */
typedef struct {
    uint8_t kind;
    uint16_t sequence;
    const uint8_t *body;
    uint32_t body_bytes;
} studio_packet;

/* Receives byte by byte into the caller's memory. */
typedef struct {
    uint8_t *bytes;
    uint32_t capacity;
    uint32_t used;
    uint8_t code;
    uint8_t left;
    uint8_t overflow;
} studio_decoder;

/* `capacity`: the longest body that shall pass, plus STUDIO_PACKET_EXTRA. */
void studio_decoder_init(studio_decoder *decoder, uint8_t *bytes, uint32_t capacity);

/* 1: `packet` holds a whole, checked frame. 0: more bytes are needed. Negative: a studio_frame_error; go on all the same. */
int studio_decoder_put(studio_decoder *decoder, uint8_t byte, studio_packet *packet);

uint16_t studio_crc16(uint16_t crc, uint8_t byte);

#endif
