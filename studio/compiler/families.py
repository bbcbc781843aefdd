"""Which function compiles which operator.

To add an operator:
1. Write its kernel as firmware/kernels/studio_NAME.c and .h: C99, integers only, caller's memory. (An operator
   that is a function of one number needs none: fill a table in tables.py and use studio_lookup.)
2. Write a function Node -> Layer in the module of its family. Check what the file says (`node.fail` makes the
   sentence), turn real numbers into multipliers with quantization.py, and return the kernel's parameters in the
   order of its struct.
3. Name it here.
4. Add cases to tests/compiler/test_operators.py; TensorFlow Lite Micro is the judge there.
"""

from collections.abc import Callable

from studio.compiler import (
    convolution,
    elementwise,
    fully_connected,
    lookup,
    pooling,
    reduction,
    shape,
    softmax,
)
from studio.compiler.graph import Node
from studio.compiler.layer import Layer

FAMILIES: dict[str, Callable[[Node], Layer]] = {
    "ADD": elementwise.add,
    "AVERAGE_POOL_2D": pooling.average_pool,
    "CONCATENATION": shape.concatenation,
    "CONV_2D": convolution.convolution,
    "DEPTHWISE_CONV_2D": convolution.depthwise,
    "EXPAND_DIMS": shape.reshape,
    "FULLY_CONNECTED": fully_connected.fully_connected,
    "LEAKY_RELU": lookup.leaky_relu,
    "LOGISTIC": lookup.logistic,
    "MAX_POOL_2D": pooling.max_pool,
    "MEAN": reduction.mean,
    "MUL": elementwise.multiply,
    "PACK": shape.pack,
    "PAD": shape.pad,
    "PADV2": shape.pad,
    "QUANTIZE": lookup.quantize,
    "RELU": lookup.relu,
    "RELU6": lookup.relu6,
    "RESHAPE": shape.reshape,
    "SLICE": shape.slice_,
    "SOFTMAX": softmax.softmax,
    "SQUEEZE": shape.reshape,
    "STRIDED_SLICE": shape.strided_slice,
    "SUB": elementwise.subtract,
    "TANH": lookup.tanh,
    "TRANSPOSE": shape.transpose,
}


def lower(node: Node) -> Layer:
    """Compile one node; StudioError in a sentence if the studio cannot."""
    family = FAMILIES.get(node.operator.name)
    if family is None:
        raise node.fail(_unknown(node))
    for tensor in (*node.inputs[:1], node.output):
        if tensor.dtype != "int8" and node.operator.name != "SHAPE":
            raise node.unsuitable(tensor)
    if len(node.operator.outputs) != 1:
        raise node.fail("writes several tensors, which it cannot: the file is damaged.")
    return family(node)


def _unknown(node: Node) -> str:
    name = node.operator.name
    if name.startswith("CUSTOM:"):
        return (
            "is a custom operator, made for one particular runtime. Replace that layer by standard Keras layers "
            "and convert the model again."
        )
    if name == "DEQUANTIZE":
        return "leaves int8 in the middle of the model; quantize the whole model to int8 in Compress."
    if "LSTM" in name or "RNN" in name or name == "WHILE":
        return "is recurrent, which the studio does not compile yet; use convolutions over time instead."
    return "is not among the operators that the studio compiles; replace that layer by another."
