"""The generated C, built by gcc at several levels for a Cortex-M4 that qemu is, answers as everywhere else."""

from pathlib import Path

import numpy as np
import pytest

from studio.compiler import generate
from tests.compiler.built import run_all
from tests.compiler.cases import CASES
from tests.compiler.machines import CORTEX_M4_TOOLS, needs, on_cortex_m4
from tests.mlperf_tiny import model_bytes, vectors

pytestmark = needs(*CORTEX_M4_TOOLS)
LEVELS = ("-O0", "-Os", "-O2")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("key", "count"), [("hello", 20), ("kws", 3), ("sww", 3)])
def test_models_answer_as_tensorflow_lite_micro(key: str, count: int, level: str, tmp_path: Path) -> None:
    model = generate(model_bytes(key))
    x, expected = vectors(key)
    ran = on_cortex_m4([model], [x[:count]], level, tmp_path)
    np.testing.assert_array_equal(ran.outputs[0], expected[:count].reshape(len(ran.outputs[0]), -1))


@pytest.mark.parametrize("level", LEVELS)
def test_every_operator_answers_as_on_this_computer(level: str, tmp_path: Path) -> None:
    random = np.random.default_rng(29)
    models = [generate(CASES[name](random)) for name in sorted(CASES) for _ in range(2)]
    inputs = [
        random.integers(-128, 128, (3, int(np.prod(model.input.shape)))).astype(np.int8) for model in models
    ]
    ran = on_cortex_m4(models, inputs, level, tmp_path)
    for number, (y, expected) in enumerate(zip(ran.outputs, run_all(models, inputs), strict=True)):
        np.testing.assert_array_equal(y, expected, err_msg=f"case {number}")
