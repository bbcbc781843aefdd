"""What is inside a .tflite file: tensors, operators and constants, read with every offset checked."""

import math
import struct
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.flatbuffer import Table, Walker, damaged
from studio.core.operators import (
    ACTIVATIONS,
    BUILTIN_NAMES,
    CUSTOM_CODE,
    MIRROR_MODES,
    OPTION_FIELDS,
    PADDINGS,
    Options,
)

SCHEMA_VERSION = 3
MAX_RANK = 8
MAX_TENSOR_BYTES = 1 << 31


class DType(StrEnum):
    """How one element of a tensor is stored."""

    FLOAT32 = "float32"
    FLOAT16 = "float16"
    INT32 = "int32"
    UINT8 = "uint8"
    INT64 = "int64"
    STRING = "string"
    BOOL = "bool"
    INT16 = "int16"
    COMPLEX64 = "complex64"
    INT8 = "int8"
    FLOAT64 = "float64"
    COMPLEX128 = "complex128"
    UINT64 = "uint64"
    RESOURCE = "resource"
    VARIANT = "variant"
    UINT32 = "uint32"
    UINT16 = "uint16"
    INT4 = "int4"
    BFLOAT16 = "bfloat16"
    INT2 = "int2"
    UINT4 = "uint4"
    FLOAT8_E4M3FN = "float8_e4m3fn"
    FLOAT8_E5M2 = "float8_e5m2"


_DTYPES = tuple(DType)  # in the order of the schema's TensorType
_BITS = {
    DType.FLOAT32: 32, DType.FLOAT16: 16, DType.INT32: 32, DType.UINT8: 8, DType.INT64: 64, DType.BOOL: 8,
    DType.INT16: 16, DType.COMPLEX64: 64, DType.INT8: 8, DType.FLOAT64: 64, DType.COMPLEX128: 128,
    DType.UINT64: 64, DType.UINT32: 32, DType.UINT16: 16, DType.INT4: 4, DType.BFLOAT16: 16, DType.INT2: 2,
    DType.UINT4: 4, DType.FLOAT8_E4M3FN: 8, DType.FLOAT8_E5M2: 8,
}  # fmt: skip
_PACKED = (DType.INT4, DType.INT2, DType.UINT4)
_NUMPY: dict[DType, np.dtype[np.generic]] = {
    d: np.dtype(d.value).newbyteorder("<")
    for d in _BITS
    if d not in _PACKED and d != DType.BFLOAT16 and not d.startswith("float8")
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor: its shape, its type, how it is quantized and where its constant lies in the file.

    `begin` and `end` span the constant's bytes in the file; both are 0 for a tensor computed at run time.
    """

    index: int
    name: str
    shape: tuple[int, ...]
    shape_signature: tuple[int, ...]
    dtype: DType
    buffer: int
    begin: int
    end: int
    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    quantized_dimension: int
    is_variable: bool
    is_sparse: bool

    @property
    def count(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        """The size in memory, bytes; 0 for strings and handles."""
        return (self.count * _BITS.get(self.dtype, 0) + 7) // 8

    @property
    def is_constant(self) -> bool:
        """Whether the file holds the values."""
        return self.end > self.begin


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator; -1 among `inputs` is an optional input that is absent."""

    index: int
    code: int
    name: str
    version: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Options


@dataclass(frozen=True, slots=True)
class TfliteModel:
    """A whole .tflite file."""

    version: int
    description: str
    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    data: bytes = field(repr=False)

    def constant(self, index: int) -> npt.NDArray[np.generic] | None:
        """The values of a constant tensor as a read-only view in its shape, or None if it is not constant.

        int4 numbers come as int8. Raises StudioError for types that have no numpy form here (strings, sparse).
        """
        tensor = self.tensors[index]
        if not tensor.is_constant:
            return None
        if tensor.dtype is DType.INT4 and not tensor.is_sparse:
            return self._unpacked(tensor)
        dtype = _NUMPY.get(tensor.dtype)
        if dtype is None or tensor.is_sparse:
            kind = "sparse" if tensor.is_sparse else tensor.dtype.value
            raise StudioError(
                f"Tensor {index} ({tensor.name}) holds {kind} constants, which the studio does not read; "
                "convert the model again without them."
            )
        return np.frombuffer(self.data, dtype, tensor.count, tensor.begin).reshape(tensor.shape)

    def _unpacked(self, tensor: Tensor) -> npt.NDArray[np.int8]:
        """An int4 constant as int8: two numbers lie in a byte, the first of them in its lower half."""
        pairs = np.frombuffer(self.data, np.int8, tensor.bytes, tensor.begin)
        values = np.stack([np.left_shift(pairs, 4) >> 4, pairs >> 4], axis=1).reshape(-1)[: tensor.count]
        values.flags.writeable = False
        return values.reshape(tensor.shape)


def read(data: bytes) -> TfliteModel:
    """Read a .tflite file.

    Every offset is checked against the file, so a damaged file ends in a StudioError and in nothing else.
    """
    if len(data) < 8 or data[4:8] != b"TFL3":
        raise StudioError("This is not a .tflite model (its mark 'TFL3' is missing); choose a .tflite file.")
    walker = Walker(data)
    try:
        return _model(walker)
    except (struct.error, IndexError, OverflowError) as error:
        raise damaged("an offset points outside of it") from error


def _model(walker: Walker) -> TfliteModel:
    root = Table(walker, walker.unsigned(0))
    version = root.integer(0, "I")
    if version != SCHEMA_VERSION:
        raise StudioError(
            f"This .tflite file has version {version} of the format; the studio reads version "
            f"{SCHEMA_VERSION}. Convert the model again with a current converter."
        )
    graphs = root.tables(2)
    if len(graphs) != 1:
        raise StudioError(
            f"This model has {len(graphs)} subgraphs (loops, branches or stored state); the studio works "
            "with one. Convert the model without control flow; layers such as LSTM and GRU loop unless they are built "
            "with unroll=True."
        )
    graph = graphs[0]
    buffers = [_buffer(walker, table) for table in root.tables(4)]
    tensors = tuple(_tensor(i, table, buffers) for i, table in enumerate(graph.tables(0)))
    codes = [_operator_code(table) for table in root.tables(1)]
    operators = tuple(_operator(i, table, codes, len(tensors)) for i, table in enumerate(graph.tables(3)))
    inputs = _tensor_list(graph, 1, len(tensors), lowest=0)
    outputs = _tensor_list(graph, 2, len(tensors), lowest=0)
    return TfliteModel(version, root.text(3), tensors, operators, inputs, outputs, walker.data)


def _buffer(walker: Walker, table: Table) -> tuple[int, int]:
    """The (begin, end) of a buffer in the file; files over 2 GB keep buffers behind the flatbuffer."""
    begin, count = table.span(0, 1)
    if not count:
        offset, size = table.integer(1, "Q"), table.integer(2, "Q")
        if offset > 1:
            begin, count = offset, size
    if begin + count > len(walker.data):
        raise damaged("a constant runs past its end")
    return begin, begin + count


def _tensor(index: int, table: Table, buffers: list[tuple[int, int]]) -> Tensor:
    shape = table.integers(0, longest=MAX_RANK)
    name = table.text(3)
    called = f"Tensor {index} ({name})"
    if any(d < 0 for d in shape):
        raise StudioError(f"{called} has no fixed shape; convert the model with a fixed batch of 1.")
    code = table.integer(1, "b")
    if not 0 <= code < len(_DTYPES):
        raise damaged(f"{called} has the unknown type {code}")
    dtype = _DTYPES[code]
    if math.prod(shape) * _BITS.get(dtype, 8) // 8 > MAX_TENSOR_BYTES:
        raise StudioError(f"{called} has the shape {list(shape)}, which is too large for any board here.")
    buffer = table.integer(2, "I")
    if buffer >= len(buffers):
        raise damaged(f"{called} names a constant that is not there")
    begin, end = buffers[buffer]
    quantization = table.table(4)
    scales: tuple[float, ...] = ()
    zero_points: tuple[int, ...] = ()
    dimension = 0
    if quantization is not None:
        longest = max((1, *shape))
        scales = quantization.vector(2, "f", longest)
        zero_points = quantization.integers(3, "q", longest)
        dimension = quantization.integer(6)
    sparse = table.table(6) is not None
    if not all(0 <= s < math.inf for s in scales):
        raise damaged(f"{called} has a scale that is not a positive number")
    signature = table.integers(7, longest=MAX_RANK)
    tensor = Tensor(
        index, name, shape, signature, dtype, buffer, begin, end, scales, zero_points, dimension,
        bool(table.number(5, "?", False)), sparse,
    )  # fmt: skip
    if end > begin and dtype in _BITS and not sparse and end - begin != tensor.bytes:
        raise damaged(f"{called} needs {tensor.bytes} bytes of constants and has {end - begin}")
    return tensor


def _operator_code(table: Table) -> tuple[int, str, int]:
    code = max(table.integer(0, "b"), table.integer(3))  # codes above 127 came later, in a field of their own
    name = BUILTIN_NAMES[code] if 0 <= code < len(BUILTIN_NAMES) else f"OPERATOR_{code}"
    if code == CUSTOM_CODE:
        name = f"CUSTOM:{table.text(1)}"
    return code, name, table.integer(2, "i", 1)


def _operator(index: int, table: Table, codes: list[tuple[int, str, int]], tensors: int) -> Operator:
    which = table.integer(0, "I")
    if which >= len(codes):
        raise damaged(f"operator {index} has no code")
    code, name, version = codes[which]
    kind = table.integer(3, "B")
    options = _options(table.table(4), kind) if kind in OPTION_FIELDS else Options()
    inputs = _tensor_list(table, 1, tensors, lowest=-1)
    outputs = _tensor_list(table, 2, tensors, lowest=0)
    return Operator(index, code, name, version, inputs, outputs, options)


def _options(table: Table | None, kind: int) -> Options:
    if table is None:
        return Options()
    values: dict[str, object] = {}
    for slot, name, format_ in OPTION_FIELDS[kind]:
        if format_ == "v":
            values[name] = table.integers(slot, longest=MAX_RANK)
        elif format_ == "s":
            values[name] = table.text(slot)
        elif format_ in _ENUMS:
            choices = _ENUMS[format_]
            code = table.integer(slot, "b")
            if not 0 <= code < len(choices):
                raise damaged(f"the option {name} has the unknown value {code}")
            values[name] = choices[code]
        else:
            values[name] = table.number(slot, format_, getattr(_DEFAULTS, name))
    return Options(**values)  # type: ignore[arg-type]


_DEFAULTS = Options()
_ENUMS = {"p": PADDINGS, "a": ACTIVATIONS, "m": MIRROR_MODES}


def _tensor_list(table: Table, slot: int, tensors: int, lowest: int) -> tuple[int, ...]:
    numbers = table.integers(slot)
    if any(not lowest <= n < tensors for n in numbers):
        raise damaged("an operator names a tensor that is not there")
    return numbers
