/* The program on every board: what studio_app.h promises, on top of one port. */
#include "studio_app.h"

#include "studio_port.h"
#include "studio_says.h"

/* What comes next has nothing to do with what came before. */
static void forget(studio_app *app)
{
#if STUDIO_STATE_BYTES > 0
    studio_model_reset(app->memory);
#else
    (void)app;
#endif
}

/* What one inference took. */
typedef struct {
    uint64_t ended_us;
    studio_layer_time whole;
} studio_run;

/* Runs the model on the input that lies in its memory; 0, or a negative error of the model. */
static int run(studio_app *app, uint8_t is_timed, studio_run *took)
{
    const uint64_t began_us = studio_time_us();
    uint32_t instructions;
    int error;
    studio_inference_begins();
    instructions = studio_instructions();
#if STUDIO_TIMES_LAYERS
    if (is_timed) {
        studio_layers_begin(&app->layer_clock, app->layers, STUDIO_LAYER_COUNT);
    }
#else
    (void)is_timed;
#endif
    error = studio_model_run(app->memory);
    took->whole.instructions = studio_instructions() - instructions;
    took->ended_us = studio_time_us();
    took->whole.time_us = (uint32_t)(took->ended_us - began_us);
    studio_layers_end();
    if (error) {
        studio_says_log(app, "The model could not run on this board.");
    }
    return error;
}

/* Runs the model and sends what came out; 0, or a negative error of the model. */
static int infer(studio_app *app, uint8_t kind, uint16_t sequence, int32_t sample)
{
    studio_encoder *encoder = &app->encoder;
    studio_run took;
    const int error = run(app, 0, &took);
    if (error || !studio_says_begin(app, kind, sequence, 20u + STUDIO_OUTPUT_BYTES)) {
        return error;
    }
    studio_frame_u64(encoder, took.ended_us);
    studio_frame_u32(encoder, took.whole.time_us);
    studio_frame_u32(encoder, took.whole.instructions);
    studio_frame_u32(encoder, (uint32_t)sample);
    studio_frame_bytes(encoder, studio_model_output(app->memory), STUDIO_OUTPUT_BYTES);
    studio_frame_end(encoder);
    return 0;
}

static void infer_sensor(studio_app *app)
{
    const int32_t sample = studio_read_sensor((int8_t *)studio_model_input(app->memory));
    if (sample == STUDIO_SENSOR_NONE) {
        app->streaming = 0;
        studio_says_log(app, "This board has no sensor connected; send it inputs instead.");
        return;
    }
    infer(app, STUDIO_RESULT, app->sequence++, sample);
}

/* Puts what was sent into the model's memory; 0 where it has the wrong length. */
static int take_input(studio_app *app, const studio_packet *packet)
{
    int8_t *input = (int8_t *)studio_model_input(app->memory);
    uint32_t i;
    const uint8_t is_empty = packet->kind == STUDIO_TIME_LAYERS && packet->body_bytes == 0;
    if (packet->body_bytes != STUDIO_INPUT_BYTES && !is_empty) {
        studio_says_log(app, "The input that was sent has the wrong length for this model.");
        studio_says_taken(app, packet, STUDIO_TAKEN_WRONG_LENGTH);
        return 0;
    }
    for (i = 0; i < STUDIO_INPUT_BYTES; i++) {
        input[i] = is_empty ? 0 : (int8_t)packet->body[i];
    }
    forget(app);
    studio_says_taken(app, packet, STUDIO_TAKEN);
    return 1;
}

static void infer_input(studio_app *app, const studio_packet *packet)
{
    if (take_input(app, packet) && infer(app, STUDIO_ANSWER, packet->sequence, STUDIO_SENSOR_UNKNOWN)) {
        studio_says_taken(app, packet, STUDIO_TAKEN_FAILED);
    }
}

static void time_layers(studio_app *app, const studio_packet *packet)
{
    studio_run took;
    uint32_t i;
    int error;
    if (!take_input(app, packet)) {
        return;
    }
    error = run(app, 1, &took);
    if (error) {
        studio_says_taken(app, packet, STUDIO_TAKEN_FAILED);
        return;
    }
    if (!studio_says_begin(app, STUDIO_LAYERS, packet->sequence, 8u + 8u * (uint32_t)(STUDIO_LAYER_COUNT))) {
        return;
    }
    studio_frame_u32(&app->encoder, took.whole.time_us);
    studio_frame_u32(&app->encoder, took.whole.instructions);
    for (i = 0; i < (uint32_t)(STUDIO_LAYER_COUNT); i++) {
#if STUDIO_TIMES_LAYERS
        studio_frame_u32(&app->encoder, app->layers[i].time_us);
        studio_frame_u32(&app->encoder, app->layers[i].instructions);
#else
        studio_frame_u64(&app->encoder, 0);
#endif
    }
    studio_frame_end(&app->encoder);
}

static void start(studio_app *app, const studio_packet *packet)
{
    const uint8_t *b = packet->body;
    uint32_t interval_ms;
    if (packet->body_bytes != 4u) {
        studio_says_log(app, "START needs an interval in milliseconds.");
        studio_says_taken(app, packet, STUDIO_TAKEN_WRONG_LENGTH);
        return;
    }
    interval_ms = b[0] | ((uint32_t)b[1] << 8) | ((uint32_t)b[2] << 16) | ((uint32_t)b[3] << 24);
    app->interval_us = interval_ms > UINT32_MAX / 1000u ? UINT32_MAX : interval_ms * 1000u;
    studio_says_taken(app, packet, STUDIO_TAKEN);
    app->next_us = studio_time_us(); /* after all that takes time, so that the first result is not late */
    app->streaming = 1;
    forget(app);
}

/* Says who this is; a build that nobody reviewed says that too, whenever it is asked. */
static void greet(studio_app *app)
{
    studio_says_hello(app);
#ifdef UNREVIEWED_BENCH_BUILD
    studio_says_log(app, "UNREVIEWED BENCH BUILD: nobody has reviewed this model for use. For trials at the desk only.");
#endif
}

static void obey(studio_app *app, const studio_packet *packet)
{
    switch (packet->kind) {
    case STUDIO_ASK_HELLO:
        app->listener = packet->body_bytes ? packet->body[0] : 1u;
        greet(app);
        break;
    case STUDIO_RUN_INPUT:
        infer_input(app, packet);
        break;
    case STUDIO_START:
        start(app, packet);
        break;
    case STUDIO_STOP:
        app->streaming = 0;
        studio_says_taken(app, packet, STUDIO_TAKEN);
        break;
    case STUDIO_TIME_LAYERS:
        time_layers(app, packet);
        break;
    case STUDIO_ASK_STATS:
        studio_says_stats(app);
        break;
    default:
        studio_says_log(app, "This board does not know that request; its firmware may be older than the studio.");
        studio_says_taken(app, packet, STUDIO_TAKEN_UNKNOWN);
        break;
    }
}

/* Reads what waits, up to one whole request: a flood of them must not hold up the sensor. */
static void receive(studio_app *app)
{
    studio_packet packet;
    int byte = studio_getc();
    while (byte >= 0) {
        const int got = studio_decoder_put(&app->decoder, (uint8_t)byte, &packet);
        if (got > 0) {
            obey(app, &packet);
            return;
        }
        app->requests_damaged += got < 0;
        byte = studio_getc();
    }
}

void studio_app_init(studio_app *app, studio_memory *memory)
{
    app->memory = memory;
    app->next_us = 0;
    app->interval_us = 0;
    app->frames_sent = 0;
    app->frames_dropped = 0;
    app->requests_damaged = 0;
    app->listener = 1; /* until it says otherwise */
    app->sequence = 0;
    app->streaming = 0;
    studio_decoder_init(&app->decoder, app->received, sizeof app->received);
    greet(app);
}

void studio_app_step(studio_app *app)
{
    receive(app);
    if (app->streaming && studio_time_us() >= app->next_us) {
        const uint64_t due_us = app->next_us + app->interval_us;
        const uint64_t now_us = studio_time_us();
        app->next_us = due_us > now_us ? due_us : now_us; /* a board that is too slow skips, it does not pile up */
        infer_sensor(app);
    }
    studio_idle_until(app->streaming ? app->next_us : STUDIO_NEVER);
}
