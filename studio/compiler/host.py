"""The generated C, built for this computer and called in-process: its answers are the board's answers."""

import ctypes
import os
import sys
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler import zig
from studio.compiler.sources import SourceFile, Sources
from studio.core.errors import StudioError

_EXPORT = "__declspec(dllexport) " if os.name == "nt" else ""
_BATCH = f"""
#include <stdint.h>

/* Runs the model on `count` inputs, one after another; a model with state remembers from one to the next if they
   are a sequence. */
{_EXPORT}int studio_host_batch(studio_memory *memory, const STUDIO_INPUT_TYPE *inputs, STUDIO_OUTPUT_TYPE *outputs,
                                int64_t count, int32_t is_sequence);
int studio_host_batch(studio_memory *memory, const STUDIO_INPUT_TYPE *inputs, STUDIO_OUTPUT_TYPE *outputs,
                      int64_t count, int32_t is_sequence)
{{
    int64_t sample;
    int32_t i;
    (void)is_sequence;
    for (sample = 0; sample < count; sample++) {{
        STUDIO_INPUT_TYPE *input = studio_model_input(memory);
        const STUDIO_OUTPUT_TYPE *output = studio_model_output(memory);
        int error;
#if STUDIO_STATE_BYTES > 0
        if (sample == 0 || !is_sequence) {{
            studio_model_reset(memory);
        }}
#endif
        for (i = 0; i < STUDIO_INPUT_SIZE; i++) {{
            input[i] = *inputs++;
        }}
        error = studio_model_run(memory);
        if (error) {{
            return error;
        }}
        for (i = 0; i < STUDIO_OUTPUT_SIZE; i++) {{
            *outputs++ = output[i];
        }}
    }}
    return 0;
}}
"""


class HostModel:
    """A model's generated C as a library of this process."""

    def __init__(self, sources: Sources) -> None:
        """Build the library, or find it built. Raises StudioError if it cannot be compiled or stored."""
        self._sources = sources
        # One translation unit: one compiler start instead of one per kernel.
        units = "".join(f'#include "{name}"\n' for name in sources.c_files) + _BATCH
        headers = tuple(SourceFile(_as_header(f.name), f.text) for f in sources.files)
        unit = SourceFile("host_batch.c", units.replace('.c"', '.c.h"'))
        path = zig.compile((*headers, unit), _flags(), _product())
        try:
            self._library = ctypes.CDLL(str(path))
        except OSError as error:
            raise StudioError(f"The model's code cannot be loaded on this computer: {error}.") from error
        self._batch = self._library.studio_host_batch
        self._batch.restype = ctypes.c_int
        self._batch.argtypes = (
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_int64,
            ctypes.c_int32,
        )

    def run(self, x: npt.NDArray[Any], *, is_sequence: bool = False) -> npt.NDArray[Any]:
        """The outputs [N, *output shape] for inputs [N, *input shape], batch dimensions of 1 left out.

        Both have the types that the model takes and gives: int8, int16 or float32.

        `x` may be [N, ...] in any shape with the right number of elements per row. Threads may call it at once.
        A model with state forgets before each row, unless the rows are one sequence. Of several outputs these are
        the first. Raises StudioError if the inputs do not have the model's size or type, or if it takes several.
        """
        if self._sources.more_inputs:
            raise StudioError(
                f"This model has {len(self._sources.inputs)} inputs, and the studio runs models with one. Export the "
                "C code, which takes all of them, or join the inputs into one."
            )
        size = int(np.prod(self._sources.input.shape))
        if x.dtype != self._sources.input.dtype or x.ndim == 0 or x.size != len(x) * size:
            raise StudioError(
                f"The model takes {self._sources.input.dtype} inputs of shape {list(self._sources.input.shape)} "
                f"and was given {x.dtype} {list(x.shape[1:])}. Quantize or reshape the data."
            )
        inputs = np.ascontiguousarray(x)
        shape = self._sources.output.shape
        outputs = np.empty((len(x), *(shape[1:] if shape[:1] == (1,) else shape)), self._sources.output.dtype)
        memory = np.empty(self._sources.arena_bytes // 8 + 1, np.int64)
        code = self._batch(memory.ctypes.data, inputs.ctypes.data, outputs.ctypes.data, len(x), is_sequence)
        if code:
            raise StudioError(f"The generated code stopped with error {code}.")
        return outputs


def _as_header(name: str) -> str:
    """Kernel and model files are included, not compiled one by one."""
    return f"{name}.h" if name.endswith(".c") else name


def _product() -> str:
    return {"darwin": "model.dylib", "win32": "model.dll"}.get(sys.platform, "model.so")


def _flags() -> tuple[str, ...]:
    # Without a C library on Linux: what little the compiler calls (memcpy) is in the process already.
    bare = ("-nostdlib",) if sys.platform.startswith("linux") else ()
    return (*zig.PRODUCT_FLAGS, "-O2", "-mcpu=baseline", "-fPIC", "-shared", *bare)
