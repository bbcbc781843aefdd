"""Packed weights: taken where they fit, given up where a sum would not, and worth it on the virtual board."""

import numpy as np
import pytest

from studio.compiler import Optimize, Sources, generate
from studio.compiler.firmware import build_virtual
from studio.device.virtual import run_batch
from tests.benchmarks.compiler import LARGEST_CONSTANTS, YARDSTICKS
from tests.compiler.built import run_all
from tests.compiler.models import Array, Draft, schema
from tests.compiler.oracle import answers
from tests.mlperf_tiny import FILES, model_bytes, vectors


def _kernels(model: Sources) -> set[str]:
    return {f.name.removesuffix(".c") for f in model.files if f.name.endswith(".c")}


def dense(weights: Array, output_scale: float = 20.0) -> bytes:
    draft = Draft()
    x = draft.tensor((1, weights.shape[1]), 0.1, -7)
    y = draft.tensor((1, len(weights)), output_scale, 3)
    draft.operator("FULLY_CONNECTED", [x, draft.constant(weights, 0.02), -1], [y])
    return draft.data([x], [y])


def convolution(
    shape: tuple[int, int, int, int],
    weights: Array,
    padding: int,
    steps: tuple[int, int],
    out: tuple[int, int],
) -> bytes:
    draft = Draft()
    x = draft.tensor(shape, 0.1, -7)
    y = draft.tensor((1, *out, len(weights)), 8.0, 3)
    options = {"padding": padding, "strideH": steps[0], "strideW": steps[1]}
    draft.operator("CONV_2D", [x, draft.constant(weights, 0.02)], [y], **options)
    return draft.data([x], [y])


def _check(data: bytes) -> Sources:
    model = generate(data)
    size = int(np.prod(model.input.shape))
    x = np.random.default_rng(3).integers(-128, 128, (8, size)).astype(np.int8)
    x[0], x[1] = -128, 127
    np.testing.assert_array_equal(run_all([model], [x])[0], answers(data, x))
    return model


def test_ordinary_weights_are_packed() -> None:
    random = np.random.default_rng(1)
    for rows, columns in ((1, 1), (2, 3), (3, 4), (7, 9), (8, 64)):
        weights = random.integers(-127, 128, (rows, columns)).astype(np.int8)
        assert "studio_vector" in _kernels(_check(dense(weights)))


def test_a_pair_that_does_not_fit_16_bits_is_left_alone() -> None:
    weights = np.full((4, 8), -1, np.int8)
    weights[1] = -128
    assert "studio_dense" in _kernels(_check(dense(weights)))
    assert "studio_vector" in _kernels(_check(dense(-weights.clip(-127))))


def test_sums_beyond_24_bits_are_left_alone() -> None:
    assert "studio_vector" in _kernels(_check(dense(np.full((2, 512), 127, np.int8))))
    assert "studio_dense" in _kernels(_check(dense(np.full((2, 520), -127, np.int8))))
    # Only the odd rows are 256 times too large for 32 bits.
    weights = np.stack([np.full(520, 127), np.full(520, 3)]).astype(np.int8)
    assert "studio_vector" in _kernels(_check(dense(weights)))


def test_a_factor_above_one_is_left_alone() -> None:
    weights = np.arange(-8, 8, dtype=np.int8).reshape(2, 8)
    assert "studio_dense" in _kernels(_check(dense(weights, output_scale=0.001)))


@pytest.mark.parametrize(
    ("shape", "filter_shape", "padding", "steps", "out"),
    [
        (
            (1, 9, 1, 3),
            (5, 3, 1, 3),
            schema.Padding.SAME,
            (1, 1),
            (9, 1),
        ),  # along one axis: an odd number of pixels
        ((1, 7, 5, 4), (3, 3, 3, 4), schema.Padding.SAME, (1, 1), (7, 5)),  # in the place of its input
        ((1, 8, 8, 8), (8, 1, 1, 8), schema.Padding.SAME, (2, 2), (4, 4)),  # rows left out
        ((1, 9, 9, 1), (6, 2, 3, 1), schema.Padding.VALID, (3, 2), (3, 4)),  # steps beyond the filter
        ((1, 3, 3, 2), (2, 3, 3, 2), schema.Padding.VALID, (1, 1), (1, 1)),  # one pixel
    ],
)
def test_windows_of_all_kinds(
    shape: tuple[int, int, int, int],
    filter_shape: tuple[int, ...],
    padding: int,
    steps: tuple[int, int],
    out: tuple[int, int],
) -> None:
    weights = np.random.default_rng(2).integers(-127, 128, filter_shape).astype(np.int8)
    assert "studio_window" in _kernels(_check(convolution(shape, weights, padding, steps, out)))


def test_a_convolution_of_one_size_runs_in_the_place_of_its_input() -> None:
    weights = np.random.default_rng(2).integers(-127, 128, (8, 3, 3, 8)).astype(np.int8)
    model = _check(convolution((1, 16, 16, 8), weights, schema.Padding.SAME, (1, 1), (16, 16)))
    image, ring, columns = 16 * 16 * 8, 3 * 18 * 8, 16 * 18
    assert model.arena_bytes == image + ring + 4 + columns


@pytest.mark.parametrize("key", sorted(FILES))
def test_models_keep_to_the_yardstick_and_each_aim_costs_the_other(key: str) -> None:
    data, yard = model_bytes(key), YARDSTICKS[key]
    x, expected = vectors(key)
    code, instructions = [], []
    for aim in (Optimize.SPEED, Optimize.BALANCED, Optimize.SIZE):
        firmware = build_virtual(generate(data, optimize=aim), optimize=aim)
        batch = run_batch(firmware.elf_path, x[:2])
        np.testing.assert_array_equal(batch.outputs.ravel(), expected[:2].ravel())
        assert firmware.code_bytes <= yard.largest_code
        assert firmware.ram_bytes(batch.stack_bytes) <= yard.largest_ram
        assert firmware.weight_bytes <= LARGEST_CONSTANTS.get(key, 0.85) * len(data)
        code.append(firmware.code_bytes)
        instructions.append(batch.instructions)
    assert instructions[0] <= yard.largest_instructions
    assert instructions[2] <= yard.default_instructions
    assert instructions == sorted(instructions)
    assert code == sorted(code, reverse=True)


@pytest.mark.parametrize(("inputs", "outputs", "shared"), [(64, 10, True), (256, 64, False)])
def test_a_dense_layer_takes_the_convolutions_kernel_where_that_is_worth_its_time(
    inputs: int, outputs: int, shared: bool
) -> None:
    draft, random = Draft(), np.random.default_rng(9)
    x = draft.tensor((1, 1, inputs // 8, 8), 0.1, -7)
    wide, flat = draft.tensor((1, 1, inputs // 8, 8), 3.0, 3), draft.tensor((1, inputs), 3.0, 3)
    filters = draft.constant(random.integers(-127, 128, (8, 1, 1, 8)).astype(np.int8), 0.02)
    draft.operator("CONV_2D", [x, filters], [wide], padding=schema.Padding.SAME, strideH=1, strideW=1)
    draft.operator("RESHAPE", [wide, draft.constant(np.array([1, inputs], np.int32))], [flat])
    weights = draft.constant(random.integers(-127, 128, (outputs, inputs)).astype(np.int8), 0.02)
    y = draft.tensor((1, outputs), 40.0, 3)
    draft.operator("FULLY_CONNECTED", [flat, weights, -1], [y])
    data = draft.data([x], [y])
    assert ("studio_vector" in _kernels(generate(data))) is not shared
    assert "studio_vector" in _kernels(generate(data, optimize=Optimize.SPEED))
    assert "studio_vector" not in _kernels(generate(data, optimize=Optimize.SIZE))
