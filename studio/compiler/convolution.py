"""CONV_2D and DEPTHWISE_CONV_2D."""

import numpy as np

from studio.compiler import int4, packing
from studio.compiler.fully_connected import dense_call, weight_arrays
from studio.compiler.graph import INT4, INT8, Node
from studio.compiler.layer import Call, Layer, Place, Scratch
from studio.compiler.quantization import channel_parameters, channels
from studio.compiler.window import depthwise_window, image, window


def convolution(node: Node) -> Layer:
    """CONV_2D. Weights: int8 [output channels, height, width, input channels]."""
    node.quantization(node.input(0))
    weights = node.constant(1, INT8, INT4)
    if weights.ndim != 4 or weights.size == 0:
        raise node.fail("needs four-dimensional weights: the file is damaged.")
    out_channels, height, width, depth = weights.shape
    in_channels = image(node, node.input(0))[3]
    if depth != in_channels:
        raise node.fail(
            f"works on groups of {depth} of its {in_channels} channels; use SeparableConv2D or an ordinary "
            "convolution instead of a grouped one."
        )
    if image(node, node.output)[3] != out_channels:
        raise node.fail("writes another number of channels than it has filters: the file is damaged.")
    view = window(node, height, width)
    flat = weights.reshape(out_channels, -1).astype(np.int8)
    if node.input(1).dtype == INT4 and (small := int4.matrix(node, flat, view)) is not None:
        return small
    folded = channels(node, flat, node.input(1), axis=0, shared_product=False)
    if packing.packable(flat, folded) and packing.words_fit(folded):
        if view.is_pointwise and in_channels % 4 == 0:
            return packing.pointwise(node, view.pixels, flat, folded)
        if view.dilation_x == 1 or width == 1:
            return packing.convolution(node, weights.astype(np.int8), folded, view)
    macs = view.pixels * flat.size
    arrays = weight_arrays(flat, folded)
    if view.is_pointwise:
        return Layer(node, (dense_call(node, view.pixels, in_channels, out_channels, folded),), arrays, macs)
    call = Call(
        "studio_convolution",
        (
            *view.parameters(),
            ("dilation_y", view.dilation_y),
            ("dilation_x", view.dilation_x),
            ("input_channels", in_channels),
            ("output_channels", out_channels),
            ("input_zero_point", node.quantization(node.input(0))[1]),
            *channel_parameters(node, folded),
        ),
        (Place(node.input(0).index), Place(node.output.index), Scratch()),
    )
    return Layer(node, (call,), arrays, macs, scratch_bytes=height * width * depth)


def depthwise(node: Node) -> Layer:
    """DEPTHWISE_CONV_2D. Weights: int8 [1, height, width, output channels]."""
    _, zero_point = node.quantization(node.input(0))
    weights = node.constant(1, INT8, INT4)
    view, in_channels, out_channels = depthwise_window(node, weights.shape)
    if node.input(1).dtype == INT4:
        return int4.depthwise(node, weights.astype(np.int8), view)
    flat = weights.reshape(-1, out_channels).astype(np.int8)
    whole = channels(node, flat.T, node.input(1), axis=3, shared_product=False)
    is_whole = in_channels == out_channels and in_channels % 4 == 0
    if is_whole and packing.scales_fit(flat.T, whole) and packing.words_fit(whole):
        return packing.channelwise(node, flat, whole, view)
    folded = channels(node, flat.T, node.input(1), axis=3, shared_product=False, fold=False)
    call = Call(
        "studio_depthwise",
        (
            *view.parameters(),
            ("dilation_y", view.dilation_y),
            ("dilation_x", view.dilation_x),
            ("input_channels", in_channels),
            ("multiplier", out_channels // in_channels),
            ("input_zero_point", zero_point),
            *channel_parameters(node, folded),
        ),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,), weight_arrays(flat, folded), view.pixels * flat.size)
