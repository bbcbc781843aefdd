"""Layers that compute in float32, for models as they were trained: the sums are TensorFlow Lite's, in its order."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.compiler import shape
from studio.compiler.elementwise import pair_layer
from studio.compiler.fully_connected import row_count
from studio.compiler.graph import FLOAT32, Node
from studio.compiler.layer import Array, Call, Layer, Parameter, Place, Ref
from studio.compiler.reduction import axis_loops
from studio.compiler.window import depthwise_window, image, window
from studio.core.operators import Activation

Floats = npt.NDArray[np.float32]
Parameters = tuple[tuple[str, Parameter], ...]

LARGEST = float(np.finfo(np.float32).max)
_RANGES = {
    Activation.NONE: (-LARGEST, LARGEST),
    Activation.RELU: (0.0, LARGEST),
    Activation.RELU6: (0.0, 6.0),
    Activation.RELU_N1_TO_1: (-1.0, 1.0),
}


def convolution(node: Node) -> Layer:
    """CONV_2D. Weights: float32 [output channels, height, width, input channels]."""
    weights = _constant(node, 1)
    if weights.ndim != 4 or weights.size == 0:
        raise node.fail("needs four-dimensional weights: the file is damaged.")
    out_channels, height, width, depth = weights.shape
    in_channels = image(node, node.input(0))[3]
    if depth != in_channels:
        raise node.fail(
            f"works on groups of {depth} of its {in_channels} channels; use SeparableConv2D instead."
        )
    if image(node, node.output)[3] != out_channels:
        raise node.fail("writes another number of channels than it has filters: the file is damaged.")
    view = window(node, height, width)
    if view.is_pointwise:
        return _dense(node, weights.reshape(out_channels, depth), view.pixels)
    sizes: Parameters = (
        ("dilation_y", view.dilation_y),
        ("dilation_x", view.dilation_x),
        ("input_channels", in_channels),
        ("output_channels", out_channels),
    )
    parameters = (*view.parameters(), *sizes, *_weighted(node))
    arrays = _arrays(node, weights, out_channels)
    return Layer(
        node, (_call(node, "studio_convolution_f32", parameters),), arrays, view.pixels * weights.size
    )


def depthwise(node: Node) -> Layer:
    """DEPTHWISE_CONV_2D. Weights: float32 [1, height, width, output channels]."""
    weights = _constant(node, 1)
    view, in_channels, out_channels = depthwise_window(node, weights.shape)
    sizes: Parameters = (
        ("dilation_y", view.dilation_y),
        ("dilation_x", view.dilation_x),
        ("input_channels", in_channels),
        ("multiplier", out_channels // in_channels),
    )
    parameters = (*view.parameters(), *sizes, *_weighted(node))
    arrays = _arrays(node, weights, out_channels)
    return Layer(node, (_call(node, "studio_depthwise_f32", parameters),), arrays, view.pixels * weights.size)


def fully_connected(node: Node) -> Layer:
    """FULLY_CONNECTED. Weights: float32 [outputs, inputs]; the input may have several rows."""
    weights = _constant(node, 1)
    if weights.ndim != 2 or weights.size == 0 or node.options.weights_format != 0:
        raise node.fail("needs a plain matrix of weights; convert the model again.")
    outputs, inputs = weights.shape
    rows = row_count(node, outputs, inputs)
    return _dense(node, weights, rows)


def _dense(node: Node, weights: Floats, rows: int) -> Layer:
    outputs, inputs = weights.shape
    parameters = (("rows", rows), ("inputs", inputs), ("outputs", outputs), *_weighted(node))
    arrays = _arrays(node, weights, outputs)
    return Layer(node, (_call(node, "studio_dense_f32", parameters),), arrays, rows * weights.size)


def average_pool(node: Node) -> Layer:
    """AVERAGE_POOL_2D: the mean of the elements under the window that are inside the image."""
    return _pool(node, 0)


def max_pool(node: Node) -> Layer:
    """MAX_POOL_2D: the largest of the elements under the window that are inside the image."""
    return _pool(node, 1)


def _pool(node: Node, largest: int) -> Layer:
    depth = image(node, node.input(0))[3]
    if image(node, node.output)[3] != depth:
        raise node.fail("changes the number of channels: the file is damaged.")
    view = window(node, node.options.filter_h, node.options.filter_w)
    parameters = (*view.parameters(), ("channels", depth), ("largest", largest), *_range(node))
    return Layer(node, (_call(node, "studio_pool_f32", parameters),))


def mean(node: Node) -> Layer:
    """MEAN over any of the axes."""
    loops, _ = axis_loops(node)
    return Layer(node, (_call(node, "studio_mean_f32", loops),))


def add(node: Node) -> Layer:
    """ADD."""
    return _combined(node, 0)


def subtract(node: Node) -> Layer:
    """SUB."""
    return _combined(node, 1)


def multiply(node: Node) -> Layer:
    """MUL."""
    return _combined(node, 2)


def _combined(node: Node, how: int) -> Layer:
    for position in (0, 1):
        if node.input(position).is_constant:
            _constant(node, position)
    return pair_layer(node, "studio_combine_f32", (("how", how), *_range(node)))


def relu(node: Node) -> Layer:
    """RELU."""
    return _clip(node, 0.0, LARGEST)


def relu6(node: Node) -> Layer:
    """RELU6."""
    return _clip(node, 0.0, 6.0)


def leaky_relu(node: Node) -> Layer:
    """LEAKY_RELU: numbers below zero are multiplied with alpha."""
    return _clip(node, float(np.float32(node.options.alpha)), LARGEST)


def _clip(node: Node, slope: float, highest: float) -> Layer:
    if not abs(slope) <= LARGEST:
        raise node.fail("has an alpha that is not a number: the file is damaged.")
    parameters: Parameters = (("count", _count(node)), ("slope", slope), ("highest", highest))
    return Layer(node, (_call(node, "studio_clip_f32", parameters),), overlays=(node.input(0).index,))


def logistic(node: Node) -> Layer:
    """LOGISTIC, 1 / (1 + exp(-x))."""
    return _each(node, "studio_logistic_f32")


def tanh(node: Node) -> Layer:
    """TANH."""
    return _each(node, "studio_tanh_f32")


def _each(node: Node, kernel: str) -> Layer:
    count = _count(node)
    call = Call(kernel, (), (Place(node.input(0).index), Place(node.output.index), count))
    return Layer(node, (call,), overlays=(node.input(0).index,))


def softmax(node: Node) -> Layer:
    """SOFTMAX along the last axis."""
    count, last = _count(node), node.input(0).shape[-1:]
    if not last or not 0 < node.options.beta <= LARGEST:
        raise node.fail("has no axis or no temperature to work with: the file is damaged.")
    parameters: Parameters = (
        ("rows", count // last[0]),
        ("columns", last[0]),
        ("beta", float(np.float32(node.options.beta))),
    )
    return Layer(node, (_call(node, "studio_softmax_f32", parameters),), overlays=(node.input(0).index,))


def _count(node: Node) -> int:
    count = node.input(0).count
    if count != node.output.count or count == 0:
        raise node.fail("changes the number of elements: the file is damaged.")
    return count


def _call(node: Node, kernel: str, parameters: Parameters) -> Call:
    return Call(kernel, parameters, (Place(node.input(0).index), Place(node.output.index)))


def _range(node: Node) -> Parameters:
    if node.options.activation not in _RANGES:
        raise node.fail(
            f"has {node.options.activation} built in, which no kernel does. Put it in a layer of its own or use RELU."
        )
    lowest, highest = _RANGES[node.options.activation]
    return (("lowest", lowest), ("highest", highest))


def _weighted(node: Node) -> Parameters:
    return (("weights", Ref("weights")), ("bias", Ref("bias")), *_range(node))


def _arrays(node: Node, weights: Floats, channels: int) -> tuple[Array, ...]:
    bias = _constant(node, 2).reshape(-1) if node.optional(2) else np.zeros(channels, np.float32)
    if bias.size != channels:
        raise node.fail(f"has {bias.size} biases for {channels} channels: the file is damaged.")
    return (Array("weights", weights, in_flash=True), Array("bias", bias, in_flash=True))


def _constant(node: Node, position: int) -> Floats:
    """A constant input, float32 and finite: C has no word for other numbers."""
    values = node.constant(position, FLOAT32).astype(np.float32)
    if not np.isfinite(values).all():
        raise node.fail("has weights that are not numbers (NaN or infinite); train the model again.")
    return values


FAMILIES: dict[str, Callable[[Node], Layer]] = {
    "ADD": add,
    "AVERAGE_POOL_2D": average_pool,
    "CONCATENATION": shape.concatenation,
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "EXPAND_DIMS": shape.reshape,
    "FULLY_CONNECTED": fully_connected,
    "LEAKY_RELU": leaky_relu,
    "LOGISTIC": logistic,
    "MAX_POOL_2D": max_pool,
    "MEAN": mean,
    "MUL": multiply,
    "PACK": shape.pack,
    "PAD": shape.pad,
    "PADV2": shape.pad,
    "RELU": relu,
    "RELU6": relu6,
    "RESHAPE": shape.reshape,
    "SLICE": shape.slice_,
    "SOFTMAX": softmax,
    "SQUEEZE": shape.reshape,
    "STRIDED_SLICE": shape.strided_slice,
    "SUB": subtract,
    "TANH": tanh,
    "TRANSPOSE": shape.transpose,
}
