"""Layers whose activations are int16 and whose weights are int8 (int16x8), bit for bit as TensorFlow Lite Micro."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.compiler import int16_curves, shape
from studio.compiler.elementwise import pair_layer
from studio.compiler.fully_connected import row_count
from studio.compiler.graph import INT8, Node
from studio.compiler.int16_curves import HIGHEST, LOWEST, Parameters, call_of, scale_of
from studio.compiler.layer import Array, Layer, Ref
from studio.compiler.quantization import multiplier
from studio.compiler.reduction import axis_loops, divided
from studio.compiler.window import depthwise_window, image, window
from studio.core.operators import Activation
from studio.core.tflite import DType

Weights = npt.NDArray[np.int8]

_SPARE_BITS = 15  # both sides of a sum are brought to a common scale with so many bits to spare
_LARGEST_SUM = 1 << 47
_LARGEST_WINDOW = 1 << 15  # beyond that a sum of int16 may not fit 32 bits


def convolution(node: Node) -> Layer:
    """CONV_2D. Weights: int8 [output channels, height, width, input channels]."""
    weights = node.constant(1, INT8).astype(np.int8)
    if weights.ndim != 4 or weights.size == 0:
        raise node.fail("needs four-dimensional weights: the file is damaged.")
    out_channels, height, width, depth = weights.shape
    if depth != image(node, node.input(0))[3]:
        raise node.fail("works on groups of its channels; use SeparableConv2D instead.")
    if image(node, node.output)[3] != out_channels:
        raise node.fail("writes another number of channels than it has filters: the file is damaged.")
    view = window(node, height, width)
    flat = weights.reshape(out_channels, -1)
    if view.is_pointwise:
        return _dense(node, flat, view.pixels, shared_product=False)
    sizes: Parameters = (
        ("dilation_y", view.dilation_y),
        ("dilation_x", view.dilation_x),
        ("input_channels", depth),
        ("output_channels", out_channels),
    )
    scaled, arrays = _scaled(node, flat, 0, shared_product=False)
    call = call_of(node, "studio_convolution_int16", (*view.parameters(), *sizes, *scaled))
    return Layer(node, (call,), (Array("weights", flat), *arrays), view.pixels * flat.size)


def depthwise(node: Node) -> Layer:
    """DEPTHWISE_CONV_2D. Weights: int8 [1, height, width, output channels]."""
    weights = node.constant(1, INT8).astype(np.int8)
    view, in_channels, out_channels = depthwise_window(node, weights.shape)
    flat = weights.reshape(-1, out_channels)
    sizes: Parameters = (
        ("dilation_y", view.dilation_y),
        ("dilation_x", view.dilation_x),
        ("input_channels", in_channels),
        ("multiplier", out_channels // in_channels),
    )
    scaled, arrays = _scaled(node, flat.T, 3, shared_product=False)
    call = call_of(node, "studio_depthwise_int16", (*view.parameters(), *sizes, *scaled))
    return Layer(node, (call,), (Array("weights", flat), *arrays), view.pixels * flat.size)


def fully_connected(node: Node) -> Layer:
    """FULLY_CONNECTED. Weights: int8 [outputs, inputs]; the input may have several rows."""
    weights = node.constant(1, INT8).astype(np.int8)
    if weights.ndim != 2 or weights.size == 0 or node.options.weights_format != 0:
        raise node.fail("needs a plain matrix of weights; convert the model again.")
    outputs, inputs = weights.shape
    rows = row_count(node, outputs, inputs)
    return _dense(node, weights, rows, shared_product=True)


def _dense(node: Node, weights: Weights, rows: int, *, shared_product: bool) -> Layer:
    outputs, inputs = weights.shape
    scaled, arrays = _scaled(node, weights, 0, shared_product=shared_product)
    parameters = (("rows", rows), ("inputs", inputs), ("outputs", outputs), *scaled)
    call = call_of(node, "studio_dense_int16", parameters)
    return Layer(node, (call,), (Array("weights", weights), *arrays), rows * weights.size)


def _scaled(
    node: Node, weights: Weights, axis: int, *, shared_product: bool
) -> tuple[Parameters, tuple[Array, ...]]:
    """What all layers with weights share; weights: int8 [channels, products], `axis` counts the channels."""
    count, tensor = len(weights), node.input(1)
    scales = tensor.scales
    if len(scales) not in (1, count) or (len(scales) > 1 and tensor.quantized_dimension != axis):
        raise node.fail(f"has {len(scales)} scales for {count} channels; quantize the model again.")
    if any(tensor.zero_points):
        raise node.fail("has weights with a zero point; quantize the model again with symmetric weights.")
    source, target = scale_of(node, node.input(0)), scale_of(node, node.output)
    if len(scales) == 1 and shared_product:
        pairs = [multiplier(node, float(np.float32(source) * np.float32(scales[0])) / target)]
    else:
        pairs = [multiplier(node, source * scale / target) for scale in scales]
    bias, wide = np.zeros(count, np.int64), True
    if node.optional(2) is not None:
        bias = node.constant(2, DType.INT32, DType.INT64).reshape(-1).astype(np.int64)
        wide = node.input(2).dtype == DType.INT64
    if bias.size != count:
        raise node.fail(f"has {bias.size} biases for {count} channels: the file is damaged.")
    limit = _LARGEST_SUM if wide else 1 << 31
    sums = np.abs(weights.astype(np.int64)).sum(axis=1) << 15
    if (
        int(sums.max()) >= limit
        or int(bias.max()) >= limit - int(sums.max())
        or int(bias.min()) <= int(sums.max()) - limit
    ):
        raise node.fail("has a bias that does not fit its sums; quantize the model again.")
    if wide:
        pairs = [_reduced(node, *pair) for pair in pairs]
    parameters: Parameters = (
        ("weights", Ref("weights")),
        ("bias", Ref("bias")),
        ("multipliers", Ref("multipliers")),
        ("shifts", Ref("shifts")),
        ("multiplier_step", int(len(pairs) > 1)),
        ("wide", int(wide)),
        *_range(node),
    )
    arrays = (
        Array("bias", bias),
        Array("multipliers", np.array([m for m, _ in pairs], np.int32)),
        Array("shifts", np.array([s for _, s in pairs], np.int8)),
    )
    return parameters, arrays


def _reduced(node: Node, value: int, shift: int) -> tuple[int, int]:
    """A multiplier cut to 15 bits, and the shift to the right that belongs to it."""
    if shift >= 15:
        raise node.fail("has scales that are too far apart to compute with; quantize the model again.")
    return (value + (1 << 15)) >> 16 if value < 0x7FFF0000 else 0x7FFF, 15 - shift


def average_pool(node: Node) -> Layer:
    """AVERAGE_POOL_2D: the mean of the elements under the window that are inside the image."""
    return _pool(node, 0)


def max_pool(node: Node) -> Layer:
    """MAX_POOL_2D: the largest of the elements under the window that are inside the image."""
    return _pool(node, 1)


def _pool(node: Node, largest: int) -> Layer:
    depth = image(node, node.input(0))[3]
    if image(node, node.output)[3] != depth or scale_of(node, node.input(0)) != scale_of(node, node.output):
        raise node.fail("changes its channels or scale while it pools; quantize the model again.")
    view = window(node, node.options.filter_h, node.options.filter_w)
    if view.filter_height * view.filter_width > _LARGEST_WINDOW:
        raise node.fail("has a window that is too large; use a mean over the whole image instead.")
    parameters = (*view.parameters(), ("channels", depth), ("largest", largest), *_range(node))
    return Layer(node, (call_of(node, "studio_pool_int16", parameters),))


def mean(node: Node) -> Layer:
    """MEAN."""
    loops, count = axis_loops(node)
    if count > _LARGEST_WINDOW:
        raise node.fail(f"is the mean of {count} numbers, too many for int16; pool first.")
    value, shift = divided(node, scale_of(node, node.input(0)) / scale_of(node, node.output), count)
    parameters = (*loops, ("multiplier", value), ("shift", shift))
    return Layer(node, (call_of(node, "studio_mean_int16", parameters),))


def add(node: Node) -> Layer:
    """ADD."""
    return _sum(node, 1)


def subtract(node: Node) -> Layer:
    """SUB."""
    return _sum(node, -1)


def multiply(node: Node) -> Layer:
    """MUL."""
    first, second = (scale_of(node, node.input(i)) for i in (0, 1))
    result = multiplier(node, first * second / scale_of(node, node.output))
    return _combined(node, 1, (0, 0), (0, 0), 1, result)


def _sum(node: Node, sign: int) -> Layer:
    first, second = (scale_of(node, node.input(i)) for i in (0, 1))
    common = 2 * max(first, second)
    result = multiplier(node, common / ((1 << _SPARE_BITS) * scale_of(node, node.output)))
    if result[1] > 0:
        raise node.fail("has an output scale that is far too small for its inputs; quantize the model again.")
    sides = (multiplier(node, first / common), multiplier(node, second / common))
    return _combined(node, 0, *sides, sign, result)


def _combined(
    node: Node,
    product: int,
    first: tuple[int, int],
    second: tuple[int, int],
    sign: int,
    result: tuple[int, int],
) -> Layer:
    parameters: Parameters = (
        ("product", product),
        ("first_multiplier", first[0]),
        ("first_shift", first[1]),
        ("second_multiplier", second[0]),
        ("second_shift", second[1]),
        ("second_sign", sign),
        ("multiplier", result[0]),
        ("shift", result[1]),
        *_range(node),
    )
    return pair_layer(node, "studio_combine_int16", parameters)


def _range(node: Node) -> Parameters:
    """The lowest and the highest int16 that a fused activation lets through."""
    scale = np.float32(scale_of(node, node.output))
    limits = {
        Activation.NONE: (-math.inf, math.inf),
        Activation.RELU: (0.0, math.inf),
        Activation.RELU6: (0.0, 6.0),
        Activation.RELU_N1_TO_1: (-1.0, 1.0),
    }.get(node.options.activation)
    if limits is None:
        raise node.fail(
            f"has {node.options.activation} built in, which no int16 kernel does. Put it in a layer of its own."
        )
    held = [min(max(float(np.float32(limit) / scale), LOWEST), HIGHEST) for limit in limits]
    lowest, highest = (int(math.copysign(math.floor(abs(v) + 0.5), v)) for v in held)
    return (("lowest", lowest), ("highest", highest))


FAMILIES: dict[str, Callable[[Node], Layer]] = {
    "ADD": add,
    "AVERAGE_POOL_2D": average_pool,
    "CONCATENATION": shape.concatenation,
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "EXPAND_DIMS": shape.reshape,
    "FULLY_CONNECTED": fully_connected,
    "LOGISTIC": int16_curves.logistic,
    "MAX_POOL_2D": max_pool,
    "MEAN": mean,
    "MUL": multiply,
    "PACK": shape.pack,
    "PAD": shape.pad,
    "PADV2": shape.pad,
    "QUANTIZE": int16_curves.quantize,
    "RELU": int16_curves.relu,
    "RELU6": int16_curves.relu6,
    "RESHAPE": shape.reshape,
    "SLICE": shape.slice_,
    "SOFTMAX": int16_curves.softmax,
    "SQUEEZE": shape.reshape,
    "STRIDED_SLICE": shape.strided_slice,
    "SUB": subtract,
    "TANH": int16_curves.tanh,
    "TRANSPOSE": shape.transpose,
}
