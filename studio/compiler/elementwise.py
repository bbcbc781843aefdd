"""ADD, SUB and MUL of two tensors, one of which may be a constant or be repeated along an axis."""

from studio.compiler.graph import Node
from studio.compiler.layer import Argument, Array, Call, Layer, Parameter, Place, Ref
from studio.compiler.quantization import activation_range, multiplier
from studio.compiler.quick_sum import quick_sum
from studio.compiler.strides import Loop, merged, padded, row_major
from studio.core.tflite import Tensor

_LEFT_SHIFT = 20  # both sides of a sum are brought to a common scale with so many bits to spare
LOOPS = 4


def add(node: Node) -> Layer:
    """ADD."""
    return quick_sum(node) or _sum(node, 1)


def subtract(node: Node) -> Layer:
    """SUB."""
    return _sum(node, -1)


def multiply(node: Node) -> Layer:
    """MUL."""
    (scale_a, zero_a), (scale_b, zero_b) = (node.quantization(node.input(i)) for i in (0, 1))
    scale, zero_point = node.quantization(node.output)
    value, shift = multiplier(node, scale_a * scale_b / scale)
    return pair_layer(
        node,
        "studio_multiply",
        (
            ("first_zero_point", zero_a),
            ("second_zero_point", zero_b),
            ("multiplier", value),
            ("shift", shift),
            ("output_zero_point", zero_point),
            *_range(node),
        ),
    )


def _sum(node: Node, sign: int) -> Layer:
    (scale_a, zero_a), (scale_b, zero_b) = (node.quantization(node.input(i)) for i in (0, 1))
    scale, zero_point = node.quantization(node.output)
    common = 2 * max(scale_a, scale_b)
    first, first_shift = multiplier(node, scale_a / common)
    second, second_shift = multiplier(node, scale_b / common)
    value, shift = multiplier(node, common / ((1 << _LEFT_SHIFT) * scale))
    if shift > 0:
        raise node.fail("has an output scale that is far too small for its inputs; quantize the model again.")
    return pair_layer(
        node,
        "studio_add",
        (
            ("first_zero_point", zero_a),
            ("first_multiplier", first),
            ("first_shift", first_shift),
            ("second_zero_point", zero_b),
            ("second_multiplier", second),
            ("second_shift", second_shift),
            ("second_sign", sign),
            ("multiplier", value),
            ("shift", shift),
            ("output_zero_point", zero_point),
            *_range(node),
        ),
    )


def _range(node: Node) -> tuple[tuple[str, Parameter], ...]:
    lowest, highest = activation_range(node, node.options.activation, *node.quantization(node.output))
    return (("lowest", lowest), ("highest", highest))


def pair_layer(node: Node, kernel: str, parameters: tuple[tuple[str, Parameter], ...]) -> Layer:
    """A kernel that walks over both inputs in four nested loops; `parameters` follow those of the loops."""
    first, second, target = node.input(0), node.input(1), node.output
    loops = padded(merged(_loops(node, first, second)), LOOPS, 2)
    if loops is None or target.count == 0:
        raise node.fail(
            f"combines {list(first.shape)} with {list(second.shape)} in a way the studio does not do."
        )
    arrays: list[Array] = []
    sides: list[Argument] = []
    for name, tensor, position in (("first", first, 0), ("second", second, 1)):
        if tensor.is_constant:
            arrays.append(Array(name, node.constant(position, target.dtype).reshape(-1)))
            sides.append(Ref(name))
        else:
            sides.append(Place(tensor.index))
    call = Call(
        kernel,
        (
            ("size", tuple(loop.size for loop in loops)),
            ("first_step", tuple(loop.steps[0] for loop in loops)),
            ("second_step", tuple(loop.steps[1] for loop in loops)),
            *parameters,
        ),
        (*sides, Place(target.index)),
    )
    overlays = tuple(t.index for t in (first, second) if t.shape == target.shape and not t.is_constant)
    return Layer(node, (call,), tuple(arrays), overlays=overlays)


def _loops(node: Node, first: Tensor, second: Tensor) -> list[Loop]:
    """One loop per dimension of the output; a side that is repeated along it does not move."""
    rank = max(len(first.shape), len(second.shape))
    sides = []
    for tensor in (first, second):
        shape = (1,) * (rank - len(tensor.shape)) + tensor.shape
        sides.append((shape, row_major(shape)))
    loops = []
    for d in range(rank):
        sizes = [shape[d] for shape, _ in sides]
        size = max(sizes)
        if any(s not in (1, size) for s in sizes):
            raise node.fail(
                f"cannot combine {list(first.shape)} with {list(second.shape)}: the file is damaged."
            )
        loops.append(Loop(size, tuple(steps[d] if shape[d] == size else 0 for shape, steps in sides)))
    shape = tuple(loop.size for loop in loops)
    if shape != node.output.shape and not (shape == () and node.output.count == 1):
        raise node.fail(
            f"writes {list(node.output.shape)} where {list(shape)} comes out: the file is damaged."
        )
    return loops
