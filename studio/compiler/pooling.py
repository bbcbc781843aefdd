"""AVERAGE_POOL_2D and MAX_POOL_2D."""

from studio.compiler.graph import Node
from studio.compiler.layer import Call, Layer, Place
from studio.compiler.quantization import activation_range, same_quantization
from studio.compiler.window import image, window

LARGEST_WINDOW = 1 << 23  # beyond that a sum of int8 may not fit 32 bits


def average_pool(node: Node) -> Layer:
    """AVERAGE_POOL_2D: the mean of the elements under the window that are inside the image."""
    return _pool(node, "studio_average_pool")


def max_pool(node: Node) -> Layer:
    """MAX_POOL_2D: the largest of the elements under the window that are inside the image."""
    return _pool(node, "studio_max_pool")


def _pool(node: Node, kernel: str) -> Layer:
    source, target = node.input(0), node.output
    if not same_quantization(node, source, target):
        raise node.fail(
            "changes the scale while it pools, which int8 kernels do not; quantize the model again."
        )
    depth = image(node, source)[3]
    if image(node, target)[3] != depth:
        raise node.fail("changes the number of channels: the file is damaged.")
    view = window(node, node.options.filter_h, node.options.filter_w)
    if view.filter_height * view.filter_width > LARGEST_WINDOW:
        raise node.fail("has a window that is too large; use a mean over the whole image instead.")
    lowest, highest = activation_range(node, node.options.activation, *node.quantization(target))
    call = Call(
        kernel,
        (*view.parameters(), ("channels", depth), ("lowest", lowest), ("highest", highest)),
        (Place(source.index), Place(target.index)),
        struct="studio_pool",
    )
    return Layer(node, (call,))
