"""The generated C on an 8-bit board, an ATmega2560 that simavr is: weights in flash, the same answers."""

from pathlib import Path

import numpy as np
import pytest

from studio.compiler import generate
from studio.core.board import find_board
from tests.compiler.built import run_all
from tests.compiler.cases import CASES
from tests.compiler.machines import AVR_TOOLS, needs, on_atmega2560
from tests.compiler.shared import model_bytes, vectors

pytestmark = needs(*AVR_TOOLS)
PER_IMAGE = 12


def test_hello_answers_as_tensorflow_lite_micro(tmp_path: Path) -> None:
    model = generate(model_bytes("hello"))
    x, expected = vectors("hello")
    ran = on_atmega2560([model], [x], tmp_path)
    np.testing.assert_array_equal(ran.outputs[0], expected.reshape(len(x), -1))


@pytest.mark.parametrize("first", range(0, len(CASES), PER_IMAGE))
def test_every_operator_answers_as_on_this_computer(first: int, tmp_path: Path) -> None:
    random = np.random.default_rng(first)
    names = sorted(CASES)[first : first + PER_IMAGE]
    models = [generate(CASES[name](random)) for name in names for _ in range(3)]
    inputs = [
        random.integers(-128, 128, (2, int(np.prod(model.input.shape)))).astype(np.int8) for model in models
    ]
    ran = on_atmega2560(models, inputs, tmp_path)
    for number, (y, expected) in enumerate(zip(ran.outputs, run_all(models, inputs), strict=True)):
        np.testing.assert_array_equal(y, expected, err_msg=f"{names[number // 3]}, case {number}")
