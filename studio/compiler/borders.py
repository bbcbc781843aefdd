"""MIRROR_PAD: a border that mirrors the image."""

from studio.compiler.graph import Node
from studio.compiler.layer import Call, Layer, Place, alias
from studio.compiler.quantization import same_quantization
from studio.compiler.strides import row_major
from studio.core.operators import MirrorMode
from studio.core.tflite import DType

DIMENSIONS = 4


def mirror_pad(node: Node) -> Layer:
    """MIRROR_PAD, with or without a repetition of the outermost element."""
    source, target = node.input(0), node.output
    if not same_quantization(node, source, target):
        raise node.fail("changes the scale while it only moves numbers; quantize the model again.")
    rank = len(source.shape)
    borders = node.constant(1, DType.INT32, DType.INT64)
    if borders.shape != (rank, 2) or source.count == 0:
        raise node.fail("has borders that do not belong to its input: the file is damaged.")
    if rank > DIMENSIONS:
        raise node.fail(f"works on {rank} dimensions; reshape its input to {DIMENSIONS} at most.")
    reflects = int(node.options.mirror_mode == MirrorMode.REFLECT)
    pairs = [(int(a), int(b)) for a, b in borders]
    if any(not 0 <= n <= s - reflects for s, pair in zip(source.shape, pairs, strict=True) for n in pair):
        raise node.fail("has a border that is wider than its input can fill; make the border smaller.")
    if tuple(a + s + b for s, (a, b) in zip(source.shape, pairs, strict=True)) != target.shape:
        raise node.fail("writes another shape than its borders give: the file is damaged.")
    if target.count == source.count:
        return alias(node)
    idle = DIMENSIONS - rank
    call = Call(
        "studio_mirror_pad",
        (
            ("size", (1,) * idle + source.shape),
            ("step", (0,) * idle + row_major(source.shape)),
            ("before", (0,) * idle + tuple(a for a, _ in pairs)),
            ("padded", (1,) * idle + target.shape),
            ("reflects", reflects),
        ),
        (Place(source.index), Place(target.index)),
    )
    return Layer(node, (call,))
