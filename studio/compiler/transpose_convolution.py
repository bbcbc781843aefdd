"""TRANSPOSE_CONV: a convolution that enlarges its image."""

from dataclasses import replace

import numpy as np

from studio.compiler.fully_connected import weight_arrays
from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Call, Layer, Place
from studio.compiler.quantization import channel_parameters, channels
from studio.compiler.window import along, image
from studio.core.operators import Activation

LARGEST_STEP = 1 << 15


def transpose_convolution(node: Node) -> Layer:
    """TRANSPOSE_CONV. Weights: int8 [output channels, height, width, input channels].

    The shape of the output, the operator's first input, is that of the tensor that it writes.
    """
    order = (2, 1, 3)  # as in a convolution: the image, the weights, the bias
    inputs = tuple(node.operator.inputs[i] for i in order if i < len(node.operator.inputs))
    node = replace(node, operator=replace(node.operator, inputs=inputs))
    node.quantization(node.input(0))
    weights = node.constant(1, INT8)
    batches, height, width, in_channels = image(node, node.input(0))
    out_batches, rows, columns, out_channels = image(node, node.output)
    if weights.ndim != 4 or weights.size == 0 or weights.shape[::3] != (out_channels, in_channels):
        raise node.fail("has weights that do not fit its input and output: the file is damaged.")
    options = node.options
    if options.activation != Activation.NONE:
        raise node.fail(
            "has an activation built in, which microcontroller engines leave out; put it in a layer of its own."
        )
    _, filter_height, filter_width, _ = weights.shape
    if not all(
        0 < n < LARGEST_STEP for n in (filter_height, filter_width, options.stride_h, options.stride_w)
    ):
        raise node.fail("has a filter or stride that cannot be: the file is damaged.")
    # Seen from its output it is a convolution that leads back to the input.
    back_rows, top = along(rows, filter_height, options.stride_h, 1, options.padding)
    back_columns, left = along(columns, filter_width, options.stride_w, 1, options.padding)
    if (out_batches, back_rows, back_columns) != (batches, height, width):
        raise node.fail(
            f"cannot make images of {[rows, columns]} from {[height, width]}; convert the model again with a "
            "fixed batch of 1."
        )
    flat = weights.reshape(out_channels, -1).astype(np.int8)
    folded = channels(node, flat, node.input(1), axis=0, shared_product=False, fold=False)
    call = Call(
        "studio_transpose_convolution",
        (
            ("batches", batches),
            ("input_height", height),
            ("input_width", width),
            ("output_height", rows),
            ("output_width", columns),
            ("filter_height", filter_height),
            ("filter_width", filter_width),
            ("stride_y", options.stride_h),
            ("stride_x", options.stride_w),
            ("pad_top", top),
            ("pad_left", left),
            ("input_channels", in_channels),
            ("output_channels", out_channels),
            ("input_zero_point", node.quantization(node.input(0))[1]),
            *channel_parameters(node, folded),
        ),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,), weight_arrays(flat, folded), batches * height * width * flat.size)
