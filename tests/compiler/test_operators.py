"""Every operator, on random shapes and quantization, answers as TensorFlow Lite Micro does: bit for bit."""

import zlib

import numpy as np
import pytest

from studio.compiler import generate
from tests.compiler.built import Int8Array, run_all
from tests.compiler.cases import CASES

runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")

CASES_EACH = 40


def _inputs(random: np.random.Generator, size: int) -> Int8Array:
    ramp = (np.arange(size) * 37 % 256 - 128).astype(np.int8)
    flat = [np.full(size, v, np.int8) for v in (-128, 127, 0)]
    return np.stack([*random.integers(-128, 128, (6, size)).astype(np.int8), *flat, ramp])


def _answers(data: bytes, inputs: Int8Array) -> Int8Array:
    interpreter = runtime.Interpreter.from_bytes(data)
    shape = interpreter.get_input_details(0)["shape"]
    outputs = []
    for row in inputs:
        interpreter.set_input(row.reshape(shape), 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0).reshape(-1))
    return np.stack(outputs)


@pytest.mark.parametrize("operator", sorted(CASES))
def test_operator_answers_as_tensorflow_lite_micro(operator: str) -> None:
    random = np.random.default_rng(zlib.crc32(operator.encode()))
    files = [CASES[operator](random) for _ in range(CASES_EACH)]
    models = [generate(data) for data in files]
    inputs = [_inputs(random, int(np.prod(m.input.shape))) for m in models]
    outputs = run_all(models, inputs)
    for number, (data, x, y) in enumerate(zip(files, inputs, outputs, strict=True)):
        np.testing.assert_array_equal(y, _answers(data, x), err_msg=f"{operator}, case {number}")
