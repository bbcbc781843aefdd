"""MAXIMUM, MINIMUM, PRELU and SQUARED_DIFFERENCE of two tensors, one of which may be repeated along an axis."""

from studio.compiler.elementwise import pair_layer
from studio.compiler.graph import Node
from studio.compiler.layer import Layer
from studio.compiler.quantization import multiplier, same_quantization

_LEFT_SHIFT = 7  # both sides of a difference are brought to a common scale with so many bits to spare


def maximum(node: Node) -> Layer:
    """MAXIMUM of numbers that are stored alike."""
    return _extreme(node, 1)


def minimum(node: Node) -> Layer:
    """MINIMUM of numbers that are stored alike."""
    return _extreme(node, -1)


def _extreme(node: Node, sign: int) -> Layer:
    if not all(same_quantization(node, node.input(i), node.output) for i in (0, 1)):
        raise node.fail(
            "compares numbers of different scales, which int8 kernels do not; quantize the model again."
        )
    return pair_layer(node, "studio_extremes", (("sign", sign),))


def prelu(node: Node) -> Layer:
    """PRELU: numbers below zero are multiplied with slopes, the second input."""
    (scale, zero_point), (slope_scale, slope_zero_point) = (node.quantization(node.input(i)) for i in (0, 1))
    output_scale, output_zero_point = node.quantization(node.output)
    value, shift = multiplier(node, scale / output_scale)
    slope, slope_shift = multiplier(node, scale * slope_scale / output_scale)
    return pair_layer(
        node,
        "studio_prelu",
        (
            ("first_zero_point", zero_point),
            ("second_zero_point", slope_zero_point),
            ("multiplier", value),
            ("shift", shift),
            ("slope_multiplier", slope),
            ("slope_shift", slope_shift),
            ("output_zero_point", output_zero_point),
        ),
    )


def squared_difference(node: Node) -> Layer:
    """SQUARED_DIFFERENCE."""
    (scale_a, zero_a), (scale_b, zero_b) = (node.quantization(node.input(i)) for i in (0, 1))
    scale, zero_point = node.quantization(node.output)
    common = 2 * max(scale_a, scale_b)
    first, first_shift = multiplier(node, scale_a / common)
    second, second_shift = multiplier(node, scale_b / common)
    value, shift = multiplier(node, common * common / float((1 << 2 * _LEFT_SHIFT) * scale))
    return pair_layer(
        node,
        "studio_squared_difference",
        (
            ("first_zero_point", zero_a),
            ("first_multiplier", first),
            ("first_shift", first_shift),
            ("second_zero_point", zero_b),
            ("second_multiplier", second),
            ("second_shift", second_shift),
            ("multiplier", value),
            ("shift", shift),
            ("output_zero_point", zero_point),
        ),
    )
