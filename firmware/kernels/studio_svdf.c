#include "studio_svdf.h"

#include "studio_fixed_point.h"

/* Forgets the oldest number of one filter's memory, adds what it makes of the input, and weighs all. */
static uint32_t studio_svdf_filter(const struct studio_svdf *layer, const int8_t *input, const int8_t *features, const int8_t *times,
                              int8_t *state)
{
    int32_t i, latest = 0;
    uint32_t sum = 0; /* wraps around, as it does in TensorFlow Lite Micro */
    for (i = 0; i < layer->inputs; i++) {
        latest += features[i] * (input[i] - layer->input_zero_point);
    }
    latest = studio_rescale(latest, layer->feature_multiplier, layer->feature_shift);
    for (i = 0; i < layer->memory - 1; i++) {
        state[i] = state[i + 1];
    }
    state[i] = (int8_t)(latest < INT8_MIN ? INT8_MIN : latest > INT8_MAX ? INT8_MAX : latest);
    for (i = 0; i < layer->memory; i++) {
        sum += (uint32_t)((int32_t)times[i] * state[i]);
    }
    return sum;
}

void studio_svdf(const struct studio_svdf *layer, const int8_t *input, int8_t *state, int8_t *output)
{
    int32_t batch, unit, r;
    for (batch = 0; batch < layer->batches; batch++) {
        const int8_t *features = layer->features;
        const int8_t *times = layer->times;
        for (unit = 0; unit < layer->units; unit++) {
            uint32_t sum = (uint32_t)layer->bias[unit];
            for (r = 0; r < layer->rank; r++) {
                sum += studio_svdf_filter(layer, input, features, times, state);
                features += layer->inputs;
                times += layer->memory;
                state += layer->memory;
            }
            *output++ = studio_clamp(
                studio_rescale((int32_t)sum, layer->multiplier, layer->shift) + layer->output_zero_point, INT8_MIN,
                INT8_MAX);
        }
        input += layer->inputs;
    }
}
