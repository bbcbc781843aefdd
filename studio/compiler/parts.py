"""Operators that take parts: SPLIT, SPLIT_V and UNPACK, part by part, and GATHER."""

import math

import numpy as np

from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Argument, Array, Call, Layer, Place, Ref
from studio.compiler.quantization import same_quantization
from studio.compiler.shape import pick
from studio.compiler.strides import row_major
from studio.core.tflite import DType, Tensor


def split(node: Node) -> Layer:
    """One part of a SPLIT into equal parts."""
    source, axis = node.input(1), _axis(node, node.input(1), _integers(node, 0))
    parts = len(node.model.operators[node.operator.index].outputs)
    if source.shape[axis] % parts:
        raise node.fail(f"splits {list(source.shape)} into {parts} parts, which does not come out even.")
    size = source.shape[axis] // parts
    return _part(node, source, axis, node.part * size, size)


def split_v(node: Node) -> Layer:
    """One part of a SPLIT_V into parts of given sizes; the size -1 means the rest."""
    source, sizes = node.input(0), _integers(node, 1)
    axis = _axis(node, source, _integers(node, 2))
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = source.shape[axis] - sum(sizes) - 1
    if sum(sizes) != source.shape[axis] or min(sizes) < 0 or node.part >= len(sizes):
        raise node.fail("has sizes that do not add up to its input: the file is damaged.")
    return _part(node, source, axis, sum(sizes[: node.part]), sizes[node.part])


def unpack(node: Node) -> Layer:
    """One part of an UNPACK: a slice of size 1, without its axis."""
    source = node.input(0)
    return _part(node, source, _axis(node, source, [node.options.axis]), node.part, 1)


def gather(node: Node) -> Layer:
    """GATHER along one axis; the indices are fixed, or computed as int32 and then held inside of the axis."""
    source, indices, target = node.input(0), node.input(1), node.output
    if not same_quantization(node, source, target):
        raise node.fail("changes the scale while it only moves numbers; quantize the model again.")
    axis = _axis(node, source, [node.options.axis])
    if node.options.batch_dims:
        raise node.fail("gathers batch by batch, which the studio does not do; gather along the first axis.")
    shape = (*source.shape[:axis], *indices.shape, *source.shape[axis + 1 :])
    if math.prod(shape) != target.count or target.count == 0 or indices.dtype != DType.INT32:
        raise node.fail(f"writes {list(target.shape)} where {list(shape)} comes out: the file is damaged.")
    arrays: tuple[Array, ...] = ()
    numbers: Argument = Place(source.index)
    if source.is_constant:
        arrays, numbers = (
            (Array("numbers", node.constant(0, INT8).reshape(-1).astype(np.int8)),),
            Ref("numbers"),
        )
    where: Argument = Place(indices.index)
    if indices.is_constant:
        values = node.constant(1, DType.INT32).reshape(-1).astype(np.int32)
        if int(values.min()) < 0 or int(values.max()) >= source.shape[axis]:
            raise node.fail("gathers what its input does not have: the file is damaged.")
        arrays, where = (*arrays, Array("indices", values)), Ref("indices")
    call = Call(
        "studio_gather_parts",
        (
            ("outer", math.prod(source.shape[:axis])),
            ("size", source.shape[axis]),
            ("indices", indices.count),
            ("inner", math.prod(source.shape[axis + 1 :])),
        ),
        (numbers, where, Place(target.index)),
    )
    return Layer(node, (call,), arrays)


def _part(node: Node, source: Tensor, axis: int, begin: int, size: int) -> Layer:
    if begin + size > source.shape[axis]:
        raise node.fail("takes more parts than its input has: the file is damaged.")
    steps = row_major(source.shape)
    shape = (*source.shape[:axis], size, *source.shape[axis + 1 :])
    return pick(node, source, shape, steps, begin * steps[axis])


def _axis(node: Node, source: Tensor, axis: list[int]) -> int:
    rank = len(source.shape)
    if len(axis) != 1 or not -rank <= axis[0] < rank:
        raise node.fail("works along an axis that its input does not have: the file is damaged.")
    return axis[0] % rank


def _integers(node: Node, position: int) -> list[int]:
    return [int(v) for v in node.constant(position, DType.INT32, DType.INT64).reshape(-1)]
