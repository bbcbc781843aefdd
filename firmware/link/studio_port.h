/* What a board supplies so that studio_app.c can run on it; one file per board in firmware/ports. */
#ifndef STUDIO_PORT_H
#define STUDIO_PORT_H

#include <stdint.h>

#define STUDIO_NEVER UINT64_MAX
#define STUDIO_SENSOR_UNKNOWN (-1) /* a sample was read, but it has no number */
#define STUDIO_SENSOR_NONE (-2)    /* this board has no sensor connected */

/* The serial line; studio_putc is declared in studio_frames.h. */
int studio_getc(void);            /* the next byte, or -1 when none waits */
uint32_t studio_tx_free(void);    /* bytes that can be sent without waiting; a port whose studio_putc waits says UINT32_MAX */

/* The clock. */
uint64_t studio_time_us(void);
uint32_t studio_instructions(void); /* a free-running counter of instructions, or always 0 where there is none */
uint32_t studio_clock_hz(void);
void studio_idle_until(uint64_t time_us); /* rests until then or until a byte comes; may return early */

/* Fills `input` (STUDIO_INPUT_SIZE values as the model takes them); the sample's number or one of the two above. */
int32_t studio_read_sensor(int8_t *input);

const char *studio_board_name(void);
uint32_t studio_stack_bytes(void); /* the deepest the stack has been, or 0 where it is not known */
void studio_inference_begins(void); /* the first layer starts now; may be empty */

#endif
