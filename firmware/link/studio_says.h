/* What a board says of itself: who it is, sentences, counters, and how it took a request. Part of studio_app.c. */
#ifndef STUDIO_SAYS_H
#define STUDIO_SAYS_H

#include "studio_app.h"

/* Starts a frame, or counts it as dropped when the line has no room: a board never waits for its listener.
 * The sequence moves on either way, so that the listener sees the gap. 1: fill it and end it. 0: it is dropped. */
int studio_says_begin(studio_app *app, uint8_t kind, uint16_t sequence, uint32_t body_bytes);

void studio_says_hello(studio_app *app);
void studio_says_log(studio_app *app, const char *text);
void studio_says_stats(studio_app *app);

/* Says how a request was taken, to a computer that knows ACK. */
void studio_says_taken(studio_app *app, const studio_packet *request, uint8_t taken);

#endif
