"""Functions of int16 (SOFTMAX, LOGISTIC, TANH, RELU, RELU6, QUANTIZE), bit for bit as TensorFlow Lite Micro."""

import math

import numpy as np

from studio.compiler.graph import INT16, Node
from studio.compiler.layer import Array, Call, Layer, Parameter, Place, Ref
from studio.compiler.lstm import sigmoid_table
from studio.compiler.quantization import multiplier
from studio.compiler.tables import curve_points
from studio.core.tflite import Tensor

Parameters = tuple[tuple[str, Parameter], ...]

LOWEST, HIGHEST = -(1 << 15), (1 << 15) - 1
_LONGEST_ROW = 1 << 15


def softmax(node: Node) -> Layer:
    """SOFTMAX along the last axis; its output has scale 1/32768."""
    source, target = node.input(0), node.output
    if not math.isclose(scale_of(node, target), 1 / 32768, rel_tol=1e-3):
        raise node.fail("needs an output with scale 1/32768; quantize the model again.")
    if source.count != target.count or source.count == 0 or not 0 < source.shape[-1] <= _LONGEST_ROW:
        raise node.fail("changes the number of elements or has too many classes; quantize the model again.")
    real = scale_of(node, source) * node.options.beta / (10.0 / 65535.0)
    if not 0 < real < 1 << 14:
        raise node.fail(f"has the temperature {node.options.beta}, too extreme to compute with.")
    value, shift = multiplier(node, real)
    parameters: Parameters = (
        ("exponentials", Ref("exponentials")),
        ("reciprocals", Ref("reciprocals")),
        ("multiplier", value),
        ("shift", shift),
        ("rows", source.count // source.shape[-1]),
        ("columns", source.shape[-1]),
    )
    arrays = (
        Array("exponentials", curve_points(math.exp, -10.0, 0.0)),
        Array("reciprocals", curve_points(lambda x: 1.0 / (1.0 + x), 0.0, 1.0)),
    )
    return Layer(node, (call_of(node, "studio_softmax_int16", parameters),), arrays, overlays=(source.index,))


def logistic(node: Node) -> Layer:
    """LOGISTIC, 1 / (1 + exp(-x)); its output has scale 1/32768."""
    return _sigmoid(node, is_tanh=False)


def tanh(node: Node) -> Layer:
    """TANH; its output has scale 1/32768."""
    return _sigmoid(node, is_tanh=True)


def _sigmoid(node: Node, *, is_tanh: bool) -> Layer:
    source, target = node.input(0), node.output
    if source.count != target.count or target.count == 0:
        raise node.fail("changes the number of elements: the file is damaged.")
    if not math.isclose(scale_of(node, target), 1 / 32768, rel_tol=1e-3):
        raise node.fail("needs an output with scale 1/32768; quantize the model again.")
    factor, shift = _sigmoid_factor(scale_of(node, source), is_tanh=is_tanh)
    if not 0 < factor < 1 << 15:
        raise node.fail("has an input scale that is too extreme to compute with; quantize the model again.")
    parameters: Parameters = (
        ("points", Ref("points")),
        ("multiplier", factor),
        ("shift", shift),
        ("is_tanh", int(is_tanh)),
        ("count", target.count),
    )
    call = call_of(node, "studio_sigmoid_int16", parameters)
    return Layer(node, (call,), (Array("points", sigmoid_table()),), overlays=(source.index,))


def _sigmoid_factor(scale: float, *, is_tanh: bool) -> tuple[int, int]:
    """(factor, shift): how an input becomes a number of which 3 << 12 stand for 1, in 15 bits."""
    fraction, exponent = math.frexp(scale)
    power = exponent - 1 + 12
    if fraction == 0.5 and 0 <= power <= int(is_tanh):
        return 3 << power, 0
    factor, shift = scale * 4096.0 * 3.0, 0
    while factor <= 32767.0 / 2.0 and shift <= 30:
        factor, shift = factor * 2.0, shift + 1
    return int(min(factor, 1 << 15)), shift


def relu(node: Node) -> Layer:
    """RELU, which may also change the scale."""
    return _requantized(node, 0, HIGHEST)


def relu6(node: Node) -> Layer:
    """RELU6, which keeps the scale."""
    scale = scale_of(node, node.output)
    if scale_of(node, node.input(0)) != scale:
        raise node.fail("changes the scale, which int16 kernels do not here; quantize the model again.")
    return _requantized(
        node, 0, int(min(math.floor(float(np.float32(6) / np.float32(scale)) + 0.5), HIGHEST))
    )


def quantize(node: Node) -> Layer:
    """QUANTIZE between int8 and int16 of any scale."""
    lowest, highest = (LOWEST, HIGHEST) if node.output.dtype == INT16 else (-128, 127)
    return _requantized(node, lowest, highest)


def _requantized(node: Node, lowest: int, highest: int) -> Layer:
    source, target = node.input(0), node.output
    if source.count != target.count or target.count == 0:
        raise node.fail("changes the number of elements: the file is damaged.")
    (source_scale, source_zero), (target_scale, target_zero) = (_either(node, t) for t in (source, target))
    value, shift = multiplier(node, source_scale / target_scale)
    parameters: Parameters = (
        ("count", target.count),
        ("input_bytes", 2 if source.dtype == INT16 else 1),
        ("output_bytes", 2 if target.dtype == INT16 else 1),
        ("input_zero_point", source_zero),
        ("multiplier", value),
        ("shift", shift),
        ("output_zero_point", target_zero),
        ("lowest", lowest),
        ("highest", highest),
    )
    overlays = (source.index,) if source.dtype == target.dtype else ()
    return Layer(node, (call_of(node, "studio_requantize_int16", parameters),), overlays=overlays)


def _either(node: Node, tensor: Tensor) -> tuple[float, int]:
    return (scale_of(node, tensor), 0) if tensor.dtype == INT16 else node.quantization(tensor)


def scale_of(node: Node, tensor: Tensor) -> float:
    """The scale of an int16 tensor, which has one and no zero point."""
    if tensor.dtype != INT16:
        raise node.unsuitable(tensor)
    if len(tensor.scales) != 1 or not tensor.scales[0] > 0 or any(tensor.zero_points):
        raise node.fail(
            f"needs int16 with one scale and no zero point in '{tensor.name}'; quantize the model again."
        )
    return tensor.scales[0]


def call_of(node: Node, kernel: str, parameters: Parameters) -> Call:
    """A kernel that makes the output of the first input."""
    return Call(kernel, parameters, (Place(node.input(0).index), Place(node.output.index)))
