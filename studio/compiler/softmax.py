"""SOFTMAX along the last axis."""

from studio.compiler.graph import Node
from studio.compiler.layer import Array, Call, Layer, Place, Ref
from studio.compiler.tables import softmax_table

LARGEST_ROW = 4095  # beyond that the sum may not fit its 12 integer bits
SMALLEST_SCALE = 1 / (1 << 26)


def softmax(node: Node) -> Layer:
    """SOFTMAX; its output has scale 1/256 and zero point -128."""
    source, target = node.input(0), node.output
    scale, _ = node.quantization(source)
    if node.quantization(target) != (1 / 256, -128):
        raise node.fail("needs an output with scale 1/256 and zero point -128; quantize the model again.")
    if source.count != target.count or source.count == 0 or not source.shape:
        raise node.fail("changes the number of elements: the file is damaged.")
    depth = source.shape[-1]
    beta = node.options.beta
    if not SMALLEST_SCALE < beta * scale < 1e30:
        raise node.fail(f"has the temperature {beta} and the scale {scale}, too extreme to compute with.")
    if depth > LARGEST_ROW:
        raise node.fail(f"has {depth} classes; the studio works with up to {LARGEST_ROW}.")
    table = softmax_table(scale, beta)
    call = Call(
        "studio_softmax",
        (
            ("exponentials", Ref("exponentials")),
            ("entries", len(table)),
            ("rows", source.count // depth),
            ("columns", depth),
        ),
        (Place(source.index), Place(target.index)),
    )
    return Layer(node, (call,), (Array("exponentials", table, in_flash=True),), overlays=(source.index,))
