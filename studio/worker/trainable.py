"""A float .tflite rebuilt in TensorFlow, so that its weights can be trained and put back."""

import os
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf

from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.tflite import DType, Operator, Tensor, TfliteModel, read
from studio.worker.graph import add_constant, read_graph, write_graph
from studio.worker.trainable_operators import Step, compute

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
_BATCH = 64
_REAL = (DType.FLOAT32, DType.INT8)  # int8: weights of dynamic-range models, used as real numbers
_FLOAT32 = 0  # in the schema's TensorType
Weights = dict[int, npt.NDArray[np.float32]]


class Rounding(Protocol):
    """What is done to tensors on their way through the operators; `place` is that among the operator's inputs."""

    def entering(self, operator: int, place: int, x: Any) -> Any:
        """The value that the operator is given."""

    def leaving(self, operator: int, x: Any) -> Any:
        """The value that the operator hands on."""


class Trainable:
    """The model as a function of a batch (float32 [N, *input shape]) with its weights as variables.

    `variables` are keyed by the tensor's place in the file. A last SOFTMAX, LOG_SOFTMAX or LOGISTIC is left out of
    `logits`; its name is `ending` ("" where there is none).
    """

    def __init__(self, content: bytes) -> None:
        model = read(content)
        self._content = content
        self._model = model
        self._steps = tuple(_steps(model))
        self._fixed: dict[int, Any] = {}
        self.variables: dict[int, Any] = {}
        trained = _trained(model)
        for tensor in model.tensors:
            values = _real(model, tensor)
            if values is not None:
                if tensor.index in trained:
                    self.variables[tensor.index] = tf.Variable(values, name=f"tensor{tensor.index}")
                else:
                    self._fixed[tensor.index] = values
        if not self.variables:
            raise StudioError("This model has no weights that could be trained. Go on without training.")
        last = self._steps[-1].operator
        ends = last.name in ("SOFTMAX", "LOG_SOFTMAX", "LOGISTIC") and last.outputs[0] == model.outputs[0]
        self.ending = last.name if ends else ""
        self.input_shape = model.tensors[model.inputs[0]].shape[1:]
        self.outputs = int(np.prod(model.tensors[model.outputs[0]].shape[1:]))

    @property
    def macs(self) -> int:
        """Multiplications with additions for one sample."""
        return sum(layer.macs for layer in layers_of(self._model))

    @property
    def weight_places(self) -> dict[int, str]:
        """The tensors that hold the filters of weighted layers, and the name of the layer."""
        return {
            step.operator.inputs[1]: step.layer
            for step in self._steps
            if step.operator.name in WEIGHTED and step.operator.inputs[1] in self.variables
        }

    def logits(self, x: Any, rounding: Rounding | None = None) -> Any:
        """What the model answers before its last SOFTMAX or LOGISTIC, [N, outputs]."""
        steps = self._steps[:-1] if self.ending else self._steps
        wanted = self._steps[-1].operator.inputs[0] if self.ending else self._model.outputs[0]
        found = tf.reshape(self._run(x, steps, rounding)[wanted], (-1, self.outputs))
        beta = self._steps[-1].operator.options.beta
        return found * beta if self.ending == "SOFTMAX" and beta not in (0.0, 1.0) else found

    def answers(self, x: Any, rounding: Rounding | None = None) -> Any:
        """What the model answers, [N, outputs]."""
        return tf.reshape(self._run(x, self._steps, rounding)[self._model.outputs[0]], (-1, self.outputs))

    def weights(self) -> Weights:
        """A copy of all variables' values."""
        return {index: variable.numpy() for index, variable in self.variables.items()}

    def assign(self, weights: Weights) -> None:
        """Give the variables these values."""
        for index, values in weights.items():
            self.variables[index].assign(values)

    def content(self, weights: Weights | None = None) -> bytes:
        """The .tflite with these weights, by default those that the variables have now."""
        graph = read_graph(self._content)
        subgraph = graph.subgraphs[0]
        new: dict[int, int] = {}
        for index, values in (weights or self.weights()).items():
            new[index] = add_constant(graph, subgraph.tensors[index], values)
            if self._model.tensors[index].dtype is not DType.FLOAT32:  # small numbers became real ones
                tensor = subgraph.tensors[new[index]]
                tensor.type, tensor.quantization = _FLOAT32, None
        for operator in subgraph.operators:
            operator.inputs = [new.get(int(i), int(i)) for i in operator.inputs]
        return write_graph(graph)

    def _run(self, x: Any, steps: tuple[Step, ...], rounding: Rounding | None) -> dict[int, Any]:
        values: dict[int, Any] = {**self._fixed, **self.variables}
        values[self._model.inputs[0]] = tf.convert_to_tensor(x)
        for step in steps:
            operator = step.operator
            given = [values.get(i) for i in operator.inputs]
            if rounding is not None:
                given = [
                    value if value is None else rounding.entering(operator.index, place, value)
                    for place, value in enumerate(given)
                ]
            made = compute(step, given)
            if rounding is not None and len(made) == 1:
                made = [rounding.leaving(operator.index, made[0])]
            values.update(zip(operator.outputs, made, strict=True))
        return values


def make_reproducible() -> None:
    """Make TensorFlow compute alike each time; the number of its threads is set where the worker begins."""
    tf.config.experimental.enable_op_determinism()


def in_batches(function: Any, x: npt.NDArray[np.float32], size: int = _BATCH) -> npt.NDArray[np.float32]:
    """`function` of each `size` samples, put together; float32 [N, …]."""
    parts = [function(tf.constant(x[begin : begin + size])).numpy() for begin in range(0, len(x), size)]
    return np.concatenate(parts)


def _steps(model: TfliteModel) -> list[Step]:
    found = []
    for layer, operator in zip(layers_of(model), model.operators, strict=True):
        tensors = [model.tensors[i] if i >= 0 else None for i in operator.inputs]
        whole = {
            place: model.constant(tensor.index)
            for place, tensor in enumerate(tensors)
            if tensor is not None and tensor.is_constant and tensor.dtype in (DType.INT32, DType.INT64)
        }
        step = Step(
            operator,
            layer.name,
            tuple(tensor.shape if tensor is not None else () for tensor in tensors),
            tuple(model.tensors[i].shape for i in operator.outputs),
            {place: values for place, values in whole.items() if values is not None},
        )
        if any(model.tensors[i].dtype is not DType.FLOAT32 for i in operator.outputs):
            raise step.refuse("it does not compute with float32 numbers")
        found.append(step)
    return found


def _trained(model: TfliteModel) -> set[int]:
    """The constants that training may change: from the first layer with weights on, single numbers apart.

    What stands before it, such as a mean that is taken off, belongs to the preparation of the data.
    """
    found: set[int] = set()
    begun = False
    for operator in model.operators:
        weighted = operator.name in WEIGHTED
        begun = begun or weighted
        for i in operator.inputs if begun else ():
            known = i >= 0 and model.tensors[i].is_constant
            if known and model.tensors[i].dtype in _REAL and (weighted or model.tensors[i].count > 1):
                found.add(i)
    return found - _paddings(model.operators)


def _real(model: TfliteModel, tensor: Tensor) -> npt.NDArray[np.float32] | None:
    """The values of a constant as real numbers, those in 8 bits by their scales; None for anything else."""
    values = model.constant(tensor.index) if tensor.dtype in _REAL else None
    if values is None or tensor.dtype is DType.FLOAT32:
        return None if values is None else values.astype(np.float32)
    if not tensor.scales:
        return None
    shape = [1] * len(tensor.shape)
    if len(tensor.scales) > 1:
        shape[tensor.quantized_dimension] = len(tensor.scales)
    zeros = np.array(tensor.zero_points or (0,), np.float32)
    found: npt.NDArray[np.float32] = values.astype(np.float32) - zeros.reshape(
        shape if len(zeros) > 1 else -1
    )
    return found * np.array(tensor.scales, np.float32).reshape(shape)


def _paddings(operators: tuple[Operator, ...]) -> set[int]:
    return {operator.inputs[2] for operator in operators if operator.name == "PADV2"}
