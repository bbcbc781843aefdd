"""Weights of 4 bits: the answers of an int8 model with the same numbers, in half the storage."""

import zlib
from collections.abc import Callable

import numpy as np
import pytest

from studio.compiler import generate
from studio.compiler.firmware import build_virtual
from studio.compiler.host import HostModel
from studio.core import tflite
from studio.device.virtual import run_batch
from tests.compiler.built import Int8Array, run_all
from tests.compiler.models import Array, Draft, schema

runtime = pytest.importorskip("tflite_micro.python.tflite_micro.runtime")

Random = np.random.Generator
Sizes = dict[str, tuple[int, ...]]
Maker = Callable[[Random], tuple[str, Sizes, dict[str, int]]]
CASES_EACH = 30


def pack(values: Array) -> Array:
    """Two numbers to a byte, the first in the lower half."""
    flat = np.append(values.reshape(-1), np.zeros(values.size % 2, np.int8))
    return (flat[::2] & 15 | flat[1::2] << 4).astype(np.uint8)


def _model(random: Random, name: str, bits: int, sizes: Sizes, **options: int) -> bytes:
    draft = Draft()
    axis = 3 if name == "DEPTHWISE_CONV_2D" else 0
    weights = random.integers(-8, 8, sizes["weights"]).astype(np.int8)
    channels = weights.shape[axis]
    # Without per-channel scales in FULLY_CONNECTED: TensorFlow Lite Micro takes one there with 4 bits.
    count = 1 if name == "FULLY_CONNECTED" else channels
    scales = random.uniform(0.01, 0.1, count).astype(np.float32)
    x = draft.tensor(sizes["input"], 0.05, int(random.integers(-128, 128)))
    if bits == 4:
        w = draft.tensor(weights.shape, scales, values=pack(weights), dtype="int4", axis=axis)
    else:
        w = draft.constant(weights, scales, axis)
    bias = random.integers(-900, 900, (channels,)).astype(np.int32)
    b = draft.constant(bias, (0.05 * scales).astype(np.float32))
    y = draft.tensor(sizes["output"], float(np.sqrt(weights.size / channels)) * 0.02, -7)
    draft.operator(name, [x, w, b], [y], **options)
    return draft.data([x], [y])


def _conv(random: Random) -> tuple[str, Sizes, dict[str, int]]:
    taps, depth, out = (int(random.integers(1, n)) for n in (4, 9, 7))
    sizes: Sizes = {"input": (1, 5, 6, depth), "weights": (out, taps, taps, depth), "output": (1, 5, 6, out)}
    return "CONV_2D", sizes, {"strideH": 1, "strideW": 1, "padding": schema.Padding.SAME}


def _depthwise(random: Random) -> tuple[str, Sizes, dict[str, int]]:
    taps, depth, times = (int(random.integers(1, n)) for n in (4, 7, 3))
    sizes: Sizes = {
        "input": (1, 5, 6, depth),
        "weights": (1, taps, taps, depth * times),
        "output": (1, 5, 6, depth * times),
    }
    options = {"strideH": 1, "strideW": 1, "padding": schema.Padding.SAME, "depthMultiplier": times}
    return "DEPTHWISE_CONV_2D", sizes, options


def _dense(random: Random) -> tuple[str, Sizes, dict[str, int]]:
    inputs, outputs = int(random.integers(1, 40)), int(random.integers(1, 9))
    return "FULLY_CONNECTED", {"input": (1, inputs), "weights": (outputs, inputs), "output": (1, outputs)}, {}


MAKERS: tuple[Maker, ...] = (_conv, _depthwise, _dense)


def pair(maker: int, seed: int) -> tuple[bytes, bytes]:
    """The same model with int4 and with int8 weights."""
    name, sizes, options = MAKERS[maker](np.random.default_rng(seed))
    four, eight = (_model(np.random.default_rng(seed + 1), name, bits, sizes, **options) for bits in (4, 8))
    return four, eight


def _by_tensorflow(data: bytes, x: Int8Array) -> Int8Array:
    interpreter = runtime.Interpreter.from_bytes(data)
    shape = interpreter.get_input_details(0)["shape"]
    rows = []
    for row in x:
        interpreter.set_input(row.reshape(shape), 0)
        interpreter.invoke()
        rows.append(interpreter.get_output(0).reshape(-1))
    return np.stack(rows)


@pytest.mark.parametrize("maker", range(len(MAKERS)), ids=[m.__name__.strip("_") for m in MAKERS])
def test_int4_weights_answer_as_tensorflow_lite_micro_and_as_int8(maker: int) -> None:
    pairs = [pair(maker, zlib.crc32(b"int4") + 2 * n) for n in range(CASES_EACH)]
    models = [generate(four) for four, _ in pairs]
    random = np.random.default_rng(3)
    inputs = [random.integers(-128, 128, (6, int(np.prod(m.input.shape)))).astype(np.int8) for m in models]
    for (four, eight), x, y in zip(pairs, inputs, run_all(models, inputs), strict=True):
        np.testing.assert_array_equal(y, _by_tensorflow(eight, x))
        np.testing.assert_array_equal(y, _by_tensorflow(four, x))


def test_int4_weights_take_half_the_storage() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 64), 0.1), draft.tensor((1, 10), 0.1)
    w = draft.tensor((10, 64), 0.1, values=pack(np.ones((10, 64), np.int8)), dtype="int4")
    draft.operator("FULLY_CONNECTED", [x, w, -1], [y])
    assert generate(draft.data([x], [y])).weight_bytes < 10 * 32 + 10 * 4 + 8


def test_int4_constants_are_read_in_order() -> None:
    draft = Draft()
    values = np.array([-8, 7, 0, -1, 3], np.int8)
    draft.tensor((5,), 0.1, values=pack(values), dtype="int4")
    x = draft.tensor((1,), 0.1)
    np.testing.assert_array_equal(tflite.read(draft.data([x], [x])).constant(0), values)


def test_int4_weights_answer_alike_on_the_virtual_board() -> None:
    for maker in range(len(MAKERS)):
        model = generate(pair(maker, 5)[0])
        x = np.random.default_rng(1).integers(-128, 128, (3, *model.input.shape[1:])).astype(np.int8)
        there = run_batch(build_virtual(model).elf_path, x).outputs
        np.testing.assert_array_equal(there, HostModel(model).run(x).reshape(there.shape))
