"""Models that leave int8 or int16 for float32 in the middle and come back: as TensorFlow Lite Micro answers."""

import numpy as np
import pytest

from studio.compiler import generate
from tests.compiler.built import run_all
from tests.compiler.models import Draft
from tests.compiler.oracle import answers

SCALES = ((0.1, -5, 0.25, 7), (0.03125, 0, 0.0625, -3), (0.7, 127, 0.011, -128))


def _there_and_back(dtype: str, case: tuple[float, int, float, int], middle: str) -> bytes:
    scale, zero_point, end_scale, end_zero_point = case
    if dtype == "int16":
        zero_point = end_zero_point = 0
        end_scale = max(end_scale, 0.3)  # beyond int32 TensorFlow Lite Micro's conversion is undefined
    draft = Draft()
    x = draft.tensor((1, 64), scale, zero_point, dtype=dtype)
    real, result = draft.tensor((1, 64), dtype="float32"), draft.tensor((1, 64), dtype="float32")
    back = draft.tensor((1, 64), end_scale, end_zero_point, dtype=dtype)
    flat = draft.tensor((64, 1), end_scale, end_zero_point, dtype=dtype)
    draft.operator("DEQUANTIZE", [x], [real])
    draft.operator(middle, [real, real] if middle in ("ADD", "MUL") else [real], [result])
    draft.operator("QUANTIZE", [result], [back])
    shape = draft.constant(np.array([64, 1], np.int32))
    draft.operator("RESHAPE", [back, shape], [flat])
    return draft.data([x], [flat])


@pytest.mark.parametrize("dtype", ["int8", "int16"])
def test_float32_in_the_middle_answers_as_tensorflow_lite_micro(dtype: str) -> None:
    random = np.random.default_rng(3)
    files = [_there_and_back(dtype, case, name) for case in SCALES for name in ("ADD", "MUL", "RELU")]
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    x = random.integers(low, high + 1, (12, 64)).astype(dtype)
    x[0, :2] = low, high
    rows = x.view(np.int8)
    for data, found in zip(files, run_all([generate(f) for f in files], [rows] * len(files)), strict=True):
        np.testing.assert_array_equal(found, answers(data, rows))


def test_numbers_beyond_int32_become_the_largest() -> None:
    draft = Draft()
    x, end = draft.tensor((1, 4), 1.0, 0), draft.tensor((1, 4), 1e-9, 5)
    real, result = draft.tensor((1, 4), dtype="float32"), draft.tensor((1, 4), dtype="float32")
    draft.operator("DEQUANTIZE", [x], [real])
    draft.operator("ADD", [real, real], [result])
    draft.operator("QUANTIZE", [result], [end])
    rows = np.array([[100, 0, -100, -128]], np.int8)
    (found,) = run_all([generate(draft.data([x], [end]))], [rows])
    np.testing.assert_array_equal(found, [[127, 5, -128, -128]])
