"""QUANTIZE and DEQUANTIZE inside of a model: from float32 to int8 or int16 and back, as TensorFlow Lite Micro does."""

import numpy as np

from studio.compiler.graph import FLOAT32, INT8, INT16, Node
from studio.compiler.int16_curves import HIGHEST, LOWEST, Parameters, call_of, scale_of
from studio.compiler.layer import Layer
from studio.core.tflite import Tensor


def quantize(node: Node) -> Layer:
    """QUANTIZE from float32 to int8 or int16: round(x / scale) + zero point, halves away from zero."""
    count, scale, zero_point = _stored(node, node.output)
    is_wide = node.output.dtype == INT16
    lowest, highest = (LOWEST, HIGHEST) if is_wide else (-128, 127)
    parameters: Parameters = (
        ("count", count),
        ("output_bytes", 2 if is_wide else 1),
        ("scale", scale),
        ("zero_point", zero_point),
        ("lowest", lowest),
        ("highest", highest),
    )
    return Layer(node, (call_of(node, "studio_quantize_f32", parameters),))


def dequantize(node: Node) -> Layer:
    """DEQUANTIZE from int8 or int16 to float32: (stored - zero point) x scale."""
    count, scale, zero_point = _stored(node, node.input(0))
    parameters: Parameters = (
        ("count", count),
        ("input_bytes", 2 if node.input(0).dtype == INT16 else 1),
        ("scale", scale),
        ("zero_point", zero_point),
    )
    return Layer(node, (call_of(node, "studio_dequantize_f32", parameters),))


def is_mixed(node: Node) -> bool:
    """Whether it leads from float32 to int8 or int16, or back."""
    source = node.optional(0)
    if source is None or node.part:
        return False
    types = (source.dtype, node.output.dtype)
    if node.operator.name == "QUANTIZE":
        return types in ((FLOAT32, INT8), (FLOAT32, INT16))
    return node.operator.name == "DEQUANTIZE" and types in ((INT8, FLOAT32), (INT16, FLOAT32))


def _stored(node: Node, tensor: Tensor) -> tuple[int, float, int]:
    """The number of elements, and the scale and zero point of the side that is not float32."""
    count = node.output.count
    if count != node.input(0).count or count == 0:
        raise node.fail("changes the number of elements: the file is damaged.")
    scale, zero_point = (scale_of(node, tensor), 0) if tensor.dtype == INT16 else node.quantization(tensor)
    return count, float(np.float32(scale)), zero_point
