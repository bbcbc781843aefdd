"""The generated C, built for this computer and called in-process: its answers are the board's answers."""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler import blobs, objects, zig
from studio.compiler.sources import SourceFile, Sources
from studio.core.errors import StudioError

_PIECE_SECONDS = 0.03
_EXPORT = "__declspec(dllexport) " if os.name == "nt" else ""
_BATCH = f"""
#include "model.h"

/* Runs the model on `count` inputs, one after another; a model with state remembers from one to the next if they
   are a sequence, and from the last call if it goes on (is_sequence is 2). */
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
        if (!is_sequence || (sample == 0 && is_sequence != 2)) {{
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


Each = Callable[
    [float], None
]  # called between two pieces of work with the share done; what it raises ends it


class HostModel:
    """A model's generated C as a library of this process."""

    def __init__(self, sources: Sources, watch: zig.Watch = zig.patient) -> None:
        """Build the library, or find it built; what `watch` raises stops the compiler.

        Raises StudioError if it cannot be compiled or stored.
        """
        self._sources = sources
        files = {file.name: file for file in (*sources.files, SourceFile("host_batch.c", _BATCH))}
        units, _ = objects.divided(files.values())
        kernels = objects.compiled(units, files.values(), _flags(), watch)
        files["model.c"], blob = blobs.apart(files["model.c"])
        for unit in units:
            del files[unit.name]
        flags = (*_flags(), *_link_flags())
        path = zig.compile(files.values(), flags, _product(), objects=kernels, blob=blob, watch=watch)
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

    def run(
        self, x: npt.NDArray[Any], *, is_sequence: bool = False, each: Each | None = None
    ) -> npt.NDArray[Any]:
        """The outputs [N, *output shape] for inputs [N, *input shape], batch dimensions of 1 left out.

        Both have the types that the model takes and gives: int8, int16 or float32.

        `x` may be [N, ...] in any shape with the right number of elements per row. Threads may call it at once, and it
        uses all cores itself. A model with state forgets before each row, unless the rows are one sequence. Of several
        outputs these are the first. `each` is called some thirty times a second with the share that is done; what it
        raises ends the run. Raises StudioError if the inputs do not have the model's size or type, or if it takes
        several.
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
        workers = 1 if is_sequence else min(os.cpu_count() or 1, len(x))
        _Work(self._batch, inputs, outputs, self._sources.arena_bytes, is_sequence).done_by(workers, each)
        return outputs


class _Work:
    """Rows to run, which several threads take piece by piece, each piece some hundredths of a second."""

    def __init__(
        self,
        batch: Callable[..., int],
        inputs: npt.NDArray[Any],
        outputs: npt.NDArray[Any],
        arena_bytes: int,
        is_sequence: bool,
    ) -> None:
        self._batch = batch
        self._inputs = inputs
        self._outputs = outputs
        self._arena_bytes = arena_bytes
        self._is_sequence = is_sequence
        self._lock = threading.Lock()
        self._taken = 0

    def done_by(self, workers: int, each: Each | None) -> None:
        """Run all rows on `workers` threads. Raises StudioError with the code's own error, and what `each` raises."""
        if workers <= 1 and each is None:
            self._labour(len(self._inputs))
            return
        with ThreadPoolExecutor(max(1, workers)) as pool:
            waiting = {pool.submit(self._labour, 1) for _ in range(workers)}
            try:
                while waiting:
                    done, waiting = wait(waiting, _PIECE_SECONDS, FIRST_EXCEPTION)
                    for job in done:
                        job.result()
                    if each is not None:
                        each(self._taken / len(self._inputs))
            finally:
                self._take(len(self._inputs))  # nothing is left for the others

    def _labour(self, rows: int) -> None:
        """Take and run pieces until there are none, at first of `rows` rows."""
        memory = np.empty(self._arena_bytes // 8 + 1, np.int64)
        while (piece := self._take(rows)).start < piece.stop:
            began = time.monotonic()
            inputs, outputs = self._inputs[piece], self._outputs[piece]
            sequence = (2 if piece.start else 1) if self._is_sequence else 0
            code = self._batch(
                memory.ctypes.data, inputs.ctypes.data, outputs.ctypes.data, len(inputs), sequence
            )
            if code:
                raise StudioError(f"The generated code stopped with error {code}.")
            seconds = time.monotonic() - began
            if seconds < _PIECE_SECONDS / 2:
                rows *= 2

    def _take(self, rows: int) -> slice:
        with self._lock:
            begin = self._taken
            self._taken = min(begin + rows, len(self._inputs))
            return slice(begin, self._taken)


def warm() -> None:
    """Compile all kernels for this computer, so that the first model is soon built."""
    files = objects.kernels()
    units, _ = objects.divided(files)
    objects.compiled(units, files, _flags())


def _product() -> str:
    return {"darwin": "model.dylib", "win32": "model.dll"}.get(sys.platform, "model.so")


def _flags() -> tuple[str, ...]:
    return (*zig.PRODUCT_FLAGS, "-O2", "-mcpu=baseline", "-fPIC")


def _link_flags() -> tuple[str, ...]:
    # Without a C library on Linux: what little the compiler calls (memcpy) is in the process already.
    return ("-shared", *(("-nostdlib",) if sys.platform.startswith("linux") else ()))
