"""Constant folding: layers whose inputs are all in the file are computed when the model is compiled."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.tflite import DType, Operator, Tensor, TfliteModel

Values = npt.NDArray[Any]
LARGEST_COUNT = 1 << 22  # of the numbers that one layer may write to be folded
LARGEST_BYTES = 1 << 24  # of all that is folded
_INTEGERS = (DType.INT32, DType.INT64)


@dataclass(slots=True)
class _File:
    """The model's tensors and bytes, which grow by what is folded."""

    model: TfliteModel
    tensors: list[Tensor]
    folded: dict[int, Values] = field(default_factory=dict)
    end: int = 0

    def values(self, index: int) -> Values | None:
        """A constant, be it folded."""
        return self.folded[index] if index in self.folded else self.model.constant(index)

    def add(self, index: int, values: Values) -> None:
        """Make a tensor constant."""
        self.folded[index] = np.ascontiguousarray(values)
        begin = len(self.model.data) + self.end
        self.end += values.nbytes
        self.tensors[index] = replace(self.tensors[index], begin=begin, end=begin + values.nbytes)


def fold(model: TfliteModel) -> TfliteModel:
    """The model with shape arithmetic, dequantized and moved constants computed; what is not known stays as it is."""
    file = _File(model, list(model.tensors))
    kept: list[Operator] = []
    for operator in model.operators:
        values = _computed(file, operator) if file.end < LARGEST_BYTES else None
        if values is None or operator.outputs[0] in model.outputs:
            kept.append(operator)
        else:
            file.add(operator.outputs[0], values)
    if not file.folded:
        return model
    data = b"".join((model.data, *(values.tobytes() for values in file.folded.values())))
    return replace(model, tensors=tuple(file.tensors), operators=tuple(kept), data=data)


def _computed(file: _File, operator: Operator) -> Values | None:
    """What an operator writes, if that is known, can be computed here and has the shape and type that the file says."""
    rule = _RULES.get(operator.name)
    if rule is None or len(operator.outputs) != 1 or not operator.inputs or min(operator.inputs) < 0:
        return None
    target = file.tensors[operator.outputs[0]]
    if target.is_constant or target.is_variable or not 0 < target.count <= LARGEST_COUNT:
        return None
    if operator.name == "SHAPE":
        inputs: list[Values] = [np.array(file.tensors[operator.inputs[0]].shape)]
    else:
        known = [file.values(i) for i in operator.inputs]
        inputs = [v for v in known if v is not None]
        if len(inputs) != len(known):
            return None
    if operator.name in _INTEGER_ONLY and any(
        file.tensors[i].dtype not in _INTEGERS for i in operator.inputs
    ):
        return None
    try:
        with np.errstate(all="ignore"):
            values = rule(inputs, operator, file.tensors)
            if values is None or target.dtype not in _FOLDED or values.size != target.count:
                return None
            return values.astype(np.dtype(target.dtype.value)).reshape(target.shape)
    except (ValueError, IndexError, OverflowError):
        return None  # the layer's family says in a sentence what is wrong


Rule = Callable[[list[Values], Operator, list[Tensor]], Values | None]
_FOLDED = (DType.INT8, DType.INT32, DType.INT64, DType.FLOAT32, DType.BOOL)


def _same_scale(operator: Operator, tensors: list[Tensor]) -> bool:
    kinds = {
        (t.dtype, t.scales, t.zero_points)
        for t in (tensors[i] for i in (operator.inputs[0], operator.outputs[0]))
    }
    return len(kinds) == 1


def _moved(change: Callable[[list[Values], Operator], Values]) -> Rule:
    """An operator that only moves the numbers of its first input."""

    def rule(inputs: list[Values], operator: Operator, tensors: list[Tensor]) -> Values | None:
        return change(inputs, operator) if _same_scale(operator, tensors) else None

    return rule


def _arithmetic(function: Callable[..., Values]) -> Rule:
    def rule(inputs: list[Values], operator: Operator, tensors: list[Tensor]) -> Values | None:
        return function(*inputs)

    return rule


def _dequantize(inputs: list[Values], operator: Operator, tensors: list[Tensor]) -> Values | None:
    source = tensors[operator.inputs[0]]
    if source.dtype == DType.FLOAT16:
        return inputs[0].astype(np.float32)
    if source.dtype != DType.INT8 or not source.scales:
        return None
    axis = source.quantized_dimension
    shape = [1] * len(source.shape)
    if len(source.scales) > 1:
        if not 0 <= axis < len(shape) or len(source.scales) != source.shape[axis]:
            return None
        shape[axis] = len(source.scales)
    zero_points = np.array(source.zero_points or (0,) * len(source.scales), np.int32).reshape(shape)
    scales = np.array(source.scales, np.float32).reshape(shape)
    return (inputs[0].astype(np.int32) - zero_points).astype(np.float32) * scales


def _strided(inputs: list[Values], operator: Operator) -> Values:
    values, begin, end, stride = inputs
    options = operator.options
    if (
        options.ellipsis_mask
        or options.new_axis_mask
        or options.offset
        or not len(begin) == len(end) == len(stride)
    ):
        raise ValueError
    picks: list[slice | int] = []
    for d in range(len(begin)):
        low = None if options.begin_mask >> d & 1 else int(begin[d])
        high = None if options.end_mask >> d & 1 else int(end[d])
        shrinks = options.shrink_axis_mask >> d & 1
        picks.append(int(begin[d]) if shrinks else slice(low, high, int(stride[d])))
    return values[tuple(picks)]


def _gathered(inputs: list[Values], operator: Operator) -> Values:
    values, indices = inputs
    if operator.options.batch_dims or values.size * indices.size > LARGEST_COUNT:
        raise ValueError
    return np.take(values, indices, axis=operator.options.axis)


_RULES: dict[str, Rule] = {
    "ADD": _arithmetic(np.add),
    "CAST": _arithmetic(lambda x: x),
    "CONCATENATION": _moved(lambda x, o: np.concatenate(x, axis=o.options.axis)),
    "DEQUANTIZE": _dequantize,
    "EXPAND_DIMS": _moved(lambda x, _: x[0]),
    "GATHER": _moved(_gathered),
    "MUL": _arithmetic(np.multiply),
    "PACK": _moved(lambda x, o: np.stack(x, axis=o.options.axis)),
    "REDUCE_PROD": _arithmetic(lambda x, axes: np.prod(x, axis=tuple(int(a) for a in axes.reshape(-1)))),
    "RESHAPE": _moved(lambda x, _: x[0]),
    "SHAPE": _arithmetic(lambda x: x),
    "SQUEEZE": _moved(lambda x, _: x[0]),
    "STRIDED_SLICE": _moved(_strided),
    "SUB": _arithmetic(np.subtract),
    "TRANSPOSE": _moved(lambda x, _: np.transpose(x[0], [int(d) for d in x[1].reshape(-1)])),
}
_INTEGER_ONLY = ("ADD", "CAST", "MUL", "REDUCE_PROD", "SUB")
