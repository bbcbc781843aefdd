"""MEAN over any of the axes."""

from studio.compiler.graph import Node
from studio.compiler.layer import Call, Layer, Place
from studio.compiler.quantization import multiplier
from studio.compiler.strides import Loop, merged, padded, row_major
from studio.core.tflite import DType

LARGEST_COUNT = 1 << 23  # beyond that a sum of int8 may not fit 32 bits


def mean(node: Node) -> Layer:
    """MEAN. The mean is one rescaling of the sum: the multiplier holds the number of elements, too."""
    source, target = node.input(0), node.output
    input_scale, input_zero_point = node.quantization(source)
    output_scale, output_zero_point = node.quantization(target)
    rank = len(source.shape)
    axes = {int(a) for a in node.constant(1, DType.INT32).reshape(-1)}
    if not all(-rank <= a < rank for a in axes) or source.count == 0:
        raise node.fail("averages over an axis that its input does not have: the file is damaged.")
    axes = {a % rank for a in axes}
    steps = row_major(source.shape)
    kept = padded(merged([Loop(source.shape[d], (steps[d],)) for d in range(rank) if d not in axes]), 2, 1)
    summed = padded(merged([Loop(source.shape[d], (steps[d],)) for d in sorted(axes)]), 2, 1)
    if kept is None or summed is None:
        raise node.fail("averages over too many separate axes; put them side by side.")
    outputs = kept[0].size * kept[1].size
    count = source.count // outputs
    if outputs != target.count or count > LARGEST_COUNT:
        raise node.fail(f"writes {target.count} numbers where {outputs} remain: the file is damaged.")
    value, shift = multiplier(node, input_scale / output_scale)
    # The division by the count enters the multiplier, with as many bits kept as the count has.
    bits = min(count.bit_length() - 1, 32, 31 + shift)
    value, shift = (value << bits) // count, shift - bits
    call = Call(
        "studio_mean",
        (
            ("outer", kept[0].size),
            ("outer_step", kept[0].steps[0]),
            ("inner", kept[1].size),
            ("inner_step", kept[1].steps[0]),
            ("rows", summed[0].size),
            ("row_step", summed[0].steps[0]),
            ("columns", summed[1].size),
            ("column_step", summed[1].steps[0]),
            ("start", -input_zero_point * count),
            ("multiplier", value),
            ("shift", shift),
            ("output_zero_point", output_zero_point),
        ),
        (Place(source.index), Place(target.index)),
    )
    return Layer(node, (call,))
