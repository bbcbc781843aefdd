"""Functions of one number (LOGISTIC, TANH, RELU and its kin, ABS, ELU, QUANTIZE...): a table of 256 answers each."""

import numpy as np

from studio.compiler.curves import abs_table, elu_table, hard_swish_ratios, hard_swish_table, rsqrt_table
from studio.compiler.graph import Node
from studio.compiler.layer import Array, Call, Layer, Place, Ref, alias
from studio.compiler.quantization import LARGEST_SHIFT, activation_range, multiplier, same_quantization
from studio.compiler.tables import (
    Int8Array,
    clamp_table,
    leaky_table,
    logistic_table,
    rescale_table,
    tanh_table,
)
from studio.core.operators import Activation


def logistic(node: Node) -> Layer:
    """LOGISTIC, 1 / (1 + exp(-x)); its output has scale 1/256 and zero point -128."""
    _expect_output(node, 1 / 256, -128)
    return _lookup(node, logistic_table(*node.quantization(node.input(0))))


def tanh(node: Node) -> Layer:
    """TANH; its output has scale 1/128 and zero point 0."""
    _expect_output(node, 1 / 128, 0)
    return _lookup(node, tanh_table(*node.quantization(node.input(0))))


def relu(node: Node) -> Layer:
    """RELU, which may also change the scale."""
    ratio, source, target = _ratio(node)
    lowest, highest = activation_range(node, Activation.RELU, *node.quantization(node.output))
    return _lookup(node, rescale_table(ratio, source, target, lowest, highest))


def relu6(node: Node) -> Layer:
    """RELU6, which keeps the scale."""
    if not same_quantization(node, node.input(0), node.output):
        raise node.fail("changes the scale, which int8 kernels do not here; quantize the model again.")
    scale, zero_point = node.quantization(node.input(0))
    return _lookup(node, clamp_table(*activation_range(node, Activation.RELU6, scale, zero_point)))


def leaky_relu(node: Node) -> Layer:
    """LEAKY_RELU: numbers below zero are multiplied with alpha."""
    ratio, source, target = _ratio(node)
    negative = ratio_of(node, node.options.alpha)
    return _lookup(node, leaky_table(ratio, negative, source, target))


def quantize(node: Node) -> Layer:
    """QUANTIZE from int8 to int8 with another scale and zero point."""
    ratio, source, target = _ratio(node)
    return _lookup(node, rescale_table(ratio, source, target))


def absolute(node: Node) -> Layer:
    """ABS."""
    ratio_of(node)
    return _lookup(node, abs_table(*_scales(node)))


def reciprocal_root(node: Node) -> Layer:
    """RSQRT, one over the square root."""
    input_scale, _, output_scale, _ = _scales(node)
    multiplier(node, 1.0 / (input_scale**0.5 * output_scale))
    return _lookup(node, rsqrt_table(*_scales(node)))


def elu(node: Node) -> Layer:
    """ELU: exp(x) - 1 below zero."""
    ratio_of(node)
    return _lookup(node, elu_table(*_scales(node)))


def hard_swish(node: Node) -> Layer:
    """HARD_SWISH, x * relu6(x + 3) / 6."""
    (_, shift), (_, gate_shift) = hard_swish_ratios(
        node.quantization(node.input(0))[0], node.quantization(node.output)[0]
    )
    if shift > 0 or gate_shift > LARGEST_SHIFT:
        raise node.fail("has scales that are too far apart to compute with; quantize the model again.")
    return _lookup(node, hard_swish_table(*_scales(node)))


def ratio_of(node: Node, factor: float = 1.0) -> float:
    """What one step of the input is in steps of the output, times a factor; checked to be usable."""
    (input_scale, _), (output_scale, _) = node.quantization(node.input(0)), node.quantization(node.output)
    ratio = input_scale * factor / output_scale
    multiplier(node, abs(ratio))
    return ratio


def _scales(node: Node) -> tuple[float, int, float, int]:
    return *node.quantization(node.input(0)), *node.quantization(node.output)


def _ratio(node: Node) -> tuple[float, int, int]:
    return ratio_of(node), node.quantization(node.input(0))[1], node.quantization(node.output)[1]


def _expect_output(node: Node, scale: float, zero_point: int) -> None:
    if node.quantization(node.output) != (scale, zero_point):
        raise node.fail(
            f"needs an output with scale {scale} and zero point {zero_point}; quantize the model again."
        )


def _lookup(node: Node, table: Int8Array) -> Layer:
    source, target = node.input(0), node.output
    if source.count != target.count or target.count == 0:
        raise node.fail("changes the number of elements: the file is damaged.")
    if np.array_equal(table, np.arange(-128, 128)):
        return alias(node)
    call = Call("studio_lookup", (), (Ref("table"), Place(source.index), Place(target.index), target.count))
    return Layer(node, (call,), (Array("table", table, in_flash=True),), overlays=(source.index,))
