"""Blocks of an image that become channels or batches: SPACE_TO_DEPTH, SPACE_TO_BATCH_ND and their opposites."""

from studio.compiler.graph import Node
from studio.compiler.layer import Call, Layer, Place
from studio.compiler.quantization import same_quantization
from studio.compiler.shape import moved
from studio.compiler.strides import Loop
from studio.compiler.window import image
from studio.core.tflite import DType, Tensor


def space_to_depth(node: Node) -> Layer:
    """SPACE_TO_DEPTH: a block of pixels becomes the channels of one."""
    batches, height, width, depth = image(node, node.input(0))
    return _depth(node, batches * height, width, depth, node.input(0), node.output, to_depth=True)


def depth_to_space(node: Node) -> Layer:
    """DEPTH_TO_SPACE: the channels of a pixel become a block of pixels."""
    batches, height, width, depth = image(node, node.output)
    return _depth(node, batches * height, width, depth, node.output, node.input(0), to_depth=False)


def _depth(
    node: Node, rows: int, width: int, depth: int, wide: Tensor, deep: Tensor, *, to_depth: bool
) -> Layer:
    """`wide` is the tensor with more pixels, [.., rows, width, depth]; `deep` the one with more channels."""
    block = node.options.block_size
    _same_numbers(node)
    expected = (wide.shape[0], wide.shape[1] // max(block, 1), width // max(block, 1), depth * block * block)
    if block < 1 or wide.shape[1] % block or width % block or deep.shape != expected:
        raise node.fail(
            f"cannot make blocks of {block} x {block} of {list(wide.shape)}: the file is damaged."
        )
    run = block * depth  # neighbours in a row of a block lie side by side on both sides
    steps = [
        (rows // block, block * width * depth, width * depth * block),
        (width // block, run, run * block),
        (block, width * depth, run),
        (run, 1, 1),
    ]
    loops = [Loop(size, (a, b) if to_depth else (b, a)) for size, a, b in steps]
    return Layer(node, (moved(node, loops, Place(node.input(0).index), Place(node.output.index)),))


def space_to_batch(node: Node) -> Layer:
    """SPACE_TO_BATCH_ND: the pixels at each place of a block become an image of their own."""
    batches, height, width, depth = _image(node, node.input(0))
    (block_y, block_x), (top, bottom), (left, right) = _block(node)
    rows, columns = height + top + bottom, width + left + right
    expected = (batches * block_y * block_x, rows // block_y, columns // block_x, depth)
    if rows % block_y or columns % block_x or _image(node, node.output) != expected:
        raise node.fail("has blocks and borders that do not fit its input: the file is damaged.")
    return _batches(node, "studio_space_to_batch", block_y, block_x, top, left, node.input(0), node.output)


def batch_to_space(node: Node) -> Layer:
    """BATCH_TO_SPACE_ND: several images become the places of blocks in one."""
    batches, height, width, depth = _image(node, node.input(0))
    (block_y, block_x), (top, bottom), (left, right) = _block(node)
    rows, columns = height * block_y - top - bottom, width * block_x - left - right
    expected = (batches // (block_y * block_x), rows, columns, depth)
    if batches % (block_y * block_x) or _image(node, node.output) != expected:
        raise node.fail("has blocks and borders that do not fit its input: the file is damaged.")
    return _batches(node, "studio_batch_to_space", block_y, block_x, top, left, node.output, node.input(0))


def _batches(
    node: Node, kernel: str, block_y: int, block_x: int, top: int, left: int, wide: Tensor, many: Tensor
) -> Layer:
    """`wide` is the tensor with more pixels, `many` the one with more images."""
    _same_numbers(node)
    batches, height, width, depth = _image(node, wide)
    _, rows, columns, _ = _image(node, many)
    parameters = (
        ("batches", batches),
        ("height", height),
        ("width", width),
        ("channels", depth),
        ("rows", rows),
        ("columns", columns),
        ("block_y", block_y),
        ("block_x", block_x),
        ("top", top),
        ("left", left),
        ("zero_point", node.quantization(node.output)[1]),
    )
    arguments = (Place(node.input(0).index), Place(node.output.index))
    return Layer(node, (Call(kernel, parameters, arguments, struct="studio_space_batch"),))


def _block(node: Node) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """The size of a block and the borders (before, behind) of rows and columns; a signal has one row."""
    sizes = node.constant(1, DType.INT32, DType.INT64).reshape(-1)
    borders = node.constant(2, DType.INT32, DType.INT64).reshape(-1)
    dimensions = len(node.input(0).shape) - 2
    if sizes.size != dimensions or borders.size != 2 * dimensions or sizes.min() < 1 or borders.min() < 0:
        raise node.fail("has blocks and borders that do not fit its input: the file is damaged.")
    size = [int(v) for v in sizes]
    border = [(int(a), int(b)) for a, b in borders.reshape(-1, 2)]
    if dimensions == 1:
        size, border = [1, *size], [(0, 0), *border]
    return (size[0], size[1]), border[0], border[1]


def _image(node: Node, tensor: Tensor) -> tuple[int, int, int, int]:
    """The shape of an image; a signal [batch, time, channels] is an image of one row."""
    if len(tensor.shape) == 3 and tensor.count:
        return tensor.shape[0], 1, tensor.shape[1], tensor.shape[2]
    return image(node, tensor)


def _same_numbers(node: Node) -> None:
    if not same_quantization(node, node.input(0), node.output):
        raise node.fail("changes the scale while it only moves numbers; quantize the model again.")
