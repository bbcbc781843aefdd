"""int16 activations with int8 weights: every operator answers as TensorFlow Lite Micro does, bit for bit."""

import zlib

import numpy as np
import numpy.typing as npt
import pytest

from studio.compiler import generate
from studio.compiler.firmware import build_virtual
from studio.compiler.host import HostModel
from studio.compiler.int16 import FAMILIES
from studio.core import tflite
from studio.device.virtual import run_batch
from tests.compiler.built import run_all
from tests.compiler.cases import CASES
from tests.compiler.models import Draft
from tests.compiler.retyped import as_int16

runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")

Int16Array = npt.NDArray[np.int16]
CASES_EACH = 20


def _answers(data: bytes, inputs: Int16Array) -> Int16Array:
    interpreter = runtime.Interpreter.from_bytes(data)
    shape = interpreter.get_input_details(0)["shape"]
    outputs = []
    for row in inputs:
        interpreter.set_input(row.reshape(shape), 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0).reshape(-1))
    return np.stack(outputs)


def _inputs(random: np.random.Generator, size: int) -> Int16Array:
    spread = np.array([[32768], [32768], [3000], [100]])
    values = (random.uniform(-1, 1, (4, size)) * spread).astype(np.int16)
    return np.concatenate([values, np.full((1, size), -32768, np.int16), np.full((1, size), 32767, np.int16)])


@pytest.mark.parametrize("operator", sorted(CASES.keys() & FAMILIES.keys()))
def test_int16_operator_answers_as_tensorflow_lite_micro(operator: str) -> None:
    random = np.random.default_rng(zlib.crc32(operator.encode()))
    files = [as_int16(CASES[operator](random)) for _ in range(CASES_EACH)]
    if operator == "TRANSPOSE":  # along four axes at once only bytes are moved
        files = [data for data in files if 1 in tflite.read(data).tensors[0].shape]
    models = [generate(data) for data in files]
    inputs = [_inputs(random, int(np.prod(m.input.shape))) for m in models]
    outputs = run_all(models, [x.view(np.int8) for x in inputs])
    for number, (data, x, y) in enumerate(zip(files, inputs, outputs, strict=True)):
        np.testing.assert_array_equal(
            y.view(np.int16), _answers(data, x), err_msg=f"{operator}, case {number}"
        )


def test_a_bias_of_32_bits_is_rounded_as_tensorflow_lite_micro_rounds_it() -> None:
    random = np.random.default_rng(6)
    files = [
        as_int16(CASES["CONV_2D"](random), bias_bits=32) for _ in range(6)
    ]  # only there does it take one
    models = [generate(data) for data in files]
    inputs = [_inputs(random, int(np.prod(m.input.shape))) for m in models]
    for data, x, y in zip(files, inputs, run_all(models, [x.view(np.int8) for x in inputs]), strict=True):
        np.testing.assert_array_equal(y.view(np.int16), _answers(data, x))


@pytest.mark.parametrize("operator", ["CONV_2D", "FULLY_CONNECTED"])
def test_the_virtual_board_answers_as_this_computer(operator: str) -> None:
    model = generate(as_int16(CASES[operator](np.random.default_rng(8))))
    x = _inputs(np.random.default_rng(1), int(np.prod(model.input.shape)))
    there = run_batch(build_virtual(model).elf_path, x).outputs
    assert there.dtype == np.int16
    np.testing.assert_array_equal(there, HostModel(model).run(x).reshape(there.shape))


def test_int8_becomes_int16_and_back() -> None:
    draft = Draft()
    a = draft.tensor((1, 9), 0.1, -5)
    b = draft.tensor((1, 9), 0.0004, dtype="int16")
    c = draft.tensor((1, 9), 0.0005, dtype="int16")
    d = draft.tensor((1, 9), 0.12, 7)
    e = draft.tensor((1, 9), 0.12, 7)
    draft.operator("QUANTIZE", [a], [b])
    draft.operator("ADD", [b, b], [c])
    draft.operator("QUANTIZE", [c], [d])
    draft.operator("ADD", [d, d], [e])
    data = draft.data([a], [e])
    x = np.random.default_rng(0).integers(-128, 128, (8, 9)).astype(np.int8)
    interpreter = runtime.Interpreter.from_bytes(data)
    found = HostModel(generate(data)).run(x)
    for row, answer in zip(x, found, strict=True):
        interpreter.set_input(row[None], 0)
        interpreter.invoke()
        np.testing.assert_array_equal(answer, interpreter.get_output(0)[0])
