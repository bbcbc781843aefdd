"""The generated C on an 8-bit board, an ATmega2560 that simavr is: weights in flash, the same answers."""

from pathlib import Path

import numpy as np
import pytest
from elftools.elf.elffile import ELFFile

from studio.compiler import generate
from tests.compiler.built import run_all
from tests.compiler.cases import CASES
from tests.compiler.machines import AVR_TOOLS, needs, on_atmega2560
from tests.compiler.models import Draft, schema
from tests.mlperf_tiny import model_bytes, vectors

pytestmark = needs(*AVR_TOOLS)
PER_IMAGE = 12
HARNESS_BYTES = 100  # of variables: the digits and what the serial port needs


def gesture_net() -> bytes:
    """Three axes of 64 readings -> four gestures: the layers of the gestures sample, half as wide."""
    draft = Draft()
    random = np.random.default_rng(8)

    def weights(*shape: int) -> int:
        return draft.constant(random.integers(-127, 128, shape).astype(np.int8), 0.004)

    def bias(count: int) -> int:
        return draft.constant(random.integers(-900, 900, count).astype(np.int32), 0.0002)

    same, valid, relu = schema.Padding.SAME, schema.Padding.VALID, 1
    step = {"strideH": 1, "strideW": 1}
    halve = {"strideH": 2, "strideW": 1, "filterHeight": 2, "filterWidth": 1, "padding": valid}
    x = draft.tensor((1, 64, 1, 3), 0.05, 3)
    conv, pooled = draft.tensor((1, 64, 1, 12), 0.06, -128), draft.tensor((1, 32, 1, 12), 0.06, -128)
    draft.operator(
        "CONV_2D",
        [x, weights(12, 5, 1, 3), bias(12)],
        [conv],
        padding=same,
        fusedActivationFunction=relu,
        **step,
    )
    draft.operator("MAX_POOL_2D", [conv], [pooled], **halve)
    deep, point = draft.tensor((1, 32, 1, 12), 0.05, -128), draft.tensor((1, 32, 1, 20), 0.07, -128)
    draft.operator(
        "DEPTHWISE_CONV_2D", [pooled, weights(1, 5, 1, 12), bias(12)], [deep], padding=same, depthMultiplier=1,
        fusedActivationFunction=relu, **step,
    )  # fmt: skip
    draft.operator(
        "CONV_2D",
        [deep, weights(20, 1, 1, 12), bias(20)],
        [point],
        padding=same,
        fusedActivationFunction=relu,
        **step,
    )
    small, mean = draft.tensor((1, 16, 1, 20), 0.07, -128), draft.tensor((1, 20), 0.04, -128)
    draft.operator("MAX_POOL_2D", [point], [small], **halve)
    draft.operator("MEAN", [small, draft.constant(np.array([1, 2], np.int32))], [mean], keepDims=False)
    scores, answer = draft.tensor((1, 4), 0.05, -10), draft.tensor((1, 4), 1 / 256, -128)
    draft.operator("FULLY_CONNECTED", [mean, weights(4, 20), bias(4)], [scores])
    draft.operator("SOFTMAX", [scores], [answer], beta=1.0)
    return draft.data([x], [answer])


def test_hello_answers_as_tensorflow_lite_micro(tmp_path: Path) -> None:
    model = generate(model_bytes("hello"))
    x, expected = vectors("hello")
    ran = on_atmega2560([model], [x], tmp_path)
    np.testing.assert_array_equal(ran.outputs[0], expected.reshape(len(x), -1))


def test_a_gesture_net_answers_as_on_this_computer_with_its_constants_in_flash(tmp_path: Path) -> None:
    model = generate(gesture_net())
    x = np.random.default_rng(4).integers(-128, 128, (3, 192)).astype(np.int8)
    ran = on_atmega2560([model], [x], tmp_path)
    expected = run_all([model], [x])[0]
    assert len(np.unique(expected)) > 3
    np.testing.assert_array_equal(ran.outputs[0], expected)
    with ran.image.open("rb") as file:
        sections = {s.name: s["sh_size"] for s in ELFFile(file).iter_sections()}
    variables = sections[".data"] + sections.get(".bss", 0)
    assert variables < model.arena_bytes + 192 + 4 + HARNESS_BYTES
    assert variables + ran.stack_bytes < 8192


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
