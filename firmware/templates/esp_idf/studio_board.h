/* What this board is called, and the loop that runs the model for ever. */
#ifndef STUDIO_BOARD_H
#define STUDIO_BOARD_H

#define STUDIO_BOARD_NAME "@BOARD@"

void studio_run(void);

#endif
