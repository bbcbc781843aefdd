"""TensorFlow Lite Micro's own answers, for any number of inputs and outputs."""

import numpy as np
import pytest

from tests.compiler.built import Int8Array

ARENA_BYTES = 200_000


def answers(data: bytes, inputs: Int8Array) -> Int8Array:
    """The outputs [N, bytes] for inputs [N, bytes], several one after another; the rows are one sequence."""
    runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
    interpreter = runtime.Interpreter.from_bytes(data, arena_size=ARENA_BYTES)
    details = _details(interpreter.get_input_details)
    count = len(_details(interpreter.get_output_details))
    outputs = []
    for row in inputs:
        begin = 0
        for index, (shape, dtype) in enumerate(details):
            size = int(np.prod(shape)) * dtype.itemsize
            values = np.frombuffer(row[begin : begin + size].tobytes(), dtype).reshape(shape)
            interpreter.set_input(values, index)
            begin += size
        interpreter.invoke()
        parts = [interpreter.get_output(i).tobytes() for i in range(count)]
        outputs.append(np.frombuffer(b"".join(parts), np.int8))
    return np.stack(outputs)


def _details(get: object) -> list[tuple[tuple[int, ...], np.dtype[np.generic]]]:
    """(shape, type) of all inputs or outputs: the interpreter does not say how many there are."""
    found: list[tuple[tuple[int, ...], np.dtype[np.generic]]] = []
    while True:
        try:
            detail = get(len(found))  # type: ignore[operator]
        except (IndexError, ValueError, RuntimeError):
            return found
        found.append((tuple(int(s) for s in detail["shape"]), np.dtype(detail["dtype"])))
