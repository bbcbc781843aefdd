"""RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR of images."""

import math

import numpy as np

from studio.compiler.graph import Node
from studio.compiler.layer import Array, Call, Layer, Place, Ref
from studio.compiler.quantization import same_quantization
from studio.compiler.window import image

LARGEST_SIDE = 1 << 15
_ONE = 1 << 10  # a step from pixel to pixel of the input, as RESIZE_BILINEAR counts


def nearest(node: Node) -> Layer:
    """RESIZE_NEAREST_NEIGHBOR: which pixel is nearest is known when the model is compiled."""
    batches, height, width, depth, rows, columns = _sizes(node)
    arrays = (
        Array("rows", _nearest(node, height, rows)),
        Array("columns", _nearest(node, width, columns)),
    )
    call = Call(
        "studio_resize_nearest",
        (
            ("batches", batches),
            ("input_height", height),
            ("input_width", width),
            ("output_height", rows),
            ("output_width", columns),
            ("channels", depth),
            ("rows", Ref("rows")),
            ("columns", Ref("columns")),
        ),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,), arrays)


def bilinear(node: Node) -> Layer:
    """RESIZE_BILINEAR, in steps of 1/1024 of a pixel."""
    batches, height, width, depth, rows, columns = _sizes(node)
    call = Call(
        "studio_resize_bilinear",
        (
            ("batches", batches),
            ("input_height", height),
            ("input_width", width),
            ("output_height", rows),
            ("output_width", columns),
            ("channels", depth),
            ("step_y", _step(node, height, rows)),
            ("step_x", _step(node, width, columns)),
            ("start_y", _start(node, height, rows)),
            ("start_x", _start(node, width, columns)),
        ),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    return Layer(node, (call,))


def _sizes(node: Node) -> tuple[int, int, int, int, int, int]:
    """(batches, input height, input width, channels, output height, output width)."""
    if not same_quantization(node, node.input(0), node.output):
        raise node.fail(
            "changes the scale while it resizes, which int8 kernels do not; quantize the model again."
        )
    batches, height, width, depth = image(node, node.input(0))
    out_batches, rows, columns, out_depth = image(node, node.output)
    if (out_batches, out_depth) != (batches, depth) or max(height, width, rows, columns) >= LARGEST_SIDE:
        raise node.fail("resizes to a shape that cannot be: the file is damaged.")
    if node.options.align_corners and node.options.half_pixel_centers:
        raise node.fail("aligns both corners and centres, which contradict each other: the file is damaged.")
    return batches, height, width, depth, rows, columns


def _nearest(node: Node, size: int, outputs: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """For each output pixel along one side the input pixel, computed in float32 as TensorFlow Lite does."""
    aligned, centred = node.options.align_corners, node.options.half_pixel_centers
    scale = np.float32(size) / np.float32(outputs)
    if aligned and outputs > 1:
        scale = np.float32(size - 1) / np.float32(outputs - 1)
    offset = np.float32(0.5 if centred else 0.0)
    places = [float((np.float32(i) + offset) * scale) for i in range(outputs)]
    chosen = [math.floor(p + 0.5) if aligned else math.floor(p) for p in places]
    return np.array([max(min(c, size - 1), 0) for c in chosen], np.int16)


def _step(node: Node, size: int, outputs: int) -> int:
    if node.options.align_corners and outputs > 1:
        return (_ONE * (size - 1) + (outputs - 1) // 2) // (outputs - 1)
    return (_ONE * size + outputs // 2) // outputs


def _start(node: Node, size: int, outputs: int) -> int:
    step = _step(node, size, outputs)
    start = step // 2 - _ONE // 2 if node.options.half_pixel_centers else 0
    if (start + (outputs - 1) * step) // _ONE > size - 1:
        raise node.fail(
            f"makes {outputs} pixels of {size}, too many for its steps of 1/{_ONE}; enlarge less."
        )
    return start
