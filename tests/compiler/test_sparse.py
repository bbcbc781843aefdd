"""Layers that are mostly zeros after pruning: stored sparsely where that is smaller, with the answers unchanged."""

from pathlib import Path

import numpy as np
import pytest

from studio.compiler import Optimize, Sources, generate
from studio.compiler.firmware import build_virtual
from studio.compiler.sources import StorageKind
from studio.device.virtual import run_batch
from tests.compiler.built import Int8Array, run_all
from tests.compiler.machines import AVR_TOOLS, needs, on_atmega2560
from tests.compiler.models import Array, Draft, schema
from tests.mlperf_tiny import FILES, model_bytes

Random = np.random.Generator
LEFT = (0.02, 0.1, 0.2, 0.3, 0.5, 0.7, 0.95)


def pruned(random: Random, shape: tuple[int, ...], left: float) -> Array:
    weights = random.integers(-127, 128, shape).astype(np.int8)
    return np.where(random.random(shape) < left, weights, 0).astype(np.int8)


def model(random: Random, weights: Array, rows: int, *, pointwise: bool) -> bytes:
    """One layer; `weights` [outputs, inputs]."""
    draft = Draft()
    outputs, inputs = weights.shape
    scales = random.uniform(0.001, 0.02, outputs if pointwise else 1).astype(np.float32)
    bias = draft.constant(
        random.integers(-9000, 9000, (outputs,)).astype(np.int32), (0.05 * scales).astype(np.float32)
    )
    scale = float(0.05 * scales.mean() * 73 * 73 * np.sqrt(max(1, np.count_nonzero(weights) / outputs)) / 40)
    zero_points = [int(random.integers(-128, 128)) for _ in range(2)]
    shape = (1, 1, rows) if pointwise else (rows,)
    x = draft.tensor((*shape, inputs), 0.05, zero_points[0])
    y = draft.tensor((*shape, outputs), scale, zero_points[1])
    options = {"fusedActivationFunction": int(random.integers(4))}
    if pointwise:
        w = draft.constant(weights.reshape(outputs, 1, 1, inputs), scales)
        options |= {"strideH": 1, "strideW": 1, "padding": schema.Padding.SAME}
    else:
        w = draft.constant(weights, scales)
    draft.operator("CONV_2D" if pointwise else "FULLY_CONNECTED", [x, w, bias], [y], **options)
    return draft.data([x], [y])


def cases() -> list[bytes]:
    """Rows, sizes that fill no byte of places, gaps longer than one entry holds, outputs without any weight."""
    random = np.random.default_rng(40)
    files = []
    for left in LEFT:
        for rows in (1, 3, 8, 13):
            outputs, inputs = int(random.integers(30, 70)), int(random.integers(60, 300))
            weights = pruned(random, (outputs, inputs), left)
            weights[random.integers(outputs)] = 0
            weights[0, :-1], weights[0, -1] = 0, -128
            files.append(model(random, weights, rows, pointwise=bool(random.integers(2))))
    return files


def kinds(sources: Sources) -> set[StorageKind]:
    return {layer.storages[0].kind for layer in sources.layers if layer.storages}


def test_sparse_layers_answer_as_tensorflow_lite_micro() -> None:
    runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")
    random = np.random.default_rng(41)
    files = cases()
    for optimize in (Optimize.SIZE, Optimize.SPEED):
        models = [generate(data, optimize=optimize) for data in files]
        inputs = [
            random.integers(-128, 128, (4, int(np.prod(m.input.shape)))).astype(np.int8) for m in models
        ]
        for number, (data, x, y) in enumerate(zip(files, inputs, run_all(models, inputs), strict=True)):
            np.testing.assert_array_equal(y, answers(runtime, data, x), err_msg=f"{optimize}, case {number}")
        if optimize == Optimize.SIZE:
            assert {kind for m in models for kind in kinds(m)} >= {StorageKind.BITS, StorageKind.GAPS}


def answers(runtime: object, data: bytes, inputs: Int8Array) -> Int8Array:
    interpreter = runtime.Interpreter.from_bytes(data)  # type: ignore[attr-defined]
    shape = interpreter.get_input_details(0)["shape"]
    outputs = []
    for row in inputs:
        interpreter.set_input(row.reshape(shape), 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0).reshape(-1))
    return np.stack(outputs)


@pytest.mark.parametrize("pointwise", [False, True])
def test_the_stored_bytes_are_those_of_the_better_way(pointwise: bool) -> None:
    random = np.random.default_rng(2)
    for left, kind in ((0.1, StorageKind.GAPS), (0.3, StorageKind.BITS)):
        data = model(random, pruned(random, (64, 128), left), 1 + 15 * pointwise, pointwise=pointwise)
        sources = generate(data, optimize=Optimize.SIZE)
        (layer,) = sources.layers
        taken, *others = layer.storages
        assert taken.kind == kind
        assert taken.bytes == layer.weight_bytes == sources.weight_bytes
        assert all(taken.bytes <= other.bytes for other in others)
        dense = next(s for s in others if s.kind == StorageKind.DENSE)
        assert dense.bytes - taken.bytes > 64 * 128 * (0.75 if left < 0.2 else 0.4)


def test_speed_never_takes_a_slower_way() -> None:
    random = np.random.default_rng(3)
    for left in LEFT:
        data = model(random, pruned(random, (64, 128), left), 1, pointwise=False)
        for layer in generate(data, optimize=Optimize.SPEED).layers:
            for other in layer.storages[1:]:
                if other.kind == StorageKind.DENSE:
                    assert layer.storages[0].instructions <= other.instructions


@pytest.mark.parametrize("key", sorted(FILES))
@pytest.mark.parametrize("optimize", [Optimize.BALANCED, Optimize.SPEED])
def test_models_that_were_not_pruned_stay_dense(key: str, optimize: Optimize) -> None:
    assert kinds(generate(model_bytes(key), optimize=optimize)) <= {StorageKind.DENSE}


@pytest.mark.parametrize("rows", [1, 25])
@pytest.mark.parametrize("left", [0.1, 0.35])
def test_the_instructions_are_near_what_the_virtual_board_counts(rows: int, left: float) -> None:
    random = np.random.default_rng(6)
    data = model(random, pruned(random, (64, 128), left), rows, pointwise=rows > 1)
    sources = generate(data, optimize=Optimize.SIZE)
    taken, *others = sources.layers[0].storages
    x = random.integers(-128, 128, (1, *sources.input.shape)).astype(np.int8)
    result = run_batch(build_virtual(sources, optimize=Optimize.SPEED).elf_path, x)
    assert taken.kind != StorageKind.DENSE
    assert others
    assert taken.instructions == pytest.approx(result.layer_instructions[0], rel=0.15)


@needs(*AVR_TOOLS)
def test_sparse_layers_answer_alike_on_an_atmega2560(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    files = [
        model(random, pruned(random, (32, 90), left), rows, pointwise=rows > 1)
        for left in (0.1, 0.4)
        for rows in (1, 6)
    ]
    models = [generate(data, optimize=Optimize.SIZE) for data in files]
    assert {kind for m in models for kind in kinds(m)} >= {StorageKind.BITS, StorageKind.GAPS}
    inputs = [random.integers(-128, 128, (2, int(np.prod(m.input.shape)))).astype(np.int8) for m in models]
    ran = on_atmega2560(models, inputs, tmp_path)
    for y, expected in zip(ran.outputs, run_all(models, inputs), strict=True):
        np.testing.assert_array_equal(y, expected)
