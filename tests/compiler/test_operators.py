"""Every operator, on random shapes and quantization, answers as TensorFlow Lite Micro does: bit for bit."""

import zlib

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

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


def _check(operator: str, seeds: list[int]) -> None:
    """Build the cases of all seeds at once: a compiler start for each would take minutes."""
    randoms = [np.random.default_rng((zlib.crc32(operator.encode()), seed)) for seed in seeds]
    files = [CASES[operator](random) for random in randoms]
    models = [generate(data) for data in files]
    inputs = [
        _inputs(random, int(np.prod(model.input.shape)))
        for random, model in zip(randoms, models, strict=True)
    ]
    outputs = run_all(models, inputs)
    for seed, data, x, y in zip(seeds, files, inputs, outputs, strict=True):
        np.testing.assert_array_equal(y, answers(data, x), err_msg=f"{operator}, seed {seed}")


def _seeds() -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, 2**62), min_size=CASES_EACH, max_size=CASES_EACH, unique=True)


# Without shrinking: a seed names its case, and every try would be a build of its own.
as_drawn = settings(deadline=None, database=None, phases=(Phase.generate,))


@pytest.mark.parametrize("operator", sorted(CASES))
@settings(as_drawn, max_examples=1, derandomize=True)
@given(seeds=_seeds())
def test_operator_answers_as_tensorflow_lite_micro(operator: str, seeds: list[int]) -> None:
    _check(operator, seeds)


@pytest.mark.nightly
@pytest.mark.parametrize("operator", sorted(CASES))
@settings(as_drawn, max_examples=NIGHTLY_CASES_EACH // CASES_EACH)
@given(seeds=_seeds())
def test_operator_answers_as_tensorflow_lite_micro_three_hundred_times(
    operator: str, seeds: list[int]
) -> None:
    _check(operator, seeds)
