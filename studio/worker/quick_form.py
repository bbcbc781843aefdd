"""A quantized .tflite in the number types that this computer runs quickly, for a first look at its accuracy.

LiteRT's optimized kernels have no int16 form (its int16 convolutions take as long as the reference's) and an int4
form that rounds otherwise. int4 weights become int8 ones with the same values, so that every answer stays. Activations
in int16 become float32: what 65,536 steps lose of them no class depends on, and the weights keep their 8 bits.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from studio.core.tflite import DType, TfliteModel
from studio.worker.graph import read_graph, set_values, write_graph
from studio.worker.reading import read

_DEQUANTIZE = 6
_EDGES = ("QUANTIZE", "DEQUANTIZE")


def quick_form(content: bytes) -> bytes:
    """The model with int4 as int8 and int16 as float32; the very same bytes where there is neither."""
    model = read(content)
    kinds = {tensor.dtype for tensor in model.tensors}
    if not kinds & {DType.INT4, DType.INT16}:
        return content
    graph = read_graph(content)
    tensors = graph.subgraphs[0].tensors
    for tensor in model.tensors:
        if tensor.dtype is DType.INT4 and tensor.is_constant:
            tensors[tensor.index].type = schema.TensorType.INT8
            set_values(graph, tensor.index, np.asarray(model.constant(tensor.index)))
    if DType.INT16 in kinds:
        _without_int16(graph, model)
    return write_graph(graph)


def _without_int16(graph: Any, model: TfliteModel) -> None:
    subgraph = graph.subgraphs[0]
    instead: dict[int, int] = {}
    kept = []
    for operator in model.operators:
        target = subgraph.operators[operator.index]
        first, last = (model.tensors[i].dtype for i in (operator.inputs[0], operator.outputs[0]))
        wide = DType.INT16 in (first, last)
        if operator.name in _EDGES and wide and {first, last} <= {DType.INT16, DType.FLOAT32}:
            instead[operator.outputs[0]] = operator.inputs[0]
            continue
        kept.append(target)
        if operator.name == "QUANTIZE" and last is DType.INT16:
            target.opcodeIndex = _code(graph, _DEQUANTIZE)
        elif wide and operator.name not in _EDGES:
            for i in operator.inputs:
                if i >= 0 and model.tensors[i].is_constant and model.tensors[i].scales:
                    _as_float(graph, i, _real(model, i))
    for tensor in model.tensors:
        if tensor.dtype is DType.INT16:
            values = model.constant(tensor.index)
            _as_float(graph, tensor.index, None if values is None else _real(model, tensor.index))
    for operator in kept:
        operator.inputs = [_source(instead, int(i)) for i in operator.inputs]
    subgraph.outputs = [_source(instead, int(i)) for i in subgraph.outputs]
    for signature in graph.signatureDefs or ():
        for entry in (*(signature.inputs or ()), *(signature.outputs or ())):
            entry.tensorIndex = _source(instead, int(entry.tensorIndex))
    subgraph.operators = kept


def _source(instead: dict[int, int], tensor: int) -> int:
    while tensor in instead:
        tensor = instead[tensor]
    return tensor


def _real(model: TfliteModel, index: int) -> npt.NDArray[np.float32]:
    """A quantized constant's values: scale × (stored − zero point), per channel where it has several scales."""
    tensor = model.tensors[index]
    values = np.asarray(model.constant(index)).astype(np.float64)
    shape = [1] * values.ndim
    if len(tensor.scales) > 1:
        shape[tensor.quantized_dimension] = -1
    zero_points = tensor.zero_points or (0,)
    found = (values - np.array(zero_points).reshape(shape if len(zero_points) > 1 else [1] * values.ndim)) * (
        np.array(tensor.scales).reshape(shape)
    )
    real: npt.NDArray[np.float32] = found.astype(np.float32)
    return real


def _as_float(graph: Any, index: int, values: npt.NDArray[np.float32] | None) -> None:
    tensor = graph.subgraphs[0].tensors[index]
    tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None
    if values is not None:
        set_values(graph, index, values)


def _code(graph: Any, builtin: int) -> int:
    for i, code in enumerate(graph.operatorCodes):
        if code.builtinCode == builtin:
            return i
    code = schema.OperatorCodeT()
    code.builtinCode, code.deprecatedBuiltinCode, code.version = builtin, builtin, 2
    graph.operatorCodes.append(code)
    return len(graph.operatorCodes) - 1
