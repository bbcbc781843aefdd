"""What the compiler leaves out: borders, activations and functions that a neighbour can do, constants, idle layers."""

from collections.abc import Callable

import numpy as np
import pytest

from studio.compiler import generate
from studio.compiler.host import HostModel
from tests.compiler.built import run_all
from tests.compiler.drawing import Random, pick, scale, weights, zero
from tests.compiler.models import Draft
from tests.compiler.oracle import answers

CASES_EACH = 25


def _check(make: Callable[[Random], bytes], *operators: str) -> None:
    """Random models compile to these operators and answer as TensorFlow Lite Micro does."""
    random = np.random.default_rng(17)
    files = [make(random) for _ in range(CASES_EACH)]
    models = [generate(data) for data in files]
    for model in models:
        assert [c.operator for c in model.layers] == list(operators)
    inputs = [random.integers(-128, 128, (8, int(np.prod(m.input.shape)))).astype(np.int8) for m in models]
    for data, x, y in zip(files, inputs, run_all(models, inputs), strict=True):
        np.testing.assert_array_equal(y, answers(data, x))


def _padded(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        draft = Draft()
        kind = scale(random), zero(random)
        height, width, depth = int(random.integers(2, 7)), int(random.integers(2, 7)), pick(random, 1, 3, 4)
        borders = np.array([(0, 0), *random.integers(0, 4, (2, 2)), (0, 0)], np.int32)
        borders[1, 0] += 1
        stride, taps, same = pick(random, 1, 2), pick(random, 1, 2, 3), int(random.integers(2))
        size = [n + int(b.sum()) for n, b in zip((height, width), borders[1:3], strict=True)]
        out = [-(-n // stride) if same else -(-(n - taps + 1) // stride) for n in size]
        outputs = depth if name == "DEPTHWISE_CONV_2D" else pick(random, 2, 4)
        x = draft.tensor((1, height, width, depth), *kind)
        padded = draft.tensor((1, *size, depth), *kind)
        y = draft.tensor((1, *out, outputs), scale(random, 0.05, 2), zero(random))
        shape = (1, taps, taps, depth) if name == "DEPTHWISE_CONV_2D" else (outputs, taps, taps, depth)
        w = draft.constant(
            weights(random, shape), np.full(outputs, 0.01, np.float32), 3 if shape[0] == 1 else 0
        )
        b = draft.constant(np.zeros(outputs, np.int32), np.full(outputs, 0.01 * kind[0], np.float32))
        draft.operator("PAD", [x, draft.constant(borders)], [padded])
        options = {"padding": 0 if same else 1, "strideH": stride, "strideW": stride}
        if name == "DEPTHWISE_CONV_2D":
            options["depthMultiplier"] = 1
        draft.operator(name, [padded, w, b], [y], **options)
        return draft.data([x], [y])

    return make


@pytest.mark.parametrize("name", ["CONV_2D", "DEPTHWISE_CONV_2D"])
def test_a_border_of_zeros_is_imagined_by_the_convolution(name: str) -> None:
    _check(_padded(name), name)


def _chain(*names: str) -> Callable[[Random], bytes]:
    """FULLY_CONNECTED and then functions, the RELUs of which keep the scale."""

    def make(random: Random) -> bytes:
        draft = Draft()
        kind = scale(random), zero(random)
        first = draft.tensor((1, 6), *kind)
        draft_w = draft.constant(weights(random, (5, 6)), 0.01)
        kind = scale(random, 0.02, 0.2), pick(random, -60, 0, 3)
        last = draft.tensor((1, 5), *kind)
        draft.operator(
            "FULLY_CONNECTED", [first, draft_w, -1], [last], fusedActivationFunction=pick(random, 0, 3)
        )
        for name in names:
            if name == "LOGISTIC":
                kind = 1 / 256, -128
            elif name == "QUANTIZE":
                kind = kind[0] * 1.5, pick(random, -9, 0, 20)
            following = draft.tensor((1, 5), *kind)
            draft.operator(name, [last], [following])
            last = following
        return draft.data([first], [last])

    return make


def test_an_activation_that_keeps_the_scale_becomes_the_limits_of_the_layer_before() -> None:
    _check(_chain("RELU", "RELU6"), "FULLY_CONNECTED")


def test_functions_of_functions_become_one_table() -> None:
    _check(_chain("RELU", "QUANTIZE", "LOGISTIC"), "FULLY_CONNECTED", "QUANTIZE")


def test_shape_arithmetic_is_done_when_the_model_is_compiled() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 2, 6), 0.1, 3), draft.tensor((1, 12), 0.1, 3)
    z = draft.tensor((1, 12), 0.2, 3)
    shape, first, both = (draft.tensor(s, dtype="int32") for s in ((3,), (), (2,)))
    one, zero_, twelve = (draft.constant(np.array(v, np.int32)) for v in ([1], [0], 12))
    draft.operator("SHAPE", [x], [shape])
    draft.operator("STRIDED_SLICE", [shape, zero_, one, one], [first], shrinkAxisMask=1)
    draft.operator("PACK", [first, twelve], [both], valuesCount=2, axis=0)
    draft.operator("RESHAPE", [x, both], [y])
    draft.operator("QUANTIZE", [y], [z])
    assert [c.operator for c in generate(draft.data([x], [z])).layers] == ["QUANTIZE"]


def test_the_bounds_of_a_slice_may_be_computed_from_a_shape() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 5), 0.1, 3), draft.tensor((1, 4), 0.1, 3)
    shape, end = draft.tensor((2,), dtype="int32"), draft.tensor((2,), dtype="int32")
    draft.operator("SHAPE", [x], [shape])
    draft.operator("SUB", [shape, draft.constant(np.array([0, 1], np.int32))], [end])
    bounds = [draft.constant(np.array(v, np.int32)) for v in ([0, 0], [1, 1])]
    draft.operator("STRIDED_SLICE", [x, bounds[0], end, bounds[1]], [y])
    model = generate(draft.data([x], [y]))
    assert [c.operator for c in model.layers] == ["STRIDED_SLICE"]
    np.testing.assert_array_equal(HostModel(model).run(np.array([[1, 2, 3, 4, 5]], np.int8)), [[1, 2, 3, 4]])


def test_weights_that_are_moved_or_dequantized_when_the_model_runs_are_constants() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), dtype="float32"), draft.tensor((1, 3), dtype="float32")
    stored = draft.constant(np.arange(12, dtype=np.int8).reshape(4, 3), 0.5, zero_point=2)
    turned, real = draft.tensor((3, 4), 0.5, 2), draft.tensor((3, 4), dtype="float32")
    draft.operator("TRANSPOSE", [stored, draft.constant(np.array([1, 0], np.int32))], [turned])
    draft.operator("DEQUANTIZE", [turned], [real])
    draft.operator("FULLY_CONNECTED", [x, real, -1], [y])
    model = generate(draft.data([x], [y]))
    assert [c.operator for c in model.layers] == ["FULLY_CONNECTED"]
    inputs = np.array([[1, 2, -1, 0.25]], np.float32)
    expected = inputs @ ((np.arange(12).reshape(4, 3) - 2) * 0.5)
    np.testing.assert_allclose(HostModel(model).run(inputs).reshape(1, 3), expected)


def test_nothing_is_joined_that_is_needed_elsewhere() -> None:
    draft = Draft()
    x, a, b = (draft.tensor((1, 4), 0.1, 3) for _ in range(3))
    y = draft.tensor((1, 4), 0.2, 3)
    draft.operator("LEAKY_RELU", [x], [a], alpha=0.5)
    draft.operator("RELU", [a], [b])
    draft.operator("ADD", [a, b], [y])
    assert [c.operator for c in generate(draft.data([x], [y])).layers] == ["LEAKY_RELU", "RELU", "ADD"]
    assert [c.operator for c in generate(draft.data([x], [b, a])).layers] == ["LEAKY_RELU", "RELU"]
