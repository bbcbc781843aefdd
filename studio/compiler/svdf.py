"""SVDF: a fully connected layer that remembers its latest inputs, for streams."""

import numpy as np

from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Array, Call, Layer, Place, Ref
from studio.compiler.quantization import multiplier
from studio.core.tflite import DType, Tensor

INT16 = DType.INT16


def svdf(node: Node) -> Layer:
    """SVDF. Weights: int8 [filters, inputs] and int8 or int16 [filters, memory]; the state alike, [filters, memory]."""
    source, target, state = node.input(0), node.output, node.input(4)
    features = node.constant(1, INT8)
    times = node.constant(2, INT8, INT16)
    if not state.is_variable or state.dtype != node.input(2).dtype:
        raise node.fail(
            "has no state of its own, or one of another type than its weights: the file is damaged."
        )
    if (
        features.ndim != 2
        or times.ndim != 2
        or len(source.shape) != 2
        or source.count == 0
        or times.size == 0
    ):
        raise node.fail("needs two matrices of weights: the file is damaged.")
    (filters, inputs), memory = features.shape, times.shape[1]
    batches, rank = source.shape[0], node.options.rank
    units = filters // max(rank, 1)
    if (
        rank < 1
        or units * rank != filters
        or times.shape[0] != filters
        or source.shape[1] != inputs
        or target.shape != (batches, units)
        or state.count != batches * filters * memory
    ):
        raise node.fail("has weights, state and output that do not fit together: the file is damaged.")
    state_scale = _symmetric(node, state)
    scale, zero_point = node.quantization(target)
    first = (
        np.float32(node.quantization(source)[0])
        * np.float32(_symmetric(node, node.input(1)))
        / np.float32(state_scale)
    )
    second = np.float32(state_scale) * np.float32(_symmetric(node, node.input(2))) / np.float32(scale)
    feature, feature_shift = multiplier(node, float(first))
    value, shift = multiplier(node, float(second))
    bias = np.zeros(units, np.int32)
    if node.optional(3) is not None:
        bias = node.constant(3, DType.INT32).reshape(-1).astype(np.int32)
    if bias.size != units:
        raise node.fail(f"has {bias.size} biases for {units} outputs: the file is damaged.")
    call = Call(
        "studio_svdf" if state.dtype == INT8 else "studio_svdf16",
        (
            ("batches", batches),
            ("inputs", inputs),
            ("units", units),
            ("rank", rank),
            ("memory", memory),
            ("input_zero_point", node.quantization(source)[1]),
            ("feature_multiplier", feature),
            ("feature_shift", feature_shift),
            ("features", Ref("features")),
            ("times", Ref("times")),
            ("bias", Ref("bias")),
            ("multiplier", value),
            ("shift", shift),
            ("output_zero_point", zero_point),
        ),
        (Place(source.index), Place(state.index), Place(target.index)),
    )
    arrays = (
        Array("features", features.astype(np.int8)),
        Array("times", times.astype(np.int8 if state.dtype == INT8 else np.int16)),
        Array("bias", bias),
    )
    return Layer(node, (call,), arrays, batches * (features.size + times.size))


def _symmetric(node: Node, tensor: Tensor) -> float:
    """The scale of weights or of the state, which have no zero point but 0."""
    if len(tensor.scales) != 1 or not tensor.scales[0] > 0 or any(tensor.zero_points):
        raise node.fail(
            "needs one scale for its weights and its state, and no zero point; quantize the model again."
        )
    return tensor.scales[0]
