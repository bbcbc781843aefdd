"""A .tflite with a batch of 1 made ready for many samples at once, or to show every tensor, by patching its bytes."""

import math
import struct

import numpy as np

from studio.core.errors import StudioError
from studio.core.flatbuffer import Table, Walker
from studio.core.tflite import DType, Operator, TfliteModel

# Operators that treat each sample apart, whatever the batch.
_APART = {
    "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D", "SOFTMAX",
    "LOG_SOFTMAX", "LOGISTIC", "TANH", "RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1", "LEAKY_RELU", "ELU",
    "HARD_SWISH", "GELU", "ABS", "NEG", "EXP", "SQRT", "RSQRT", "SQUARE", "LOG", "FLOOR", "CEIL", "ROUND", "CAST",
    "QUANTIZE", "DEQUANTIZE", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "L2_NORMALIZATION",
    "DEPTH_TO_SPACE", "SPACE_TO_DEPTH",
}  # fmt: skip
_PAIRED = {"ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "PRELU"}
_REDUCED = {"MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"}
_OUTPUTS_SLOT = 2  # of the schema's SubGraph table


def for_many(content: bytes, model: TfliteModel) -> bytes | None:
    """The file for any batch, or None where an operator may mix samples."""
    patched: bytearray | None = None
    for operator in model.operators:
        if not _treats_apart(model, operator):
            return None
        if operator.name == "RESHAPE":
            patched = patched if patched is not None else bytearray(content)
            _free_batch(patched, model, operator)
    return content if patched is None else bytes(patched)


def showing(content: bytes, model: TfliteModel) -> tuple[bytes, tuple[int, ...]]:
    """The file with every computed float32 tensor among its outputs, and those tensors in the order of the outputs.

    LiteRT's quick kernels (XNNPACK) keep no tensor that is not an output.
    """
    computed = {i for operator in model.operators for i in operator.outputs}
    shown = tuple(sorted(i for i in computed if model.tensors[i].dtype is DType.FLOAT32))
    patched = bytearray(content)
    walker = Walker(content)
    graph = Table(walker, walker.unsigned(0)).tables(2)[0]
    field = _field(content, graph.at, _OUTPUTS_SLOT)
    patched += b"\0" * (-len(patched) % 4)
    struct.pack_into("<I", patched, field, len(patched) - field)
    patched += struct.pack(f"<I{len(shown)}i", len(shown), *shown)
    return bytes(patched), shown


def _field(content: bytes, table: int, slot: int) -> int:
    """Where a table's field lies in the file."""
    vtable = table - struct.unpack_from("<i", content, table)[0]
    offset = struct.unpack_from("<H", content, vtable + 4 + 2 * slot)[0]
    if not offset:
        raise StudioError("This .tflite file names no outputs. Convert the model again.")
    return int(table + offset)


def _treats_apart(model: TfliteModel, operator: Operator) -> bool:
    shapes = [model.tensors[i].shape for i in (*operator.inputs[:1], *operator.outputs)]
    if any(not shape or shape[0] != 1 for shape in shapes):
        return False
    name = operator.name
    if name in _APART:
        return True
    if name in _PAIRED:  # a constant must fit each sample
        tensors = [model.tensors[i] for i in operator.inputs]
        rank = len(model.tensors[operator.outputs[0]].shape)
        return all(len(t.shape) < rank or not t.shape or t.shape[0] == 1 for t in tensors)
    if name == "CONCATENATION":
        return operator.options.axis not in (0, -len(shapes[0]))
    if name == "RESHAPE":
        return len(operator.inputs) > 1 and model.tensors[operator.inputs[1]].is_constant
    values = model.constant(operator.inputs[1]) if len(operator.inputs) > 1 else None
    if values is None:
        return False
    if name in _REDUCED:
        return all(int(axis) % len(shapes[0]) != 0 for axis in np.atleast_1d(values).flat)
    if name in ("PAD", "PADV2", "MIRROR_PAD"):
        return not values[0].any()
    return name == "TRANSPOSE" and int(values[0]) == 0


def _free_batch(patched: bytearray, model: TfliteModel, operator: Operator) -> None:
    """Let a RESHAPE find the batch by itself: its first size becomes -1, all others fixed."""
    tensor = model.tensors[operator.inputs[1]]
    shape = model.tensors[operator.outputs[0]].shape
    if tensor.dtype is DType.INT32 and math.prod(tensor.shape) == len(shape):
        struct.pack_into(f"<{len(shape)}i", patched, tensor.begin, -1, *shape[1:])
