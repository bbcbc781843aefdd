"""Layers whose weights take few values: stored as a palette where that is smaller, with the answers unchanged."""

from pathlib import Path

import numpy as np
import pytest

from studio.compiler import Optimize, Sources, generate
from studio.compiler.firmware import build_virtual
from studio.compiler.sources import StorageKind
from studio.device.virtual import run_batch
from tests.compiler.built import run_all
from tests.compiler.clustered import clustered, nearest
from tests.compiler.machines import AVR_TOOLS, CORTEX_M4_TOOLS, needs, on_atmega2560, on_cortex_m4
from tests.compiler.models import Draft, schema
from tests.compiler.oracle import answers
from tests.mlperf_tiny import model_bytes, vectors

Random = np.random.Generator
PALETTES = {StorageKind.PALETTE_4, StorageKind.PALETTE_2}
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID


def dense(random: Random, values: int, rows: int, outputs: int, inputs: int) -> bytes:
    draft = Draft()
    weights = nearest(random.integers(-127, 128, (outputs, inputs)), values)
    scale = float(np.float32(random.uniform(0.002, 0.01)))
    bias = draft.constant(
        random.integers(-900, 900, outputs).astype(np.int32), float(np.float32(0.05) * np.float32(scale))
    )
    x = draft.tensor((rows, inputs), 0.05, int(random.integers(-128, 128)))
    y = draft.tensor(
        (rows, outputs), float(0.05 * scale * 70 * np.sqrt(inputs)), int(random.integers(-128, 128))
    )
    draft.operator(
        "FULLY_CONNECTED", [x, draft.constant(weights, scale), bias], [y],
        fusedActivationFunction=int(random.integers(4)),
    )  # fmt: skip
    return draft.data([x], [y])


def convolution(
    random: Random, values: int, outputs: int, depth: int, taps: int, step: int, padding: int
) -> bytes:
    draft = Draft()
    weights = nearest(random.integers(-127, 128, (outputs, taps, taps, depth)), values)
    scales = random.uniform(0.002, 0.01, outputs).astype(np.float32)
    bias = draft.constant(
        random.integers(-900, 900, outputs).astype(np.int32), (0.05 * scales).astype(np.float32)
    )
    size = 7
    out = -(-size // step) if padding == SAME else -(-(size - taps + 1) // step)
    x = draft.tensor((1, size, size, depth), 0.05, int(random.integers(-128, 128)))
    y = draft.tensor(
        (1, out, out, outputs), float(0.02 * np.sqrt(depth) * taps), int(random.integers(-128, 128))
    )
    draft.operator(
        "CONV_2D", [x, draft.constant(weights, scales), bias], [y], padding=padding, strideH=step, strideW=step,
        fusedActivationFunction=int(random.integers(4)),
    )  # fmt: skip
    return draft.data([x], [y])


def cases() -> list[bytes]:
    """Products that fill no four, several rows and one, borders and strides, in place of the input and not."""
    random = np.random.default_rng(50)
    files = []
    for values in (2, 4, 5, 16):
        files += [dense(random, values, rows, 60, inputs) for rows, inputs in ((1, 101), (3, 90), (6, 64))]
        files += [
            convolution(random, values, outputs, depth, taps, step, padding)
            for outputs, depth, taps, step, padding in (
                (72, 64, 1, 1, SAME),
                (40, 45, 1, 1, VALID),
                (30, 7, 3, 1, SAME),
                (33, 5, 4, 2, SAME),
                (20, 12, 3, 2, VALID),
            )
        ]
    return files


def kinds(sources: Sources) -> set[StorageKind]:
    return {layer.storages[0].kind for layer in sources.layers if layer.storages}


def drawn(random: Random, models: list[Sources], rows: int) -> list[np.ndarray]:
    return [random.integers(-128, 128, (rows, int(np.prod(m.input.shape)))).astype(np.int8) for m in models]


def test_palettes_answer_as_tensorflow_lite_micro() -> None:
    files = cases()
    models = [generate(data, optimize=Optimize.SIZE) for data in files]
    assert {kind for m in models for kind in kinds(m)} >= PALETTES
    assert sum(bool(kinds(m) & PALETTES) for m in models) > len(models) * 0.8
    inputs = drawn(np.random.default_rng(51), models, 4)
    for number, (data, x, y) in enumerate(zip(files, inputs, run_all(models, inputs), strict=True)):
        np.testing.assert_array_equal(y, answers(data, x), err_msg=f"case {number}")


@pytest.mark.parametrize(("key", "values", "share"), [("kws", 16, 0.72), ("kws", 4, 0.57), ("ic", 4, 0.34)])
def test_clustered_models_take_less_of_the_virtual_boards_flash(key: str, values: int, share: float) -> None:
    data = clustered(model_bytes(key), values)
    x = vectors(key)[0][:1]
    for optimize in (Optimize.SIZE, Optimize.BALANCED):
        sources = generate(data, optimize=optimize)
        image = build_virtual(sources, optimize=optimize)
        whole = build_virtual(generate(model_bytes(key), optimize=optimize), optimize=optimize)
        assert image.flash_bytes < share * whole.flash_bytes
        there = run_batch(image.elf_path, x)
        np.testing.assert_array_equal(there.outputs.reshape(1, -1), answers(data, x.reshape(1, -1)))
        for layer, counted in zip(sources.layers, there.layer_instructions, strict=True):
            if layer.storages:
                assert layer.storages[0].instructions == pytest.approx(counted, rel=0.15, abs=1500)


def test_speed_keeps_the_quickest_way() -> None:
    data = clustered(model_bytes("kws"), 4)
    assert kinds(generate(data, optimize=Optimize.SPEED)) <= {StorageKind.DENSE}


def test_a_palette_that_would_not_pay_for_its_kernel_is_left_alone() -> None:
    sources = generate(dense(np.random.default_rng(3), 4, 1, 8, 16), optimize=Optimize.SIZE)
    assert "studio_palette" not in "".join(sources.c_files) or sources.weight_bytes < 200


def test_seventeen_values_are_no_palette() -> None:
    random = np.random.default_rng(4)
    assert not kinds(generate(dense(random, 17, 1, 64, 64), optimize=Optimize.SIZE)) & PALETTES


@needs(*CORTEX_M4_TOOLS)
@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_palettes_answer_alike_on_a_cortex_m4(level: str, tmp_path: Path) -> None:
    models = [generate(data, optimize=Optimize.SIZE) for data in cases()]
    inputs = drawn(np.random.default_rng(52), models, 2)
    ran = on_cortex_m4(models, inputs, level, tmp_path)
    for y, expected in zip(ran.outputs, run_all(models, inputs), strict=True):
        np.testing.assert_array_equal(y, expected)


@needs(*AVR_TOOLS)
def test_palettes_answer_alike_on_an_atmega2560(tmp_path: Path) -> None:
    random = np.random.default_rng(53)
    files = [
        make
        for values in (4, 16)
        for make in (dense(random, values, 1, 60, 61), dense(random, values, 5, 48, 50),
                     convolution(random, values, 24, 6, 3, 2, SAME))
    ]  # fmt: skip
    models = [generate(data, optimize=Optimize.SIZE) for data in files]
    assert {kind for m in models for kind in kinds(m)} >= PALETTES
    inputs = drawn(random, models, 2)
    ran = on_atmega2560(models, inputs, tmp_path)
    for y, expected in zip(ran.outputs, run_all(models, inputs), strict=True):
        np.testing.assert_array_equal(y, expected)
