/* Frames on the wire: the encoder and the decoder that studio_frames.h describes. */
#include "studio_frames.h"

/* CRC-16/CCITT-FALSE, polynomial 0x1021, a nibble at a time: sixteen table entries instead of 256 spare flash. */
uint16_t studio_crc16(uint16_t crc, uint8_t byte)
{
    static const uint16_t table[16] = {0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50A5, 0x60C6, 0x70E7,
                                       0x8108, 0x9129, 0xA14A, 0xB16B, 0xC18C, 0xD1AD, 0xE1CE, 0xF1EF};
    crc = (uint16_t)((uint16_t)(crc << 4) ^ table[(uint8_t)(crc >> 12) ^ (byte >> 4)]);
    return (uint16_t)((uint16_t)(crc << 4) ^ table[(uint8_t)(crc >> 12) ^ (byte & 15u)]);
}

static void flush_block(studio_encoder *encoder)
{
    uint8_t i;
    studio_putc((uint8_t)(encoder->used + 1u));
    for (i = 0; i < encoder->used; i++) {
        studio_putc(encoder->block[i]);
    }
    encoder->used = 0;
}

static void stuff(studio_encoder *encoder, uint8_t byte)
{
    if (byte == 0) {
        flush_block(encoder);
        return;
    }
    encoder->block[encoder->used++] = byte;
    if (encoder->used == sizeof encoder->block) {
        flush_block(encoder);
    }
}

void studio_frame_begin(studio_encoder *encoder, uint8_t kind, uint16_t sequence)
{
    encoder->crc = 0xFFFFu;
    encoder->used = 0;
    studio_frame_u8(encoder, kind);
    studio_frame_u16(encoder, sequence);
}

void studio_frame_u8(studio_encoder *encoder, uint8_t value)
{
    encoder->crc = studio_crc16(encoder->crc, value);
    stuff(encoder, value);
}

void studio_frame_u16(studio_encoder *encoder, uint16_t value)
{
    studio_frame_u8(encoder, (uint8_t)(value & 0xFFu));
    studio_frame_u8(encoder, (uint8_t)(value >> 8));
}

void studio_frame_u32(studio_encoder *encoder, uint32_t value)
{
    studio_frame_u16(encoder, (uint16_t)(value & 0xFFFFu));
    studio_frame_u16(encoder, (uint16_t)(value >> 16));
}

void studio_frame_u64(studio_encoder *encoder, uint64_t value)
{
    studio_frame_u32(encoder, (uint32_t)(value & 0xFFFFFFFFu));
    studio_frame_u32(encoder, (uint32_t)(value >> 32));
}

void studio_frame_f32(studio_encoder *encoder, float value)
{
    union {
        float number;
        uint32_t bits;
    } view;
    view.number = value;
    studio_frame_u32(encoder, view.bits);
}

void studio_frame_bytes(studio_encoder *encoder, const void *bytes, uint32_t count)
{
    const uint8_t *next = bytes;
    uint32_t i;
    for (i = 0; i < count; i++) {
        studio_frame_u8(encoder, next[i]);
    }
}

void studio_frame_text(studio_encoder *encoder, const char *text)
{
    while (*text) {
        studio_frame_u8(encoder, (uint8_t)*text++);
    }
}

void studio_frame_end(studio_encoder *encoder)
{
    const uint16_t crc = encoder->crc;
    stuff(encoder, (uint8_t)(crc & 0xFFu));
    stuff(encoder, (uint8_t)(crc >> 8));
    flush_block(encoder);
    studio_putc(0);
}

void studio_decoder_init(studio_decoder *decoder, uint8_t *bytes, uint32_t capacity)
{
    decoder->bytes = bytes;
    decoder->capacity = capacity;
    decoder->used = 0;
    decoder->code = 0;
    decoder->left = 0;
    decoder->overflow = 0;
}

static void keep(studio_decoder *decoder, uint8_t byte)
{
    if (decoder->used < decoder->capacity) {
        decoder->bytes[decoder->used++] = byte;
    } else {
        decoder->overflow = 1;
    }
}

/* Looks at what lies between two 0x00 and makes the decoder ready for the next piece. */
static int close_frame(studio_decoder *decoder, studio_packet *packet)
{
    const uint8_t *bytes = decoder->bytes;
    const uint32_t used = decoder->used;
    const uint8_t idle = decoder->code == 0;
    const uint8_t broken = decoder->left != 0;
    const uint8_t overflow = decoder->overflow;
    uint16_t crc = 0xFFFFu;
    uint32_t i;
    studio_decoder_init(decoder, decoder->bytes, decoder->capacity);
    if (idle) {
        return 0;
    }
    if (overflow) {
        return STUDIO_FRAME_TOO_LONG;
    }
    if (broken) {
        return STUDIO_FRAME_BROKEN;
    }
    if (used < STUDIO_PACKET_EXTRA) {
        return STUDIO_FRAME_SHORT;
    }
    for (i = 0; i < used - 2u; i++) {
        crc = studio_crc16(crc, bytes[i]);
    }
    if ((crc & 0xFFu) != bytes[used - 2u] || (crc >> 8) != bytes[used - 1u]) {
        return STUDIO_FRAME_CHECKSUM;
    }
    packet->kind = bytes[0];
    packet->sequence = (uint16_t)(bytes[1] | (uint16_t)(bytes[2] << 8));
    packet->body = bytes + 3;
    packet->body_bytes = used - STUDIO_PACKET_EXTRA;
    return 1;
}

int studio_decoder_put(studio_decoder *decoder, uint8_t byte, studio_packet *packet)
{
    if (byte == 0) {
        return close_frame(decoder, packet);
    }
    if (decoder->left == 0) {
        if (decoder->code != 0 && decoder->code != 0xFFu) {
            keep(decoder, 0);
        }
        decoder->code = byte;
        decoder->left = (uint8_t)(byte - 1u);
    } else {
        keep(decoder, byte);
        decoder->left--;
    }
    return 0;
}
