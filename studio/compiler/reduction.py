"""MEAN, SUM, REDUCE_MAX and REDUCE_MIN over any of the axes, ARG_MAX and ARG_MIN along one."""

from studio.compiler.graph import Node
from studio.compiler.layer import Call, Layer, Parameter, Place
from studio.compiler.quantization import multiplier, same_quantization
from studio.compiler.strides import Loop, merged, padded, row_major
from studio.core.tflite import DType

LARGEST_COUNT = 1 << 23  # beyond that a sum of int8 may not fit 32 bits


def mean(node: Node) -> Layer:
    """MEAN. The mean is one rescaling of the sum: the multiplier holds the number of elements, too."""
    loops, count = axis_loops(node)
    ratio = node.quantization(node.input(0))[0] / node.quantization(node.output)[0]
    return _sum(node, loops, count, *divided(node, ratio, count))


def divided(node: Node, ratio: float, count: int) -> tuple[int, int]:
    """The multiplier and shift of a ratio of scales, divided by the number of elements.

    The division enters the multiplier, with as many bits kept as the count has.
    """
    value, shift = multiplier(node, ratio)
    bits = min(count.bit_length() - 1, 32, 31 + shift)
    return (value << bits) // count, shift - bits


def sum_(node: Node) -> Layer:
    """SUM."""
    loops, count = axis_loops(node)
    value, shift = multiplier(node, node.quantization(node.input(0))[0] / node.quantization(node.output)[0])
    return _sum(node, loops, count, value, shift)


def reduce_max(node: Node) -> Layer:
    """REDUCE_MAX."""
    return _search(node, 1)


def reduce_min(node: Node) -> Layer:
    """REDUCE_MIN."""
    return _search(node, -1)


def arg_max(node: Node) -> Layer:
    """ARG_MAX: int32, the index of the first of the largest."""
    return _index(node, 1)


def arg_min(node: Node) -> Layer:
    """ARG_MIN: int32, the index of the first of the smallest."""
    return _index(node, -1)


def _sum(node: Node, loops: tuple[tuple[str, Parameter], ...], count: int, value: int, shift: int) -> Layer:
    call = Call(
        "studio_mean",
        (
            *loops,
            ("start", -node.quantization(node.input(0))[1] * count),
            ("multiplier", value),
            ("shift", shift),
            ("output_zero_point", node.quantization(node.output)[1]),
        ),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,))


def _search(node: Node, sign: int) -> Layer:
    if not same_quantization(node, node.input(0), node.output):
        raise node.fail(
            "changes the scale while it searches, which int8 kernels do not; quantize the model again."
        )
    loops, _ = axis_loops(node)
    arguments = (Place(node.input(0).index), Place(node.output.index))
    return Layer(node, (Call("studio_search", (*loops, ("sign", sign), ("wants_index", 0)), arguments),))


def _index(node: Node, sign: int) -> Layer:
    if node.output.dtype != DType.INT32:
        raise node.fail(
            f"gives {node.output.dtype}; set its output type to int32, as microcontroller engines need."
        )
    node.quantization(node.input(0))
    if node.constant(1, DType.INT32, DType.INT64).size != 1:
        raise node.fail("searches along several axes at once: the file is damaged.")
    loops, _ = axis_loops(node)
    arguments = (Place(node.input(0).index), Place(node.output.index))
    return Layer(node, (Call("studio_search", (*loops, ("sign", sign), ("wants_index", 1)), arguments),))


def axis_loops(node: Node) -> tuple[tuple[tuple[str, Parameter], ...], int]:
    """The fields that kernels over axes share, and how many elements become one."""
    source, target = node.input(0), node.output
    rank = len(source.shape)
    axes = {int(a) for a in node.constant(1, DType.INT32, DType.INT64).reshape(-1)}
    if not all(-rank <= a < rank for a in axes) or source.count == 0:
        raise node.fail("works along an axis that its input does not have: the file is damaged.")
    axes = {a % rank for a in axes}
    steps = row_major(source.shape)
    kept = padded(merged([Loop(source.shape[d], (steps[d],)) for d in range(rank) if d not in axes]), 2, 1)
    joined = padded(merged([Loop(source.shape[d], (steps[d],)) for d in sorted(axes)]), 2, 1)
    if kept is None or joined is None:
        raise node.fail("works along too many separate axes; put them side by side.")
    outputs = kept[0].size * kept[1].size
    count = source.count // outputs
    if outputs != target.count or count > LARGEST_COUNT:
        raise node.fail(f"writes {target.count} numbers where {outputs} remain: the file is damaged.")
    parameters = (
        ("outer", kept[0].size),
        ("outer_step", kept[0].steps[0]),
        ("inner", kept[1].size),
        ("inner_step", kept[1].steps[0]),
        ("rows", joined[0].size),
        ("row_step", joined[0].steps[0]),
        ("columns", joined[1].size),
        ("column_step", joined[1].steps[0]),
    )
    return parameters, count
