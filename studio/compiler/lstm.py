"""UNIDIRECTIONAL_SEQUENCE_LSTM: activations of 8 bits, gates and cells of 16."""

import math

import numpy as np
import numpy.typing as npt

from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Array, Call, Layer, Parameter, Place, Ref
from studio.compiler.quantization import multiplier
from studio.core.operators import Activation
from studio.core.tflite import DType

GATES = ("input", "forget", "cell", "output")  # in the order of the operator's inputs
_WEIGHTS, _RECURRENT, _BIASES, _HIDDEN, _CELL = 1, 5, 12, 18, 19  # where these begin among the inputs
_ABSENT = (*range(9, 12), *range(16, 18), *range(20, 24))  # peepholes, projection, layer normalization
_PER_ONE = 24  # entries of the table of sigmoid from 0 to 1
_GATE_IN = 1 / (1 << 12)  # the scale of a gate's argument
_GATE_OUT = 1 / (1 << 15)  # and of its value


def sigmoid_table() -> npt.NDArray[np.uint16]:
    """sigmoid(i / 24) for i from 0 to 255, without integer bits in 16.

    Each entry lies higher by a sixteenth of the curvature: straight lines between them then run above the curve
    as far as below it.
    """
    entries = []
    for i in range(256):
        value = 1 / (1 + math.exp(-i / _PER_ONE))
        bend = value * (1 - value) * (2 * value - 1) / _PER_ONE**2
        entries.append(min(math.floor(65536 * (value + bend / 16) + 0.5), 65535))
    return np.array(entries, np.uint16)


def lstm(node: Node) -> Layer:
    """UNIDIRECTIONAL_SEQUENCE_LSTM, the plain one that Keras makes; the input is [batch, time, inputs]."""
    source, target, hidden, cell = node.input(0), node.output, node.input(_HIDDEN), node.input(_CELL)
    if any(node.optional(i) is not None for i in _ABSENT):
        raise node.fail(
            "has peepholes, a projection or normalized gates; use the LSTM layer as Keras makes it."
        )
    if node.options.activation != Activation.TANH:
        raise node.fail("has another activation than tanh; use the LSTM layer's default activations.")
    if not (hidden.is_variable and cell.is_variable) or cell.dtype != DType.INT16 or hidden.dtype != INT8:
        raise node.fail("lacks its states of 8 and 16 bits; quantize the model again to int8.")
    if len(source.shape) != 3 or len(target.shape) != 3 or source.count == 0:
        raise node.fail("needs sequences [batch, time, numbers]: the file is damaged.")
    major = node.options.time_major
    batches, steps, inputs = (source.shape[1], source.shape[0], source.shape[2]) if major else source.shape
    units = target.shape[2]
    if (
        target.shape != (*source.shape[:2], units)
        or hidden.count != batches * units
        or cell.count != hidden.count
    ):
        raise node.fail("has states and an output that do not fit its input: the file is damaged.")
    input_scale, input_zero_point = node.quantization(source)
    hidden_scale, hidden_zero_point = node.quantization(hidden)
    if node.quantization(target) != node.quantization(hidden):
        raise node.fail("stores its output otherwise than its state; quantize the model again.")
    cell_scale = cell.scales[0] if len(cell.scales) == 1 and not any(cell.zero_points) else 0.0
    power = round(math.log2(cell_scale)) if cell_scale > 0 else 0
    if cell_scale != 2.0**power or not -15 <= power <= -1:
        raise node.fail("has a cell state whose scale is no power of two; quantize the model again.")
    arrays: list[Array] = []
    parameters: list[tuple[str, Parameter]] = []
    for number, gate in enumerate(GATES):
        bias = node.constant(_BIASES + number, DType.INT32).reshape(-1)
        sides = (("input", _WEIGHTS, inputs, input_scale, input_zero_point),
                 ("hidden", _RECURRENT, units, hidden_scale, hidden_zero_point))  # fmt: skip
        for side, first, width, scale, zero_point in sides:
            weights = node.constant(first + number, INT8)
            weight_scale, weight_zero_point = node.quantization(node.input(first + number))
            if weights.shape != (units, width) or bias.size != units or weight_zero_point:
                raise node.fail("has weights that do not fit its input: the file is damaged.")
            flat = weights.astype(np.int8)
            folded = -zero_point * flat.sum(axis=1, dtype=np.int64)
            if side == "input":
                folded += bias.astype(np.int64)
            if int(np.abs(folded).max()) + 128 * 128 * width > (1 << 31) - 1:
                raise node.fail(
                    "has a bias that does not fit 32 bits with its weights; quantize the model again."
                )
            product = float(np.float32(scale) * np.float32(weight_scale))
            value, shift = multiplier(node, product / _GATE_IN)
            name, field = f"{gate}_{side}", f"gates[{number}].{side}"
            arrays += [Array(f"{name}_weights", flat), Array(f"{name}_bias", folded.astype(np.int32))]
            parameters += [
                (f"{field}.weights", Ref(f"{name}_weights")),
                (f"{field}.bias", Ref(f"{name}_bias")),
                (f"{field}.scale.multiplier", value),
                (f"{field}.scale.shift", shift),
            ]
    clip = min(node.options.cell_clip / cell_scale, 32767.0) if node.options.cell_clip > 0 else 0.0
    left_shift = 15 + power - 3
    products: list[tuple[str, Parameter]] = []
    for field, real in (
        ("forget", _GATE_OUT * cell_scale / cell_scale),
        ("update", _GATE_OUT * _GATE_OUT / cell_scale),
        ("result", _GATE_OUT * _GATE_OUT / hidden_scale),
    ):
        value, shift = multiplier(node, real)
        products += [(f"{field}.multiplier", value), (f"{field}.shift", shift)]
    call = Call(
        "studio_lstm",
        (
            ("batches", batches),
            ("steps", steps),
            ("inputs", inputs),
            ("units", units),
            ("batch_step", 1 if major else steps),
            ("time_step", batches if major else 1),
            *parameters,
            *products,
            ("cell_clip", int(clip)),
            ("cell_factor", 3 << max(left_shift, 0)),
            ("cell_shift", max(-left_shift, 0)),
            ("hidden_zero_point", hidden_zero_point),
            ("sigmoid", Ref("sigmoid")),
        ),
        (Place(source.index), Place(hidden.index), Place(cell.index), Place(target.index)),
    )
    arrays.append(Array("sigmoid", sigmoid_table()))
    macs = batches * steps * 4 * units * (inputs + units)
    return Layer(node, (call,), tuple(arrays), macs)
