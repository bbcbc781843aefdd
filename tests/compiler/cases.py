"""Random models of one operator each, as bytes of a .tflite file."""

from collections.abc import Callable

import numpy as np

from tests.compiler import cases_moves, cases_numbers
from tests.compiler.drawing import Random
from tests.compiler.drawing import activation as _activation
from tests.compiler.drawing import pick as _pick
from tests.compiler.drawing import scale as _scale
from tests.compiler.drawing import weights as _weights
from tests.compiler.drawing import zero as _zero
from tests.compiler.models import Array, Draft, schema


def _padded(size: int, taps: int, stride: int, dilation: int, same: bool) -> int:
    return -(-size // stride) if same else -(-(size - (taps - 1) * dilation) // stride)


def _window(
    random: Random, pool: bool = False
) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], dict[str, int]]:
    """(input size, filter size, output size, options)."""
    same = bool(random.integers(2))
    taps = (_pick(random, 1, 2, 3, 4), _pick(random, 1, 2, 3, 5))
    strides = (_pick(random, 1, 1, 2, 3), _pick(random, 1, 1, 2, 4))
    dilations = (1, 1) if pool or max(strides) > 1 else (_pick(random, 1, 1, 2), _pick(random, 1, 1, 3))
    reach = [(t - 1) * d + 1 for t, d in zip(taps, dilations, strict=True)]
    size = tuple(int(random.integers(1 if same else r, r + 6)) for r in reach)
    out = tuple(_padded(size[i], taps[i], strides[i], dilations[i], same) for i in (0, 1))
    options = {
        "padding": schema.Padding.SAME if same else schema.Padding.VALID,
        "strideH": strides[0],
        "strideW": strides[1],
        "fusedActivationFunction": _activation(random),
    }
    if not pool:
        options |= {"dilationHFactor": dilations[0], "dilationWFactor": dilations[1]}
    return (size[0], size[1]), taps, (out[0], out[1]), options


def _weighted(
    random: Random,
    name: str,
    shape: tuple[int, ...],
    weights: Array,
    axis: int,
    out_shape: tuple[int, ...],
    products: int,
    options: dict[str, int],
) -> bytes:
    """An operator with weights and (mostly) a bias; per tensor or per channel."""
    draft = Draft()
    channels = weights.shape[axis]
    input_scale, zero_point = _scale(random), _zero(random)
    per_channel = random.random() < 0.7
    scales = np.array(
        [_scale(random, 0.001, 0.05) for _ in range(channels if per_channel else 1)], np.float32
    )
    typical = input_scale * float(np.mean(scales)) * 73 * 73 * np.sqrt(products) / 64
    output_scale = float(np.float32(typical * np.exp(random.uniform(-2, 2))))
    x = draft.tensor(shape, input_scale, zero_point)
    w = draft.constant(weights, scales, axis)
    inputs = [x, w]
    if random.random() < 0.8:
        bias = random.integers(-20000, 20000, (channels,)).astype(np.int32)
        inputs.append(draft.constant(bias, (input_scale * scales).astype(np.float32)))
    elif name == "FULLY_CONNECTED":
        inputs.append(-1)
    else:
        inputs.append(draft.constant(np.zeros(channels, np.int32), (input_scale * scales).astype(np.float32)))
    y = draft.tensor(out_shape, output_scale, _zero(random))
    if name == "TRANSPOSE_CONV":
        inputs = [draft.constant(np.array(out_shape, np.int32)), w, x, *inputs[2:]]
    draft.operator(name, inputs, [y], **options)
    return draft.data([x], [y])


def conv(random: Random) -> bytes:
    (h, w), (kh, kw), (oh, ow), options = _window(random)
    cin, cout = _pick(random, 1, 2, 3, 4, 8), _pick(random, 1, 2, 3, 4, 5, 8)
    weights = _weights(random, (cout, kh, kw, cin))
    return _weighted(random, "CONV_2D", (1, h, w, cin), weights, 0, (1, oh, ow, cout), kh * kw * cin, options)


def depthwise(random: Random) -> bytes:
    (h, w), (kh, kw), (oh, ow), options = _window(random)
    cin, times = _pick(random, 1, 2, 3, 4, 8), _pick(random, 1, 1, 1, 2, 4)
    weights = _weights(random, (1, kh, kw, cin * times))
    options["depthMultiplier"] = times
    return _weighted(
        random, "DEPTHWISE_CONV_2D", (1, h, w, cin), weights, 3, (1, oh, ow, cin * times), kh * kw, options
    )


def fully_connected(random: Random) -> bytes:
    rows, inputs, outputs = _pick(random, 1, 1, 3), int(random.integers(1, 40)), int(random.integers(1, 12))
    options = {"fusedActivationFunction": _activation(random)}
    weights = _weights(random, (outputs, inputs))
    return _weighted(random, "FULLY_CONNECTED", (rows, inputs), weights, 0, (rows, outputs), inputs, options)


def _pool(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        (h, w), (kh, kw), (oh, ow), options = _window(random, pool=True)
        channels = _pick(random, 1, 2, 3, 8)
        draft = Draft()
        scale, zero = _scale(random), _zero(random)
        x = draft.tensor((1, h, w, channels), scale, zero)
        y = draft.tensor((1, oh, ow, channels), scale, zero)
        draft.operator(name, [x], [y], filterHeight=kh, filterWidth=kw, **options)
        return draft.data([x], [y])

    return make


def mean(random: Random) -> bytes:
    shape = (1, *(int(random.integers(1, 7)) for _ in range(3)))
    axes = [(1, 2), (2, 1), (3,), (1,), (2,), (1, 3), (-1, -2), (1, 2, 3)][random.integers(8)]
    keep = bool(random.integers(2))
    out = tuple(
        1 if d in {a % 4 for a in axes} else s
        for d, s in enumerate(shape)
        if keep or d not in {a % 4 for a in axes}
    )
    draft = Draft()
    scale, zero = _scale(random), _zero(random)
    same = random.random() < 0.4
    x = draft.tensor(shape, scale, zero)
    a = draft.constant(np.array(axes, np.int32))
    y = draft.tensor(out, scale if same else scale * random.uniform(0.3, 2), zero if same else _zero(random))
    draft.operator("MEAN", [x, a], [y], keepDims=keep)
    return draft.data([x], [y])


def _binary(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        shape = (1, *(int(random.integers(1, 6)) for _ in range(3)))
        other = [shape, shape, (1, 1, 1, shape[3]), (1,), (1, shape[1], 1, shape[3])][random.integers(5)]
        draft = Draft()
        a, b = _scale(random), _scale(random)
        out = a * b * 80 if name == "MUL" else max(a, b) * random.uniform(0.8, 2.5)
        x = draft.tensor(shape, a, _zero(random))
        second = draft.constant(
            random.integers(-128, 128, other).astype(np.int8), b, zero_point=_zero(random)
        )
        if random.random() < 0.3:
            second = x
        y = draft.tensor(shape, out, _zero(random))
        sides = [x, second] if random.random() < 0.7 else [second, x]
        draft.operator(name, sides, [y], fusedActivationFunction=_activation(random))
        return draft.data([x], [y])

    return make


def _unary(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        draft = Draft()
        scale, zero = _scale(random, 0.001, 0.7), _zero(random)
        shape = (1, int(random.integers(1, 30)))
        x = draft.tensor(shape, scale, zero)
        out, options = (scale * random.uniform(0.3, 3), _zero(random)), {}
        if name == "LOGISTIC":
            out = (1 / 256, -128)
        elif name == "TANH":
            out = (1 / 128, 0)
        elif name == "RELU6":
            out = (scale, zero)
        elif name == "LEAKY_RELU":
            options["alpha"] = float(random.uniform(0.01, 0.9))
        y = draft.tensor(shape, *out)
        draft.operator(name, [x], [y], **options)
        return draft.data([x], [y])

    return make


def softmax(random: Random) -> bytes:
    draft = Draft()
    shape = (int(random.integers(1, 4)), int(random.integers(1, 20)))
    x = draft.tensor(shape, _scale(random, 0.0005, 2.0), _zero(random))
    y = draft.tensor(shape, 1 / 256, -128)
    draft.operator("SOFTMAX", [x], [y], beta=_pick(random, 1, 1, 2) * 1.0)
    return draft.data([x], [y])


def pad(random: Random) -> bytes:
    draft = Draft()
    shape = (1, *(int(random.integers(1, 5)) for _ in range(3)))
    borders = np.array([[0, 0], *random.integers(0, 3, (3, 2))], np.int32)
    scale, zero = _scale(random), _zero(random)
    x = draft.tensor(shape, scale, zero)
    inputs = [x, draft.constant(borders)]
    if random.random() < 0.4:
        inputs.append(draft.constant(np.array([_zero(random)], np.int8), scale, zero_point=zero))
    y = draft.tensor(tuple(s + int(b.sum()) for s, b in zip(shape, borders, strict=True)), scale, zero)
    draft.operator("PADV2" if len(inputs) == 3 else "PAD", inputs, [y])
    return draft.data([x], [y])


def concatenation(random: Random) -> bytes:
    draft = Draft()
    shape = [1, *(int(random.integers(1, 5)) for _ in range(3))]
    axis = int(random.integers(1, 4))
    scale, zero = _scale(random), _zero(random)
    x = draft.tensor(tuple(shape), scale, zero)
    other = [*shape]
    other[axis] = int(random.integers(1, 4))
    c = draft.constant(random.integers(-128, 128, other).astype(np.int8), scale, zero_point=zero)
    parts = [[x, c], [c, x], [x, c, x]][random.integers(3)]
    out = [*shape]
    out[axis] = sum(other[axis] if p == c else shape[axis] for p in parts)
    y = draft.tensor(tuple(out), scale, zero)
    draft.operator("CONCATENATION", parts, [y], axis=axis - 4 if random.random() < 0.3 else axis)
    return draft.data([x], [y])


def pack(random: Random) -> bytes:
    draft = Draft()
    shape = tuple(int(random.integers(1, 5)) for _ in range(3))
    axis = int(random.integers(0, 4))
    scale, zero = _scale(random), _zero(random)
    x = draft.tensor(shape, scale, zero)
    c = draft.constant(random.integers(-128, 128, shape).astype(np.int8), scale, zero_point=zero)
    y = draft.tensor((*shape[:axis], 2, *shape[axis:]), scale, zero)
    draft.operator("PACK", [x, c], [y], valuesCount=2, axis=axis)
    return draft.data([x], [y])


def transpose(random: Random) -> bytes:
    draft = Draft()
    shape = tuple(int(random.integers(1, 6)) for _ in range(4))
    order = random.permutation(4).astype(np.int32)
    scale, zero = _scale(random), _zero(random)
    x = draft.tensor(shape, scale, zero)
    y = draft.tensor(tuple(shape[i] for i in order), scale, zero)
    draft.operator("TRANSPOSE", [x, draft.constant(order)], [y])
    return draft.data([x], [y])


def strided_slice(random: Random) -> bytes:
    draft = Draft()
    shape = (1, *(int(random.integers(2, 7)) for _ in range(3)))
    begin = np.array([0, *(int(random.integers(0, s - 1)) for s in shape[1:])], np.int32)
    end = np.array(
        [1, *(int(random.integers(b + 1, s + 1)) for b, s in zip(begin[1:], shape[1:], strict=True))],
        np.int32,
    )
    stride = np.array([1, *random.integers(1, 3, 3)], np.int32)
    begin_mask, end_mask = int(random.integers(16)), int(random.integers(16))
    picked = [
        range(s)[
            slice(None if begin_mask >> d & 1 else begin[d], None if end_mask >> d & 1 else end[d], stride[d])
        ]
        for d, s in enumerate(shape)
    ]
    scale, zero = _scale(random), _zero(random)
    x = draft.tensor(shape, scale, zero)
    y = draft.tensor(tuple(len(p) for p in picked), scale, zero)
    inputs = [x, *(draft.constant(v) for v in (begin, end, stride))]
    draft.operator("STRIDED_SLICE", inputs, [y], beginMask=begin_mask, endMask=end_mask)
    return draft.data([x], [y])


def slice_(random: Random) -> bytes:
    draft = Draft()
    shape = tuple(int(random.integers(1, 6)) for _ in range(4))
    begin = np.array([int(random.integers(0, s)) for s in shape], np.int32)
    size = np.array([int(random.integers(1, s - b + 1)) for s, b in zip(shape, begin, strict=True)], np.int32)
    scale, zero = _scale(random), _zero(random)
    x = draft.tensor(shape, scale, zero)
    y = draft.tensor(tuple(int(s) for s in size), scale, zero)
    draft.operator("SLICE", [x, draft.constant(begin), draft.constant(size)], [y])
    return draft.data([x], [y])


def reshape(random: Random) -> bytes:
    """RESHAPE, EXPAND_DIMS and SQUEEZE behind something that computes, so that there is a layer to run."""
    draft = Draft()
    rows, columns = int(random.integers(1, 5)), int(random.integers(1, 5))
    x = draft.tensor((1, rows, columns), 0.1, 3)
    first = draft.tensor((1, rows, columns), 0.07, -5)
    draft.operator("QUANTIZE", [x], [first])
    kind = random.integers(3)
    if kind == 0:
        y = draft.tensor((1, rows * columns), 0.07, -5)
        shape = draft.constant(np.array([1, rows * columns], np.int32))
        draft.operator("RESHAPE", [first, shape], [y], newShape=[1, rows * columns])
    elif kind == 1:
        y = draft.tensor((1, 1, rows, columns), 0.07, -5)
        draft.operator("EXPAND_DIMS", [first, draft.constant(np.array([1], np.int32))], [y])
    else:
        y = draft.tensor((rows, columns), 0.07, -5)
        draft.operator("SQUEEZE", [first], [y], squeezeDims=[0] if rows > 1 and columns > 1 else [])
        if not (rows > 1 and columns > 1):
            draft.tensors[y].shape = [s for s in (rows, columns) if s > 1]
    return draft.data([x], [y])


def transpose_conv(random: Random) -> bytes:
    same = bool(random.integers(2))
    taps, strides = (
        (_pick(random, 1, 2, 3, 4), _pick(random, 1, 2, 3, 5)),
        (_pick(random, 1, 2, 3), _pick(random, 1, 2, 4)),
    )
    h, w = int(random.integers(1, 5)), int(random.integers(1, 5))
    rest = [int(random.integers(s)) for s in strides]
    out = [
        (n - 1) * s + 1 + r if same else (n - 1) * s + t + r
        for n, t, s, r in zip((h, w), taps, strides, rest, strict=True)
    ]
    cin, cout = _pick(random, 1, 2, 3, 8), _pick(random, 1, 2, 3, 5)
    options = {
        "padding": schema.Padding.SAME if same else schema.Padding.VALID,
        "strideH": strides[0],
        "strideW": strides[1],
    }
    weights = _weights(random, (cout, *taps, cin))
    shape, out_shape = (1, h, w, cin), (1, out[0], out[1], cout)
    return _weighted(random, "TRANSPOSE_CONV", shape, weights, 0, out_shape, taps[0] * taps[1] * cin, options)


CASES: dict[str, Callable[[Random], bytes]] = {
    "ADD": _binary("ADD"),
    "AVERAGE_POOL_2D": _pool("AVERAGE_POOL_2D"),
    "CONCATENATION": concatenation,
    "CONV_2D": conv,
    "DEPTHWISE_CONV_2D": depthwise,
    "FULLY_CONNECTED": fully_connected,
    "LEAKY_RELU": _unary("LEAKY_RELU"),
    "LOGISTIC": _unary("LOGISTIC"),
    "MAX_POOL_2D": _pool("MAX_POOL_2D"),
    "MEAN": mean,
    "MUL": _binary("MUL"),
    "PACK": pack,
    "PAD": pad,
    "QUANTIZE": _unary("QUANTIZE"),
    "RELU": _unary("RELU"),
    "RELU6": _unary("RELU6"),
    "RESHAPE": reshape,
    "SLICE": slice_,
    "SOFTMAX": softmax,
    "STRIDED_SLICE": strided_slice,
    "SUB": _binary("SUB"),
    "TANH": _unary("TANH"),
    "TRANSPOSE": transpose,
    "TRANSPOSE_CONV": transpose_conv,
    **cases_moves.CASES,
    **cases_numbers.CASES,
}
