"""A window that moves over an image: where it stands, how often, and what it meets at the border."""

from dataclasses import dataclass

from studio.compiler.graph import Node
from studio.compiler.layer import Parameter
from studio.core.operators import Padding
from studio.core.tflite import Tensor


@dataclass(frozen=True, slots=True)
class Window:
    """One node's window; all sizes in elements. Images are [batch, height, width, channels]."""

    batches: int
    input_height: int
    input_width: int
    output_height: int
    output_width: int
    filter_height: int
    filter_width: int
    stride_y: int
    stride_x: int
    dilation_y: int
    dilation_x: int
    pad_top: int
    pad_left: int

    @property
    def is_pointwise(self) -> bool:
        """Whether every output pixel comes from the one input pixel at its own place."""
        size = (self.filter_height, self.filter_width, self.stride_y, self.stride_x)
        return size == (1, 1, 1, 1) and self.pad_top == self.pad_left == 0

    @property
    def pixels(self) -> int:
        """The number of output pixels, all batches together."""
        return self.batches * self.output_height * self.output_width

    def parameters(self) -> tuple[tuple[str, Parameter], ...]:
        """The fields that kernels with a window share."""
        return (
            ("batches", self.batches),
            ("input_height", self.input_height),
            ("input_width", self.input_width),
            ("output_height", self.output_height),
            ("output_width", self.output_width),
            ("filter_height", self.filter_height),
            ("filter_width", self.filter_width),
            ("stride_y", self.stride_y),
            ("stride_x", self.stride_x),
            ("pad_top", self.pad_top),
            ("pad_left", self.pad_left),
        )


def image(node: Node, tensor: Tensor) -> tuple[int, int, int, int]:
    """The shape of an image tensor, checked to be one and not to be empty."""
    if len(tensor.shape) != 4 or tensor.count == 0:
        raise node.fail(
            f"needs [batch, height, width, channels] and has {list(tensor.shape)}: the file is damaged."
        )
    batch, height, width, depth = tensor.shape
    return batch, height, width, depth


def window(node: Node, filter_height: int, filter_width: int) -> Window:
    """The window of a convolution or a pool, checked against the shape that the file gives its output."""
    options = node.options
    batches, height, width, _ = image(node, node.input(0))
    out_batches, out_height, out_width, _ = image(node, node.output)
    sizes = (
        filter_height,
        filter_width,
        options.stride_h,
        options.stride_w,
        options.dilation_h,
        options.dilation_w,
    )
    if not all(0 < size < 1 << 15 for size in sizes):
        raise node.fail(f"has a filter, stride or dilation that cannot be ({sizes}): the file is damaged.")
    (above, below), (before, behind) = node.border
    rows, top = along(
        above + height + below, filter_height, options.stride_h, options.dilation_h, options.padding
    )
    columns, left = along(
        before + width + behind, filter_width, options.stride_w, options.dilation_w, options.padding
    )
    if (out_batches, out_height, out_width) != (batches, rows, columns):
        raise node.fail(
            f"should write {[batches, rows, columns]} images and the file says "
            f"{[out_batches, out_height, out_width]}; convert the model again with a fixed batch of 1."
        )
    return Window(
        batches, height, width, rows, columns, filter_height, filter_width, options.stride_h, options.stride_w,
        options.dilation_h, options.dilation_w, top + above, left + before,
    )  # fmt: skip


def depthwise_window(node: Node, shape: tuple[int, ...]) -> tuple[Window, int, int]:
    """The window of DEPTHWISE_CONV_2D with weights of this shape, and how many channels it takes and makes."""
    if len(shape) != 4 or 0 in shape or shape[0] != 1:
        raise node.fail("needs weights of the shape [1, height, width, channels]: the file is damaged.")
    _, height, width, out_channels = shape
    in_channels = image(node, node.input(0))[3]
    if out_channels % in_channels or image(node, node.output)[3] != out_channels:
        raise node.fail(
            f"makes {out_channels} channels of {in_channels}, which cannot be: the file is damaged."
        )
    return window(node, height, width), in_channels, out_channels


def along(size: int, taps: int, stride: int, dilation: int, padding: Padding) -> tuple[int, int]:
    """The number of outputs along one axis, and the padding before the first element."""
    reach = (taps - 1) * dilation + 1
    if padding == Padding.SAME:
        outputs = -(-size // stride)
        return outputs, max((outputs - 1) * stride + reach - size, 0) // 2
    return max(-(-(size - reach + 1) // stride), 0), 0
