"""Many generated models in one library, so that hundreds of cases cost a few compiler starts."""

import ctypes
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from studio.compiler import Sources, TensorSpec, zig
from studio.compiler.sources import SourceFile

Int8Array = npt.NDArray[np.int8]

# Not optimized, as these small models take far longer to compile than to run.
FLAGS = (
    "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O0", "-fno-sanitize=undefined", "-fPIC", "-shared",
    "-nostdlib",
)  # fmt: skip

_RUN = """
int @_test(int8_t *memory_, const int8_t *inputs, int8_t *outputs, int32_t count);
int @_test(int8_t *memory_, const int8_t *inputs, int8_t *outputs, int32_t count)
{
    @_memory *memory = (@_memory *)(void *)memory_;
    int32_t n, i;
#if @_STATE_BYTES > 0
    @_model_reset(memory);
#endif
    for (n = 0; n < count; n++) {
        int error;
INPUTS        error = @_model_run(memory);
        if (error) {
            return error;
        }
OUTPUTS    }
    return 0;
}
"""
_INPUT = """        for (i = 0; i < %d; i++) {
            ((int8_t *)@_model_input_at(memory, %d))[i] = *inputs++;
        }
"""
_OUTPUT = """        for (i = 0; i < %d; i++) {
            *outputs++ = ((const int8_t *)@_model_output_at(memory, %d))[i];
        }
"""
# What differs between two generated models, and so must get a name of its own in a common file.
_OWN = re.compile(
    r"\b(?:studio|STUDIO)_(?=(?:model|layer|memory|labels|INPUT|OUTPUT|ARENA|STATE|MODEL|LAYER_COUNT|LABEL))"
)


def spec_bytes(spec: TensorSpec) -> int:
    """The size of an input or output in memory."""
    return int(np.prod(spec.shape)) * np.dtype(spec.dtype).itemsize


def unit(models: Sequence[Sources]) -> list[SourceFile]:
    """One C file with all models, and the kernels that it includes; case_0_test, case_1_test... run them."""
    kernels: dict[str, str] = {}
    bodies = []
    for i, model in enumerate(models):
        texts = {f.name: f.text for f in model.files}
        own = texts.pop("model.h") + texts.pop("model.c").replace('#include "model.h"', "")
        run = _RUN.replace("INPUTS", "".join(_INPUT % (spec_bytes(s), n) for n, s in enumerate(model.inputs)))
        run = run.replace(
            "OUTPUTS", "".join(_OUTPUT % (spec_bytes(s), n) for n, s in enumerate(model.outputs))
        )
        bodies.append(_OWN.sub(f"case_{i}_", own) + run.replace("@", f"case_{i}"))
        kernels.update(texts)
    # Kernels are included, not compiled one by one: one compiler start for all.
    included = {f"{n}.inc" if n.endswith(".c") else n: text for n, text in kernels.items()}
    includes = "".join(f'#include "{n}"\n' for n in included if n.endswith(".inc"))
    return [
        SourceFile("cases.c", includes + "".join(bodies)),
        *(SourceFile(n, text) for n, text in included.items()),
    ]


def run_all(models: Sequence[Sources], inputs: Sequence[Int8Array]) -> list[Int8Array]:
    """The outputs [N, bytes] of each model for its inputs [N, bytes], several one after another.

    The rows are one sequence: a model with state remembers the rows before.
    """
    library = ctypes.CDLL(str(zig.compile(unit(models), FLAGS, "cases.so")))
    outputs = []
    for i, (model, x) in enumerate(zip(models, inputs, strict=True)):
        y = np.empty((len(x), sum(spec_bytes(s) for s in model.outputs)), np.int8)
        memory = np.empty(model.arena_bytes // 8 + 1, np.int64)
        x = np.ascontiguousarray(x)
        run = getattr(library, f"case_{i}_test")
        run.argtypes = (ctypes.c_void_p,) * 3 + (ctypes.c_int32,)
        assert run(memory.ctypes.data, x.ctypes.data, y.ctypes.data, len(x)) == 0
        outputs.append(y)
    return outputs
