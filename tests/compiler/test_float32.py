"""Models as they were trained, in float32: every operator answers as TensorFlow Lite Micro does, but for rounding."""

import zlib

import numpy as np
import numpy.typing as npt
import pytest

from studio.compiler import generate
from studio.compiler.firmware import build_virtual
from studio.compiler.float32 import FAMILIES
from studio.compiler.host import HostModel
from studio.core import tflite
from studio.core.errors import StudioError
from studio.device.virtual import run_batch
from tests.compiler.built import run_all
from tests.compiler.cases import CASES
from tests.compiler.models import Draft, schema
from tests.compiler.retyped import as_float32
from tests.mlperf_tiny import model_bytes

runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")

Floats = npt.NDArray[np.float32]
CASES_EACH = 20
RELATIVE = 1e-5  # of the largest number that the layer writes
SMALLEST = 1e-30  # what exp takes for its smallest answers


def _answers(data: bytes, inputs: Floats) -> Floats:
    interpreter = runtime.Interpreter.from_bytes(data)
    shape = interpreter.get_input_details(0)["shape"]
    outputs = []
    for row in inputs:
        interpreter.set_input(row.reshape(shape), 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0).reshape(-1))
    return np.stack(outputs)


def _inputs(random: np.random.Generator, size: int) -> Floats:
    scales = np.array([[1.0], [0.1], [10.0], [3.0], [1e-3], [100.0]])
    values: Floats = (random.normal(size=(6, size)) * scales).astype(np.float32)
    return values


@pytest.mark.parametrize("operator", sorted(CASES.keys() & FAMILIES.keys()))
def test_float32_operator_answers_as_tensorflow_lite_micro(operator: str) -> None:
    random = np.random.default_rng(zlib.crc32(operator.encode()))
    files = [as_float32(CASES[operator](random)) for _ in range(CASES_EACH)]
    if operator == "TRANSPOSE":  # along four axes at once only bytes are moved
        files = [data for data in files if 1 in tflite.read(data).tensors[0].shape]
    models = [generate(data) for data in files]
    inputs = [_inputs(random, int(np.prod(m.input.shape))) for m in models]
    outputs = run_all(models, [x.view(np.int8) for x in inputs])
    for number, (data, x, y) in enumerate(zip(files, inputs, outputs, strict=True)):
        expected = _answers(data, x)
        slack = RELATIVE * np.abs(expected).max(axis=1, keepdims=True) + SMALLEST
        assert (np.abs(y.view(np.float32) - expected) <= slack).all(), f"{operator}, case {number}"


@pytest.mark.parametrize("operator", ["LOGISTIC", "TANH"])
def test_curves_are_right_from_end_to_end(operator: str) -> None:
    draft = Draft()
    x, y = (draft.tensor((1, 20001), dtype="float32") for _ in range(2))
    draft.operator(operator, [x], [y])
    at = np.linspace(-30, 30, 20001, dtype=np.float32)
    exact = np.tanh(at.astype(np.float64)) if operator == "TANH" else 1 / (1 + np.exp(-at.astype(np.float64)))
    found = HostModel(generate(draft.data([x], [y]))).run(at[None])[0]
    np.testing.assert_allclose(found, exact, rtol=5e-7)


def test_softmax_of_far_apart_numbers_is_finite() -> None:
    draft = Draft()
    x, y = (draft.tensor((1, 3), dtype="float32") for _ in range(2))
    draft.operator("SOFTMAX", [x], [y], beta=1.0)
    found = HostModel(generate(draft.data([x], [y]))).run(np.array([[1e30, -1e30, 0]], np.float32))
    np.testing.assert_allclose(found, [[1, 0, 0]], atol=1e-30)


@pytest.mark.parametrize("name", ["hello_world_float.tflite", "pretrainedResnet.tflite"])
def test_whole_float32_models_answer_as_tensorflow_lite_micro(name: str) -> None:
    data = model_bytes(name)
    model = generate(data)
    x = np.random.default_rng(2).normal(size=(3, *model.input.shape[1:])).astype(np.float32)
    expected = _answers(data, x)
    found = HostModel(model).run(x).reshape(expected.shape)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * float(np.abs(expected).max()))
    assert (model.input.dtype, model.input.scale, model.input.zero_point) == ("float32", 1.0, 0)


def test_the_virtual_board_answers_to_the_bit_as_this_computer() -> None:
    draft = Draft()
    random = np.random.default_rng(4)
    shapes = ((1, 5, 5, 2), (1, 5, 5, 4), (1, 5, 5, 4), (1, 100), (1, 6), (1, 6))
    tensors = [draft.tensor(shape, dtype="float32") for shape in shapes]
    filters = draft.constant(random.normal(size=(4, 3, 3, 2)).astype(np.float32))
    matrix = draft.constant(random.normal(size=(6, 100)).astype(np.float32))
    no_bias = draft.constant(np.zeros(4, np.float32))
    same = {"strideH": 1, "strideW": 1, "padding": schema.Padding.SAME}
    draft.operator("CONV_2D", [tensors[0], filters, no_bias], [tensors[1]], **same)
    draft.operator("TANH", [tensors[1]], [tensors[2]])
    shape = draft.constant(np.array([1, 100], np.int32))
    draft.operator("RESHAPE", [tensors[2], shape], [tensors[3]])
    draft.operator("FULLY_CONNECTED", [tensors[3], matrix, -1], [tensors[4]])
    draft.operator("SOFTMAX", [tensors[4]], [tensors[5]], beta=1.0)
    model = generate(draft.data([tensors[0]], [tensors[5]]))
    x = random.normal(size=(4, 5, 5, 2)).astype(np.float32)
    there = run_batch(build_virtual(model).elf_path, x)
    assert there.outputs.dtype == np.float32
    np.testing.assert_array_equal(there.outputs, HostModel(model).run(x))
    assert len(there.layer_instructions) == len(model.layers)


def test_weights_that_are_not_numbers_are_refused() -> None:
    draft = Draft()
    x, y = (draft.tensor((1, 2), dtype="float32") for _ in range(2))
    w = draft.constant(np.array([[1, np.nan], [0, 1]], np.float32))
    draft.operator("FULLY_CONNECTED", [x, w, -1], [y])
    with pytest.raises(StudioError, match="weights that are not numbers"):
        generate(draft.data([x], [y]))
