"""ADD of two tensors that are alike, the usual one: its kernel rescales one side only."""

from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Call, Layer, Parameter, Place
from studio.compiler.packing import LARGEST_SHIFT
from studio.compiler.quantization import activation_range, multiplier

LEFT_SHIFT = 20  # both sides of a sum are brought to a common scale with so many bits to spare


def quick_sum(node: Node) -> Layer | None:
    """ADD of two int8 tensors of the output's shape and of different scales; None for any other.

    The common scale is twice the larger one, so the side with that only moves to the left.
    """
    sides = (node.input(0), node.input(1))
    if any(t.dtype != INT8 or t.is_constant or t.shape != node.output.shape or not t.count for t in sides):
        return None
    wide, narrow = sorted(sides, key=lambda tensor: -node.quantization(tensor)[0])
    (wide_scale, wide_zero), (narrow_scale, narrow_zero) = (node.quantization(t) for t in (wide, narrow))
    scale, zero_point = node.quantization(node.output)
    factor, factor_shift = multiplier(node, narrow_scale / (2 * wide_scale))
    value, shift = multiplier(node, 2 * wide_scale / ((1 << LEFT_SHIFT) * scale))
    if not all(-LARGEST_SHIFT <= s < 0 for s in (factor_shift, shift)):
        return None
    lowest, highest = activation_range(node, node.options.activation, scale, zero_point)
    parameters: tuple[tuple[str, Parameter], ...] = (
        ("count", node.output.count),
        ("first_start", -wide_zero * (1 << (LEFT_SHIFT - 1))),
        ("second_start", -narrow_zero * (1 << LEFT_SHIFT)),
        ("second_multiplier", factor),
        ("second_shift", -factor_shift),
        ("multiplier", value),
        ("shift", -1 - shift),
        ("output_offset", 2 * zero_point + 1),
        ("lowest", lowest),
        ("highest", highest),
    )
    places = (Place(wide.index), Place(narrow.index), Place(node.output.index))
    return Layer(node, (Call("studio_sum", parameters, places),), overlays=(wide.index, narrow.index))
