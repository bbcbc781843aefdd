/* @TITLE@, checked: runs the model on vectors that the studio computed and says what was equal, in plain text.
   The studio can also send any number of test samples to the sketch live_inference: Live page, Validate. */
#include <@NAME@.h>
#include <studio_vectors.h>

static studio_memory memory;

void setup()
{
    Serial.begin(STUDIO_BAUD);
    while (!Serial) {
    }
}

void loop()
{
    int equal = 0;
    for (int i = 0; i < STUDIO_VECTOR_COUNT; i++) {
        studio_vector_load(i, studio_model_input(&memory));
        const unsigned long began_us = micros();
        studio_model_run(&memory);
        const unsigned long took_us = micros() - began_us;
        const bool same = studio_vector_equal(i, studio_model_output(&memory));
        equal += same;
        Serial.print(F("vector:"));
        Serial.print(i);
        Serial.print(F(",equal:"));
        Serial.print(same ? 1 : 0);
        Serial.print(F(",us:"));
        Serial.println(took_us);
    }
    Serial.print(equal);
    Serial.print(F(" of "));
    Serial.print(STUDIO_VECTOR_COUNT);
    Serial.println(F(" vectors equal"));
    delay(2000);
}
