/* What a board says of itself: what studio_says.h promises. */
#include "studio_says.h"

#include "studio_port.h"

/* What the numbers of a tensor are, above its size in HELLO: 0 int8, 1 int16, 2 int32, 3 float32. */
#define STUDIO_NUMBERS(type) \
    ((uint32_t)((type)0.5f > 0 ? 3u : sizeof(type) == 4u ? 2u : sizeof(type) == 2u ? 1u : 0u) << 24)

static uint32_t text_bytes(const char *text)
{
    uint32_t count = 0;
    while (text[count]) {
        count++;
    }
    return count;
}

static uint8_t hex_digit(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
}

int studio_says_begin(studio_app *app, uint8_t kind, uint16_t sequence, uint32_t body_bytes)
{
    if (studio_tx_free() < STUDIO_WIRE_BYTES(body_bytes)) {
        app->frames_dropped++;
        return 0;
    }
    app->frames_sent++;
    studio_frame_begin(&app->encoder, kind, sequence);
    return 1;
}

void studio_says_hello(studio_app *app)
{
    static const char sha256[] = STUDIO_MODEL_SHA256;
    const char *name = studio_board_name();
    studio_encoder *encoder = &app->encoder;
    uint32_t bytes = 1u + 32u + 4u * 5u + text_bytes(name) + 1u;
    uint32_t i;
#if STUDIO_LABEL_COUNT > 0
    for (i = 0; i < STUDIO_LABEL_COUNT; i++) {
        bytes += text_bytes(studio_labels[i]) + 1u;
    }
#endif
    if (!studio_says_begin(app, STUDIO_HELLO, app->sequence++, bytes)) {
        return;
    }
    studio_frame_u8(encoder, STUDIO_PROTOCOL);
    for (i = 0; i < 32u; i++) {
        studio_frame_u8(encoder, (uint8_t)((hex_digit(sha256[2u * i]) << 4) | hex_digit(sha256[2u * i + 1u])));
    }
    studio_frame_u32(encoder, STUDIO_INPUT_SIZE | STUDIO_NUMBERS(STUDIO_INPUT_TYPE));
    studio_frame_u32(encoder, STUDIO_OUTPUT_SIZE | STUDIO_NUMBERS(STUDIO_OUTPUT_TYPE));
    studio_frame_f32(encoder, (float)(STUDIO_OUTPUT_SCALE));
    studio_frame_u32(encoder, (uint32_t)(int32_t)(STUDIO_OUTPUT_ZERO_POINT));
    studio_frame_u32(encoder, studio_clock_hz());
    studio_frame_text(encoder, name);
    studio_frame_u8(encoder, 0);
#if STUDIO_LABEL_COUNT > 0
    for (i = 0; i < STUDIO_LABEL_COUNT; i++) {
        studio_frame_text(encoder, studio_labels[i]);
        studio_frame_u8(encoder, 0);
    }
#endif
    studio_frame_end(encoder);
}

void studio_says_log(studio_app *app, const char *text)
{
    if (studio_says_begin(app, STUDIO_LOG, app->sequence++, text_bytes(text))) {
        studio_frame_text(&app->encoder, text);
        studio_frame_end(&app->encoder);
    }
}

void studio_says_stats(studio_app *app)
{
    const uint8_t tells_damaged = app->listener >= 2u;
    if (studio_says_begin(app, STUDIO_STATS, app->sequence++, tells_damaged ? 16u : 12u)) {
        studio_frame_u32(&app->encoder, studio_stack_bytes());
        studio_frame_u32(&app->encoder, app->frames_sent);
        studio_frame_u32(&app->encoder, app->frames_dropped);
        if (tells_damaged) {
            studio_frame_u32(&app->encoder, app->requests_damaged);
        }
        studio_frame_end(&app->encoder);
    }
}

void studio_says_taken(studio_app *app, const studio_packet *request, uint8_t taken)
{
    if (app->listener >= 2u && studio_says_begin(app, STUDIO_ACK, request->sequence, 2u)) {
        studio_frame_u8(&app->encoder, request->kind);
        studio_frame_u8(&app->encoder, taken);
        studio_frame_end(&app->encoder);
    }
}
