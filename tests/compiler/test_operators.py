"""Every operator, on random shapes and quantization, answers as TensorFlow Lite Micro does: bit for bit."""

import zlib

import numpy as np
import pytest

from studio.compiler import generate
from tests.compiler.built import Int8Array, run_all
from tests.compiler.cases import CASES
from tests.compiler.oracle import answers

CASES_EACH = 30
NIGHTLY_CASES_EACH = 300


def _inputs(random: np.random.Generator, size: int) -> Int8Array:
    ramp = (np.arange(size) * 37 % 256 - 128).astype(np.int8)
    flat = [np.full(size, v, np.int8) for v in (-128, 127, 0)]
    return np.stack([*random.integers(-128, 128, (6, size)).astype(np.int8), *flat, ramp])


def _check(operator: str, seed: int, count: int) -> None:
    random = np.random.default_rng((zlib.crc32(operator.encode()), seed))
    files = [CASES[operator](random) for _ in range(count)]
    models = [generate(data) for data in files]
    inputs = [_inputs(random, int(np.prod(m.input.shape))) for m in models]
    outputs = run_all(models, inputs)
    for number, (data, x, y) in enumerate(zip(files, inputs, outputs, strict=True)):
        np.testing.assert_array_equal(y, answers(data, x), err_msg=f"{operator}, case {number}")


@pytest.mark.parametrize("operator", sorted(CASES))
def test_operator_answers_as_tensorflow_lite_micro(operator: str) -> None:
    _check(operator, 0, CASES_EACH)


@pytest.mark.nightly
@pytest.mark.parametrize("operator", sorted(CASES))
def test_operator_answers_as_tensorflow_lite_micro_three_hundred_times(operator: str) -> None:
    _check(operator, 1, NIGHTLY_CASES_EACH)
