"""Operators that only move numbers: RESHAPE and its kin, TRANSPOSE, slices, PAD, CONCATENATION and PACK."""

import math

import numpy as np
import numpy.typing as npt

from studio.compiler.graph import FLOAT32, INT16, Node
from studio.compiler.layer import Argument, Array, Call, Layer, Place, Ref, alias
from studio.compiler.quantization import same_quantization
from studio.compiler.strides import Loop, merged, padded, row_major
from studio.core.tflite import DType, Tensor

LOOPS = 4


def reshape(node: Node) -> Layer:
    """RESHAPE, EXPAND_DIMS and SQUEEZE: the same bytes under another shape."""
    _same_numbers(node, node.input(0))
    return alias(node)


def transpose(node: Node) -> Layer:
    """TRANSPOSE."""
    source = node.input(0)
    order = _integers(node, 1)
    if sorted(order) != list(range(len(source.shape))):
        raise node.fail(f"has the order of axes {order}, which cannot be: the file is damaged.")
    steps = row_major(source.shape)
    return pick(node, source, tuple(source.shape[d] for d in order), tuple(steps[d] for d in order), 0)


def strided_slice(node: Node) -> Layer:
    """STRIDED_SLICE with fixed bounds."""
    source, options = node.input(0), node.options
    if options.ellipsis_mask or options.new_axis_mask or options.offset:
        raise node.fail("uses '...', new axes or offsets in its slice; write the slice out for every axis.")
    begin, end, stride = (_integers(node, i) for i in (1, 2, 3))
    if not len(begin) == len(end) == len(stride) <= len(source.shape) or 0 in stride:
        raise node.fail("has bounds that do not belong together: the file is damaged.")
    shape, steps, offset = [], [], 0
    for d, (size, step) in enumerate(zip(source.shape, row_major(source.shape), strict=True)):
        if d >= len(begin):
            bounds = (0, size, 1)
        elif options.shrink_axis_mask >> d & 1:
            first = begin[d] + size if begin[d] < 0 else begin[d]
            bounds = (first, first + 1, 1)
        else:
            low = None if options.begin_mask >> d & 1 else begin[d]
            high = None if options.end_mask >> d & 1 else end[d]
            bounds = slice(low, high, stride[d]).indices(size)
        turns = range(*bounds)
        if not turns or not 0 <= turns[0] < size:
            raise node.fail("takes nothing from its input; check the bounds of the slice.")
        shape.append(len(turns))
        steps.append(step * bounds[2])
        offset += step * turns[0]
    return pick(node, source, tuple(shape), tuple(steps), offset)


def slice_(node: Node) -> Layer:
    """SLICE with a fixed begin and size; the size -1 means to the end."""
    source = node.input(0)
    begin, size = _integers(node, 1), _integers(node, 2)
    if not len(begin) == len(size) == len(source.shape):
        raise node.fail("has bounds that do not belong together: the file is damaged.")
    size = [s - b if n == -1 else n for s, b, n in zip(source.shape, begin, size, strict=True)]
    if any(b < 0 or n < 1 or b + n > s for s, b, n in zip(source.shape, begin, size, strict=True)):
        raise node.fail("reaches beyond its input: the file is damaged.")
    steps = row_major(source.shape)
    return pick(node, source, tuple(size), steps, sum(b * s for b, s in zip(begin, steps, strict=True)))


def pad(node: Node) -> Layer:
    """PAD and PADV2: the border is filled with zero (the zero point), or with a given number."""
    source, target = node.input(0), node.output
    _same_numbers(node, source)
    value = _zero(target)
    if node.optional(2) is not None:
        _same_numbers(node, node.input(2))
        value = node.constant(2, target.dtype).reshape(-1)[:1]
    borders = node.constant(1, DType.INT32, DType.INT64)
    if borders.shape != (len(source.shape), 2) or int(borders.min(initial=0)) < 0:
        raise node.fail("has borders that do not belong to its input: the file is damaged.")
    pairs = [(int(a), int(b)) for a, b in borders]
    if tuple(a + s + b for s, (a, b) in zip(source.shape, pairs, strict=True)) != target.shape:
        raise node.fail("writes another shape than its borders give: the file is damaged.")
    if target.count == source.count:
        return alias(node)
    steps = row_major(target.shape)
    offset = sum(a * s for s, (a, _) in zip(steps, pairs, strict=True))
    loops = [
        Loop(size, (a, b)) for size, a, b in zip(source.shape, row_major(source.shape), steps, strict=True)
    ]
    fill, arrays = _filled(node, value)
    return Layer(node, (fill, moved(node, loops, Place(source.index), Place(target.index, offset))), arrays)


def concatenation(node: Node) -> Layer:
    """CONCATENATION of tensors that are stored alike."""
    axis = node.options.axis % max(len(node.output.shape), 1)
    return _join(node, [t.shape for t in node.inputs], axis)


def pack(node: Node) -> Layer:
    """PACK: a concatenation along a new axis."""
    axis = node.options.axis % max(len(node.output.shape), 1)
    shapes = [(*t.shape[:axis], 1, *t.shape[axis:]) for t in node.inputs]
    return _join(node, shapes, axis)


def _join(node: Node, shapes: list[tuple[int, ...]], axis: int) -> Layer:
    target = node.output
    rank = len(target.shape)
    fits = all(
        len(s) == rank and all(s[d] == target.shape[d] for d in range(rank) if d != axis) for s in shapes
    )
    if not shapes or not fits or sum(s[axis] for s in shapes) != target.shape[axis]:
        raise node.fail("joins shapes that do not fit together: the file is damaged.")
    calls, arrays = [], []
    begin = 0
    outer = math.prod(target.shape[:axis])
    row = math.prod(target.shape[axis:])
    for position, (tensor, shape) in enumerate(zip(node.inputs, shapes, strict=True)):
        _same_numbers(node, tensor)
        length = math.prod(shape[axis:])
        source: Argument = Place(tensor.index)
        if tensor.is_constant:
            name = f"part_{position}"
            arrays.append(_bytes(name, node.constant(position, target.dtype)))
            source = Ref(name)
        if length:
            loops = [Loop(outer, (length, row)), Loop(length, (1, 1))]
            calls.append(moved(node, loops, source, Place(target.index, begin)))
        begin += length
    return Layer(node, tuple(calls), tuple(arrays))


def pick(node: Node, source: Tensor, shape: tuple[int, ...], steps: tuple[int, ...], offset: int) -> Layer:
    """The elements of `source` at `offset` and then by `steps`, written one after another."""
    target = node.output
    _same_numbers(node, source)
    if math.prod(shape) != target.count or target.count == 0:
        raise node.fail(f"writes {list(target.shape)} where {list(shape)} comes out: the file is damaged.")
    loops = [Loop(size, (a, b)) for size, a, b in zip(shape, steps, row_major(shape), strict=True)]
    if offset == 0 and source.count == target.count and len(merged(loops)) <= 1:
        return Layer(node, alias_of=source.index)
    return Layer(node, (moved(node, loops, Place(source.index, offset), Place(target.index)),))


def moved(node: Node, loops: list[Loop], source: Argument, target: Argument) -> Call:
    """The call that copies numbers from one place to another, by loops with (input step, output step)."""
    width = node.output.bytes // node.output.count
    if width > 1:  # the kernel moves bytes: mostly one loop over those of a number joins the innermost loop
        loops = [Loop(loop.size, (loop.steps[0] * width, loop.steps[1] * width)) for loop in loops]
        loops.append(Loop(width, (1, 1)))
        source, target = _scaled(source, width), _scaled(target, width)
    walk = padded(merged(loops), LOOPS, 2)
    if walk is None:
        raise node.fail("moves numbers along too many axes at once; do it in two steps.")
    parameters = (
        ("size", tuple(loop.size for loop in walk)),
        ("input_step", tuple(loop.steps[0] for loop in walk)),
        ("output_step", tuple(loop.steps[1] for loop in walk)),
    )
    return Call("studio_move", parameters, (source, target))


def _scaled(place: Argument, width: int) -> Argument:
    return Place(place.tensor, place.offset * width) if isinstance(place, Place) else place


def _zero(tensor: Tensor) -> npt.NDArray[np.generic]:
    """The number 0 as a tensor stores it, [1]."""
    zero_point = tensor.zero_points[0] if tensor.zero_points and tensor.dtype != FLOAT32 else 0
    return np.array([zero_point], tensor.dtype)


def _bytes(name: str, values: npt.NDArray[np.generic]) -> Array:
    """Numbers of any type as an array of bytes, since they are only moved."""
    return Array(name, np.frombuffer(values.tobytes(), np.int8))


def _filled(node: Node, value: npt.NDArray[np.generic]) -> tuple[Call, tuple[Array, ...]]:
    """The call that fills the output with a number [1], and its constant if it takes one."""
    target = node.output
    bytes_ = set(value.tobytes())
    if len(bytes_) == 1:
        byte = int(np.frombuffer(value.tobytes(), np.int8)[0])
        return Call("studio_fill", (), (Place(target.index), byte, target.bytes)), ()
    return moved(node, [Loop(target.count, (0, 1))], Ref("border"), Place(target.index)), (
        _bytes("border", value),
    )


def _same_numbers(node: Node, source: Tensor) -> None:
    if source.dtype != node.output.dtype:
        raise node.unsuitable(source)
    if source.dtype == FLOAT32:
        return
    if source.dtype == INT16:
        same = source.scales == node.output.scales and not any(
            (*source.zero_points, *node.output.zero_points)
        )
    else:
        same = same_quantization(node, source, node.output)
    if not same:
        raise node.fail(
            "changes the scale while it only moves numbers, which int8 kernels do not; quantize the model again."
        )


def _integers(node: Node, position: int) -> list[int]:
    values: npt.NDArray[np.generic] = node.constant(position, DType.INT32, DType.INT64)
    return [int(v) for v in values.reshape(-1)]
