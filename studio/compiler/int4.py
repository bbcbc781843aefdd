"""CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED with int4 weights: two lie in a byte, the kernels take them apart.

The first and the last are computed as palettes of up to 16 values (palette.py), or as int8 where that kernel does not
take them.
"""

import numpy as np
import numpy.typing as npt

from studio.compiler import palette
from studio.compiler.graph import Node
from studio.compiler.layer import Array, Call, Layer, Parameter, Place
from studio.compiler.quantization import Channels, channel_parameters, channels
from studio.compiler.window import Window


def matrix(node: Node, weights: npt.NDArray[np.int8], view: Window | None) -> Layer | None:
    """CONV_2D, or without a view FULLY_CONNECTED; weights: int8 [outputs, products]. None: compute it as int8."""
    folded = channels(node, weights, node.input(1), axis=0, shared_product=view is None)
    return palette.smallest(node, weights, folded, view)


def depthwise(node: Node, weights: npt.NDArray[np.int8], view: Window) -> Layer:
    """DEPTHWISE_CONV_2D; weights: int8 [1, height, width, output channels]."""
    in_channels, out_channels = node.input(0).shape[3], weights.shape[3]
    flat = np.ascontiguousarray(weights.reshape(-1, out_channels).T)
    folded = channels(node, flat, node.input(1), axis=3, shared_product=False, fold=False)
    sizes = (("input_channels", in_channels), ("multiplier", out_channels // in_channels))
    call = Call(
        "studio_depthwise_int4",
        (*_window(node, view, sizes), *channel_parameters(node, folded)),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,), _arrays(_pairs(flat), folded), view.pixels * flat.size)


def _pairs(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.uint8]:
    """Two neighbours of a row to a byte, the first in the lower half; rows of odd length end in a zero."""
    even = np.pad(weights, ((0, 0), (0, weights.shape[1] % 2)))
    return (even[:, ::2] & 15 | even[:, 1::2] << 4).astype(np.uint8)


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


def _arrays(weights: npt.NDArray[np.uint8], folded: Channels) -> tuple[Array, ...]:
    return (
        Array("weights", weights),
        Array("bias", folded.bias),
        Array("multipliers", folded.multipliers),
        Array("shifts", folded.shifts),
    )
