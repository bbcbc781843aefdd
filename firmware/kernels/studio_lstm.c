#include "studio_lstm.h"

#include "studio_fixed_point.h"

static int32_t studio_lstm_clamp(int32_t value)
{
    return value < INT16_MIN ? INT16_MIN : value > INT16_MAX ? INT16_MAX : value;
}

static int32_t studio_lstm_scaled(int32_t value, const struct studio_lstm_scale *scale)
{
    return studio_rescale(value, scale->multiplier, scale->shift);
}

static int32_t studio_lstm_weigh(const struct studio_lstm_side *side, const int8_t *numbers, int32_t count,
                                 int32_t unit)
{
    const int8_t *weights = side->weights + unit * count;
    int32_t i, sum = side->bias[unit];
    for (i = 0; i < count; i++) {
        sum += numbers[i] * weights[i];
    }
    return studio_lstm_clamp(studio_lstm_scaled(sum, &side->scale));
}

/* The sigmoid of a number in steps of 1/(24 << bits), between the entries of the table; in units of
   2^-16 / (1 << bits). */
static int32_t studio_lstm_between(const uint16_t *table, int32_t magnitude, int32_t bits)
{
    const int32_t entry = magnitude >> bits;
    const int32_t rest = magnitude & ((1 << bits) - 1);
    return ((int32_t)table[entry] << bits) + rest * ((int32_t)table[entry + 1] - (int32_t)table[entry]);
}

/* value: in units of 2^-12; the result: of 2^-15. */
static int32_t studio_lstm_sigmoid(const struct studio_lstm *layer, int32_t value)
{
    const int32_t magnitude = 3 * (value < 0 ? -value : value);
    int32_t result = magnitude >> 9 >= 255 ? 0x7FFF << 10 : studio_lstm_between(layer->sigmoid, magnitude, 9);
    result = value >= 0 ? result + (1 << 9) : (1 << 25) - result + (1 << 9) - 1;
    return result >> 10;
}

/* tanh(x) = 2 sigmoid(2 x) - 1. value: 3 << 12 stands for 1; the result: in units of 2^-15. */
static int32_t studio_lstm_tanh(const struct studio_lstm *layer, int32_t value)
{
    const int32_t magnitude = value < 0 ? -value : value;
    int32_t result = magnitude >> 8 >= 255 ? 0xFFFF << 8 : studio_lstm_between(layer->sigmoid, magnitude, 8);
    result = value >= 0 ? result - (1 << 23) + (1 << 7) : -result + (1 << 23) + (1 << 7) - 1;
    return result >> 8;
}

static int32_t studio_lstm_argument(const struct studio_lstm *layer, int32_t gate, const int8_t *input,
                                    const int8_t *hidden, int32_t unit)
{
    const struct studio_lstm_gate *weights = &layer->gates[gate];
    return studio_lstm_clamp(studio_lstm_weigh(&weights->input, input, layer->inputs, unit) +
                             studio_lstm_weigh(&weights->hidden, hidden, layer->units, unit));
}

/* One unit at one moment: its cell becomes new, its output is returned. */
static int8_t studio_lstm_unit(const struct studio_lstm *layer, const int8_t *input, const int8_t *hidden,
                               int16_t *cell, int32_t unit)
{
    const int32_t takes = studio_lstm_sigmoid(layer, studio_lstm_argument(layer, 0, input, hidden, unit));
    const int32_t keeps = studio_lstm_sigmoid(layer, studio_lstm_argument(layer, 1, input, hidden, unit));
    const int32_t new = studio_lstm_tanh(layer, 3 * studio_lstm_argument(layer, 2, input, hidden, unit));
    const int32_t gives = studio_lstm_sigmoid(layer, studio_lstm_argument(layer, 3, input, hidden, unit));
    const int32_t round = layer->cell_shift > 0 ? 1 << (layer->cell_shift - 1) : 0;
    const int32_t kept = studio_lstm_clamp(studio_lstm_scaled(keeps * *cell, &layer->forget));
    const int32_t taken = studio_lstm_clamp(studio_lstm_scaled(takes * new, &layer->update));
    int32_t state = studio_lstm_clamp(kept + taken);
    if (layer->cell_clip > 0) {
        state = state > layer->cell_clip ? layer->cell_clip : state < -layer->cell_clip ? -layer->cell_clip : state;
    }
    *cell = (int16_t)state;
    state = studio_lstm_tanh(layer, (state * layer->cell_factor + round) >> layer->cell_shift);
    return studio_clamp(studio_lstm_scaled(gives * state, &layer->result) + layer->hidden_zero_point, INT8_MIN,
                        INT8_MAX);
}

void studio_lstm(const struct studio_lstm *layer, const int8_t *input, int8_t *hidden, int16_t *cell,
                 int8_t *output)
{
    int32_t batch, step, unit;
    for (batch = 0; batch < layer->batches; batch++) {
        for (step = 0; step < layer->steps; step++) {
            const int32_t row = batch * layer->batch_step + step * layer->time_step;
            int8_t *now = output + row * layer->units;
            for (unit = 0; unit < layer->units; unit++) {
                now[unit] = studio_lstm_unit(layer, input + row * layer->inputs, hidden, cell + unit, unit);
            }
            for (unit = 0; unit < layer->units; unit++) {
                hidden[unit] = now[unit];
            }
        }
        hidden += layer->units;
        cell += layer->units;
    }
}
