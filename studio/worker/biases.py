"""Biases that fit 32 bits: the quantizer cuts those off that belong to filters of (almost) nothing but zeros.

A bias is stored in steps of input scale × weight scale. Where pruning left a filter next to no weights, that step is so
small that the bias does not fit. Such a filter is given larger steps, in which its weights lose nothing that counts.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.tflite import DType, Operator, TfliteModel
from studio.worker.graph import read_graph, set_values, write_graph
from studio.worker.reading import read
from studio.worker.sparsify import WEIGHTED

_MOST = 1 << 28  # leaves room for the sum of products
_LARGEST = {DType.INT8: 127, DType.INT4: 7}
Values = npt.NDArray[np.float64]


def with_fitting_biases(content: bytes, original: TfliteModel) -> bytes:
    """The quantized model with larger steps for filters whose bias did not fit; `original` is the float model."""
    model = read(content)
    wrong = [operator for operator in model.operators if _does_not_fit(model, operator)]
    if not wrong:
        return content
    named = {tensor.name: tensor.index for tensor in original.tensors if tensor.is_constant}
    graph = read_graph(content)
    for operator in wrong:
        weights, bias = (named.get(model.tensors[i].name) for i in operator.inputs[1:3])
        if weights is not None and bias is not None:
            whole = (
                np.asarray(original.constant(weights), np.float64),
                np.asarray(original.constant(bias), np.float64),
            )
            _restep(graph, model, operator, *whole)
    return write_graph(graph)


def _does_not_fit(model: TfliteModel, operator: Operator) -> bool:
    if operator.name not in WEIGHTED or len(operator.inputs) < 3 or operator.inputs[2] < 0:
        return False
    weights, bias = (model.tensors[i] for i in operator.inputs[1:3])
    if weights.dtype not in _LARGEST or bias.dtype is not DType.INT32 or not bias.is_constant:
        return False
    values = np.asarray(model.constant(bias.index), np.int64)
    return bool((np.abs(values) > _MOST).any())


def _restep(graph: Any, model: TfliteModel, operator: Operator, weights: Values, bias: Values) -> None:
    given, stored, added = (model.tensors[i] for i in operator.inputs[:3])
    largest = _LARGEST[stored.dtype]
    least = np.abs(bias) / (given.scales[0] * _MOST)
    scales = np.array(stored.scales, np.float64)
    scales = np.maximum(scales, least if len(scales) > 1 else least.max())
    shape = [1] * weights.ndim
    if len(scales) > 1:
        shape[stored.quantized_dimension] = -1
    steps = np.clip(np.rint(weights / scales.reshape(shape)), -largest, largest).astype(np.int8)
    if stored.dtype is DType.INT4:
        flat = np.append(steps.ravel(), np.zeros(steps.size % 2, np.int8))
        steps = (flat[::2] & 15 | flat[1::2] << 4).astype(np.int8)
    set_values(graph, stored.index, steps)
    set_values(graph, added.index, np.rint(bias / (given.scales[0] * scales)).astype(np.int32))
    tensors = graph.subgraphs[0].tensors
    tensors[stored.index].quantization.scale = scales.astype(np.float32)
    tensors[added.index].quantization.scale = (scales * given.scales[0]).astype(np.float32)
