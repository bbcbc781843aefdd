"""Which function compiles which operator.

To add an operator:
1. Write its kernel as firmware/kernels/studio_NAME.c and .h: C99, no library, caller's memory. (An operator
   that is a function of one number needs none: fill a table in tables.py and use studio_lookup.)
2. Write a function Node -> Layer in the module of its family. Check what the file says (`node.fail` makes the
   sentence), turn real numbers into multipliers with quantization.py, and return the kernel's parameters in the
   order of its struct. An operator that writes several tensors is compiled part by part (`node.part`).
3. Name it here.
4. Add random models of it to tests/compiler/cases*.py; TensorFlow Lite Micro is the judge in test_operators.py.
"""

from collections.abc import Callable

from studio.compiler import (
    blocks,
    borders,
    convolution,
    elementwise,
    float32,
    fully_connected,
    int16,
    lookup,
    lstm,
    mixed,
    pairs,
    parts,
    pooling,
    reduction,
    resize,
    shape,
    softmax,
    svdf,
    transpose_convolution,
    variables,
)
from studio.compiler.graph import FLOAT32, INT16, Node
from studio.compiler.layer import Layer

FAMILIES: dict[str, Callable[[Node], Layer]] = {
    "ABS": lookup.absolute,
    "ADD": elementwise.add,
    "ARG_MAX": reduction.arg_max,
    "ARG_MIN": reduction.arg_min,
    "ASSIGN_VARIABLE": variables.copied,
    "AVERAGE_POOL_2D": pooling.average_pool,
    "BATCH_TO_SPACE_ND": blocks.batch_to_space,
    "CONCATENATION": shape.concatenation,
    "CONV_2D": convolution.convolution,
    "DEPTHWISE_CONV_2D": convolution.depthwise,
    "DEPTH_TO_SPACE": blocks.depth_to_space,
    "ELU": lookup.elu,
    "EXPAND_DIMS": shape.reshape,
    "FULLY_CONNECTED": fully_connected.fully_connected,
    "GATHER": parts.gather,
    "HARD_SWISH": lookup.hard_swish,
    "LEAKY_RELU": lookup.leaky_relu,
    "LOGISTIC": lookup.logistic,
    "MAXIMUM": pairs.maximum,
    "MAX_POOL_2D": pooling.max_pool,
    "MEAN": reduction.mean,
    "MINIMUM": pairs.minimum,
    "MIRROR_PAD": borders.mirror_pad,
    "MUL": elementwise.multiply,
    "PACK": shape.pack,
    "PAD": shape.pad,
    "PADV2": shape.pad,
    "PRELU": pairs.prelu,
    "QUANTIZE": lookup.quantize,
    "READ_VARIABLE": variables.copied,
    "REDUCE_MAX": reduction.reduce_max,
    "REDUCE_MIN": reduction.reduce_min,
    "RELU": lookup.relu,
    "RELU6": lookup.relu6,
    "RESHAPE": shape.reshape,
    "RESIZE_BILINEAR": resize.bilinear,
    "RESIZE_NEAREST_NEIGHBOR": resize.nearest,
    "RSQRT": lookup.reciprocal_root,
    "SLICE": shape.slice_,
    "SOFTMAX": softmax.softmax,
    "SPACE_TO_BATCH_ND": blocks.space_to_batch,
    "SPACE_TO_DEPTH": blocks.space_to_depth,
    "SPLIT": parts.split,
    "SPLIT_V": parts.split_v,
    "SQUARED_DIFFERENCE": pairs.squared_difference,
    "SQUEEZE": shape.reshape,
    "STRIDED_SLICE": shape.strided_slice,
    "SUB": elementwise.subtract,
    "SUM": reduction.sum_,
    "SVDF": svdf.svdf,
    "TANH": lookup.tanh,
    "TRANSPOSE": shape.transpose,
    "TRANSPOSE_CONV": transpose_convolution.transpose_convolution,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": lstm.lstm,
    "UNPACK": parts.unpack,
}

DATA_INPUTS = {"SPLIT": 1, "TRANSPOSE_CONV": 2}  # where the numbers come in, if that is not the first input
SEVERAL_OUTPUTS = ("SPLIT", "SPLIT_V", "UNPACK")
OTHER_OUTPUTS = ("ARG_MAX", "ARG_MIN")  # the family checks the type of what it writes


def lower(node: Node) -> Layer:
    """Compile one node; StudioError in a sentence if the studio cannot."""
    name = node.operator.name
    family = FAMILIES.get(name)
    if mixed.is_mixed(node):
        return mixed.quantize(node) if name == "QUANTIZE" else mixed.dequantize(node)
    if node.computes_in(FLOAT32) and name in float32.FAMILIES and node.part == 0:
        return float32.FAMILIES[name](node)
    if (node.computes_in(INT16) or (name == "QUANTIZE" and node.touches(INT16))) and name in int16.FAMILIES:
        return int16.FAMILIES[name](node)
    if family is None:
        raise node.fail(_unknown(node))
    first = DATA_INPUTS.get(name, 0)
    written = () if name in OTHER_OUTPUTS else (node.output,)
    for tensor in (*node.inputs[first : first + 1], *written):
        if tensor.dtype != "int8":
            raise node.unsuitable(tensor)
    if node.part and name not in SEVERAL_OUTPUTS:
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
        return (
            "makes numbers of another type than int8 or int16; quantize the whole model to int8 in Compress."
        )
    if "LSTM" in name or "RNN" in name or name == "WHILE":
        return "is recurrent in a way the studio does not compile; use an LSTM layer or convolutions over time instead."
    return "is not among the operators that the studio compiles; replace that layer by another."
