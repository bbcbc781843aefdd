/* Runs the model on the vectors that the studio computed, and compares every number. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "vectors.h"

static studio_memory memory;

int main(void)
{
    int wrong = 0;
    int i;
    for (i = 0; i < STUDIO_VECTOR_COUNT; i++) {
        memcpy(studio_model_input(&memory), studio_vector_inputs[i], sizeof studio_vector_inputs[i]);
        if (studio_model_run(&memory) != STUDIO_MODEL_OK) {
            printf("vector %d: the model could not run\n", i);
            return 2;
        }
        if (memcmp(studio_model_output(&memory), studio_vector_outputs[i], sizeof studio_vector_outputs[i]) != 0) {
            printf("vector %d: differs\n", i);
            wrong++;
        }
    }
    printf("%d of %d vectors equal\n", STUDIO_VECTOR_COUNT - wrong, STUDIO_VECTOR_COUNT);
    return wrong ? 1 : 0;
}
