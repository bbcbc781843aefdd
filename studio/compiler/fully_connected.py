"""FULLY_CONNECTED, and the matrix product that pointwise convolutions share with it."""

import numpy as np
import numpy.typing as npt

from studio.compiler import int4, packing
from studio.compiler.graph import INT4, INT8, Node
from studio.compiler.layer import Array, Call, Layer, Place
from studio.compiler.quantization import Channels, channel_parameters, channels


def fully_connected(node: Node, *, together: bool = False) -> Layer:
    """FULLY_CONNECTED. Weights: int8 [outputs, inputs]; the input may have several rows.

    `together`: a single row, too, is computed by the kernel for several.
    """
    node.quantization(node.input(0))
    weights = node.constant(1, INT8, INT4)
    if node.options.weights_format != 0:
        raise node.fail("stores its weights shuffled; convert the model again without that.")
    if weights.ndim != 2 or weights.size == 0:
        raise node.fail("needs a matrix of weights: the file is damaged.")
    outputs, inputs = weights.shape
    rows = row_count(node, outputs, inputs)
    flat = weights.astype(np.int8)
    if node.input(1).dtype == INT4 and (small := int4.matrix(node, flat, None)) is not None:
        return small
    folded = channels(node, flat, node.input(1), axis=0, shared_product=True)
    if packing.packable(flat, folded):
        if inputs % 4 == 0 and (rows > 1 or together) and packing.words_fit(folded):
            return packing.pointwise(node, rows, flat, folded)
        if rows == 1:
            return packing.vector(node, flat, folded)
    call = dense_call(node, rows, inputs, outputs, folded)
    return Layer(node, (call,), weight_arrays(flat, folded), rows * flat.size)


def dense_call(node: Node, rows: int, inputs: int, outputs: int, folded: Channels) -> Call:
    """The product of [rows, inputs] with the layer's weights."""
    parameters = (("rows", rows), ("inputs", inputs), ("outputs", outputs), *channel_parameters(node, folded))
    return Call("studio_dense", parameters, (Place(node.input(0).index), Place(node.output.index)))


def row_count(node: Node, outputs: int, inputs: int) -> int:
    """How many rows of `inputs` numbers a node is given, of each of which it makes `outputs`."""
    rows = node.input(0).count // inputs
    if rows == 0 or rows * inputs != node.input(0).count or rows * outputs != node.output.count:
        raise node.fail(
            f"takes rows of {inputs} numbers and is given {list(node.input(0).shape)}; convert the model again "
            "with a fixed batch of 1."
        )
    return rows


def weight_arrays(weights: npt.NDArray[np.int8], folded: Channels) -> tuple[Array, ...]:
    """The constant arrays that channel_parameters names."""
    return (
        Array("weights", weights, in_flash=True),
        Array("bias", folded.bias, in_flash=True),
        Array("multipliers", folded.multipliers, in_flash=True),
        Array("shifts", folded.shifts, in_flash=True),
    )
