/* UNIDIRECTIONAL_SEQUENCE_LSTM with activations of 8 bits, gates and cells of 16. */
#ifndef STUDIO_LSTM_H
#define STUDIO_LSTM_H

#include <stdint.h>

struct studio_lstm_scale {
    int32_t multiplier, shift;
};

/* One gate's view of the input, or of the hidden state. */
struct studio_lstm_side {
    const int8_t *weights; /* [units][inputs], or [units][units] */
    const int32_t *bias;   /* [units], the zero point of what is weighed folded in */
    struct studio_lstm_scale scale;
};

struct studio_lstm_gate {
    struct studio_lstm_side input, hidden;
};

struct studio_lstm {
    int32_t batches, steps, inputs, units;
    int32_t batch_step, time_step;            /* in rows of the input and output */
    struct studio_lstm_gate gates[4];         /* input, forget, cell, output */
    struct studio_lstm_scale forget;          /* of forget gate times cell */
    struct studio_lstm_scale update;          /* of input gate times cell gate */
    struct studio_lstm_scale result;          /* of output gate times tanh of the cell */
    int32_t cell_clip;                        /* 0: the cell may take any number of 16 bits */
    int32_t cell_factor, cell_shift;          /* turn a cell into an argument of tanh */
    int32_t hidden_zero_point;
    const uint16_t *sigmoid; /* [256]: sigmoid(i / 24), in units of 2^-16 */
};

/* input: [batches * steps][inputs], hidden: [batches][units], cell: [batches][units], output: [batches * steps][units].
   hidden and cell are the state; none may overlap. */
void studio_lstm(const struct studio_lstm *layer, const int8_t *input, int8_t *hidden, int16_t *cell,
                 int8_t *output);

#endif
