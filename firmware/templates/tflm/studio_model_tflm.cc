/* model.h on top of TensorFlow Lite Micro: the same interface as the studio's own C, another engine below it. */
#include "model.h"

#include <stddef.h>

#include "model_data.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"
#include "tensorflow/lite/micro/system_setup.h"
#include "tensorflow/lite/schema/schema_generated.h"

const char *const studio_labels[STUDIO_LABEL_COUNT > 0 ? STUDIO_LABEL_COUNT : 1] = {@LABELS@};

namespace {

/* Exactly the operators that the model needs. */
using Resolver = tflite::MicroMutableOpResolver<@OPERATOR_COUNT@>;

Resolver &resolver()
{
    static Resolver found;
    static bool filled = false;
    if (!filled) {
        filled = true;
@RESOLVER@
    }
    return found;
}

tflite::MicroInterpreter *interpreter(studio_memory *memory)
{
    static tflite::MicroInterpreter found(tflite::GetModel(g_model), resolver(),
                                          reinterpret_cast<uint8_t *>(memory->bytes), kTensorArenaSize);
    static bool ready = false;
    if (!ready) {
        tflite::InitializeTarget();
        ready = found.AllocateTensors() == kTfLiteOk;
    }
    return ready ? &found : nullptr;
}

} // namespace

extern "C" {

STUDIO_INPUT_TYPE *studio_model_input(studio_memory *memory)
{
    tflite::MicroInterpreter *engine = interpreter(memory);
    return engine ? reinterpret_cast<STUDIO_INPUT_TYPE *>(engine->input(0)->data.raw) : nullptr;
}

const STUDIO_OUTPUT_TYPE *studio_model_output(const studio_memory *memory)
{
    tflite::MicroInterpreter *engine = interpreter(const_cast<studio_memory *>(memory));
    return engine ? reinterpret_cast<const STUDIO_OUTPUT_TYPE *>(engine->output(0)->data.raw) : nullptr;
}

int studio_model_run(studio_memory *memory)
{
    tflite::MicroInterpreter *engine = interpreter(memory);
    return engine && engine->Invoke() == kTfLiteOk ? STUDIO_MODEL_OK : STUDIO_MODEL_NO_MEMORY;
}
}
