/* Lets the tests call the board's encoder and decoder on this computer: studio_putc fills a buffer. */
#include "studio_frames.h"

static uint8_t sent[1 << 16];
static uint32_t sent_bytes;

static uint8_t memory[1024];
static studio_decoder decoder;

void studio_putc(uint8_t byte)
{
    if (sent_bytes < sizeof sent) {
        sent[sent_bytes++] = byte;
    }
}

uint32_t host_encode(uint8_t kind, uint16_t sequence, const uint8_t *body, uint32_t count, uint8_t *wire)
{
    studio_encoder encoder;
    uint32_t i;
    sent_bytes = 0;
    studio_frame_begin(&encoder, kind, sequence);
    studio_frame_bytes(&encoder, body, count);
    studio_frame_end(&encoder);
    for (i = 0; i < sent_bytes; i++) {
        wire[i] = sent[i];
    }
    return sent_bytes;
}

uint32_t host_encode_numbers(uint8_t *wire)
{
    studio_encoder encoder;
    uint32_t i;
    sent_bytes = 0;
    studio_frame_begin(&encoder, 9, 0x1234);
    studio_frame_u8(&encoder, 0xAB);
    studio_frame_u16(&encoder, 0xBEEF);
    studio_frame_u32(&encoder, 0xDEADC0DEu);
    studio_frame_u64(&encoder, UINT64_C(0x0123456789ABCDEF));
    studio_frame_f32(&encoder, 0.15625f);
    studio_frame_text(&encoder, "text");
    studio_frame_end(&encoder);
    for (i = 0; i < sent_bytes; i++) {
        wire[i] = sent[i];
    }
    return sent_bytes;
}

void host_decoder_reset(void)
{
    studio_decoder_init(&decoder, memory, sizeof memory);
}

/* Decodes up to the next packet or error; `answer` gets kind, sequence, body length; `used` the bytes that were read. */
int host_decode(const uint8_t *wire, uint32_t count, uint32_t answer[3], uint8_t *body, uint32_t *used)
{
    studio_packet packet;
    uint32_t i, k;
    for (i = 0; i < count; i++) {
        const int got = studio_decoder_put(&decoder, wire[i], &packet);
        if (got != 0) {
            *used = i + 1;
            if (got > 0) {
                answer[0] = packet.kind;
                answer[1] = packet.sequence;
                answer[2] = packet.body_bytes;
                for (k = 0; k < packet.body_bytes; k++) {
                    body[k] = packet.body[k];
                }
            }
            return got;
        }
    }
    *used = count;
    return 0;
}
