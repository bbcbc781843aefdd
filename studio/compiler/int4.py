"""CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED with int4 weights: two lie in a byte, the kernels take them apart."""

import numpy as np
import numpy.typing as npt

from studio.compiler.graph import Node
from studio.compiler.layer import Array, Call, Layer, Parameter, Place, Ref, Scratch
from studio.compiler.quantization import Channels, activation_range, channels
from studio.compiler.window import Window

LARGEST_PRODUCTS = 1 << 16  # beyond that 16 times a sum of products may not fit 32 bits
_GROUP = 8


def dense(node: Node, weights: npt.NDArray[np.int8], rows: int, *, shared_product: bool) -> Layer:
    """The product of `rows` rows with int4 weights, int8 [outputs, inputs] here."""
    outputs, inputs = weights.shape
    folded = _folded(node, weights, shared_product=shared_product)
    parameters = (("rows", rows), ("inputs", inputs), ("outputs", outputs), *_parameters(node, folded))
    call = Call("studio_dense_int4", parameters, (Place(node.input(0).index), Place(node.output.index)))
    return Layer(node, (call,), _arrays(packed(weights), folded), rows * weights.size)


def convolution(node: Node, weights: npt.NDArray[np.int8], view: Window) -> Layer:
    """CONV_2D; weights: int8 [output channels, height, width, input channels]."""
    out_channels, height, width, depth = weights.shape
    flat = weights.reshape(out_channels, -1)
    if view.is_pointwise:
        return dense(node, flat, view.pixels, shared_product=False)
    folded = _folded(node, flat)
    sizes = (("input_channels", depth), ("output_channels", out_channels))
    call = Call(
        "studio_convolution_int4",
        (*_window(node, view, sizes), *_parameters(node, folded)),
        (Place(node.input(0).index), Place(node.output.index), Scratch()),
    )
    arrays = _arrays(packed(flat), folded)
    return Layer(node, (call,), arrays, view.pixels * flat.size, scratch_bytes=height * width * depth)


def depthwise(node: Node, weights: npt.NDArray[np.int8], view: Window) -> Layer:
    """DEPTHWISE_CONV_2D; weights: int8 [1, height, width, output channels]."""
    in_channels, out_channels = node.input(0).shape[3], weights.shape[3]
    flat = np.ascontiguousarray(weights.reshape(-1, out_channels).T)
    folded = channels(node, flat, node.input(1), axis=3, shared_product=False, fold=False)
    sizes = (("input_channels", in_channels), ("multiplier", out_channels // in_channels))
    call = Call(
        "studio_depthwise_int4",
        (*_window(node, view, sizes), *_parameters(node, folded)),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,), _arrays(_pairs(flat), folded), view.pixels * flat.size)


def packed(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.uint8]:
    """Rows of int4 numbers, int8 [rows, n] here, as studio_dot_int4.h reads them: uint8 [rows, half of n]."""
    whole = weights.shape[1] // _GROUP * _GROUP
    groups = weights[:, :whole].reshape(len(weights), -1, 2, _GROUP // 2)
    words = (groups[:, :, 0] & 15 | groups[:, :, 1] << 4).astype(np.uint8).reshape(len(weights), -1)
    return np.concatenate([words, _pairs(weights[:, whole:])], axis=1)


def _pairs(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.uint8]:
    """Two neighbours of a row to a byte, the first in the lower half; rows of odd length end in a zero."""
    even = np.pad(weights, ((0, 0), (0, weights.shape[1] % 2)))
    return (even[:, ::2] & 15 | even[:, 1::2] << 4).astype(np.uint8)


def _folded(node: Node, weights: npt.NDArray[np.int8], *, shared_product: bool = False) -> Channels:
    if weights.shape[1] > LARGEST_PRODUCTS:
        raise node.fail(
            f"has {weights.shape[1]} int4 weights to a channel, too many; choose int8 in Compress."
        )
    return channels(node, weights, node.input(1), axis=0, shared_product=shared_product)


def _window(
    node: Node, view: Window, sizes: tuple[tuple[str, Parameter], ...]
) -> tuple[tuple[str, Parameter], ...]:
    return (
        *view.parameters(),
        ("dilation_y", view.dilation_y),
        ("dilation_x", view.dilation_x),
        *sizes,
        ("input_zero_point", node.quantization(node.input(0))[1]),
    )


def _parameters(node: Node, folded: Channels) -> tuple[tuple[str, Parameter], ...]:
    scale, zero_point = node.quantization(node.output)
    lowest, highest = activation_range(node, node.options.activation, scale, zero_point)
    return (
        ("weights", Ref("weights")),
        ("bias", Ref("bias")),
        ("multipliers", Ref("multipliers")),
        ("shifts", Ref("shifts")),
        ("multiplier_step", folded.step),
        ("output_zero_point", zero_point),
        ("lowest", lowest),
        ("highest", highest),
    )


def _arrays(weights: npt.NDArray[np.uint8], folded: Channels) -> tuple[Array, ...]:
    return (
        Array("weights", weights),
        Array("bias", folded.bias),
        Array("multipliers", folded.multipliers),
        Array("shifts", folded.shifts),
    )
