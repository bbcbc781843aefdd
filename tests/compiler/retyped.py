"""The int8 models of the tests in other number types: the same layers and shapes, the same weights in real numbers."""

from typing import Any

import flatbuffers
import numpy as np

from tests.compiler.models import Array, schema

FIXED = (np.float32(1 / 256), np.float32(1 / 128))  # the scales of SOFTMAX, LOGISTIC and TANH
WEIGHTED = (
    schema.BuiltinOperator.CONV_2D,
    schema.BuiltinOperator.DEPTHWISE_CONV_2D,
    schema.BuiltinOperator.FULLY_CONNECTED,
)
INT8, INT32 = schema.TensorType.INT8, schema.TensorType.INT32


def as_float32(data: bytes) -> bytes:
    """All that is quantized as float32; LOGISTIC where QUANTIZE was, which float32 does not need."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data))
    for code in model.operatorCodes:
        if code.builtinCode == schema.BuiltinOperator.QUANTIZE:
            code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.LOGISTIC
    for tensor in model.subgraphs[0].tensors:
        if tensor.quantization is None or tensor.quantization.scale is None:
            continue
        values = _values(model, tensor)
        if values is not None:
            _keep(model, tensor, _real(tensor, values))
        tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None
    return _data(model)


def as_int16(data: bytes, *, bias_bits: int = 64) -> bytes:
    """Activations as int16, weights as they are, biases of so many bits; QUANTIZE changes the scale as before."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data))
    tensors = model.subgraphs[0].tensors
    weights = {
        operator.inputs[1]
        for operator in model.subgraphs[0].operators
        if model.operatorCodes[operator.opcodeIndex].builtinCode in WEIGHTED
    }
    dense = any(c.builtinCode == schema.BuiltinOperator.FULLY_CONNECTED for c in model.operatorCodes)
    for index, tensor in enumerate(tensors):
        if tensor.quantization is None or tensor.quantization.scale is None:
            continue
        values = _values(model, tensor)
        if dense and values is not None:  # there TensorFlow Lite Micro takes one scale for all channels
            tensor.quantization.scale = tensor.quantization.scale[:1]
            tensor.quantization.zeroPoint = tensor.quantization.zeroPoint[:1]
        if index in weights:
            continue
        if tensor.type == INT32 and values is not None:
            tensor.quantization.scale = np.asarray(tensor.quantization.scale, np.float32) / np.float32(250)
            values = values.astype(np.int64 if bias_bits == 64 else np.int32)
            tensor.type = schema.TensorType.INT64 if bias_bits == 64 else INT32
        elif tensor.type == INT8:
            values = None if values is None else values.astype(np.int16) * 251
            tensor.type = schema.TensorType.INT16
            scale = np.asarray(tensor.quantization.scale, np.float32)
            tensor.quantization.scale = np.where(
                np.isin(scale, FIXED), np.float32(1 / 32768), scale / np.float32(250)
            )
            tensor.quantization.zeroPoint = np.zeros(1, np.int64)
        if values is not None:
            _keep(model, tensor, values)
    return _data(model)


def _values(model: Any, tensor: Any) -> Array | None:
    raw = model.buffers[tensor.buffer].data
    if raw is None or len(raw) == 0:
        return None
    return np.frombuffer(bytes(raw), np.int8 if tensor.type == INT8 else np.int32).reshape(
        tuple(tensor.shape)
    )


def _real(tensor: Any, values: Array) -> Array:
    shape = [1] * values.ndim
    if len(tensor.quantization.scale) > 1:
        shape[tensor.quantization.quantizedDimension] = -1
    scale = np.asarray(tensor.quantization.scale, np.float32).reshape(shape)
    zero_point = np.asarray(tensor.quantization.zeroPoint).reshape(shape)
    real: Array = ((values.astype(np.int64) - zero_point) * scale).astype(np.float32)
    return real


def _keep(model: Any, tensor: Any, values: Array) -> None:
    """In a buffer of its own: two tensors may have shared one."""
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
    tensor.buffer = len(model.buffers)
    model.buffers.append(buffer)


def _data(model: Any) -> bytes:
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
