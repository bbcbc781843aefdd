"""How a layer's real numbers become integers: multipliers per channel, folded biases, activation ranges."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.compiler.fixed_point import INT32_MAX, quantize_multiplier
from studio.compiler.graph import Node
from studio.compiler.layer import Parameter, Ref
from studio.core.operators import Activation
from studio.core.tflite import DType, Tensor

LARGEST_SHIFT = 30


def multiplier(node: Node, real: float) -> tuple[int, int]:
    """quantize_multiplier, refusing ratios of scales that cannot be meant."""
    value, shift = quantize_multiplier(real)
    if shift > LARGEST_SHIFT:
        raise node.fail("has scales that are too far apart to compute with; quantize the model again.")
    return value, shift


def activation_range(node: Node, activation: Activation, scale: float, zero_point: int) -> tuple[int, int]:
    """The lowest and the highest int8 that a fused activation lets through."""

    def stored(real: float) -> int:
        # In float32 and rounded half away from zero, as TensorFlow Lite does.
        ratio = float(np.float32(real) / np.float32(scale))
        rounded = (
            int(np.sign(ratio) * np.floor(abs(ratio) + 0.5))
            if abs(ratio) < 1e9
            else int(np.sign(ratio)) << 30
        )
        return min(max(zero_point + rounded, -128), 127)

    match activation:
        case Activation.NONE:
            return -128, 127
        case Activation.RELU:
            return stored(0.0), 127
        case Activation.RELU6:
            return stored(0.0), stored(6.0)
        case Activation.RELU_N1_TO_1:
            return stored(-1.0), stored(1.0)
        case _:
            raise node.fail(
                f"has {activation} built in, which no int8 kernel does. Put it in a layer of its own or use RELU."
            )


@dataclass(frozen=True, slots=True)
class Channels:
    """Per output channel: what a sum of products starts with, and how it becomes an int8.

    bias: int32 [channels], with the input's zero point folded in where the kernel expects that; multipliers:
    int32 and shifts: int8, [channels] or [1] where all channels share them.
    """

    bias: npt.NDArray[np.int32]
    multipliers: npt.NDArray[np.int32]
    shifts: npt.NDArray[np.int8]

    @property
    def step(self) -> int:
        """1 if every channel has its own multiplier, 0 if they share one."""
        return int(len(self.multipliers) > 1)


def channels(
    node: Node,
    weights: npt.NDArray[np.int8],
    weight_tensor: Tensor,
    axis: int,
    *,
    shared_product: bool,
    fold: bool = True,
) -> Channels:
    """Turn a layer's scales into multipliers, and fold its input's zero point into its bias.

    weights: int8 [channels, products]; `axis` is the dimension of `weight_tensor` that counts the channels.
    `shared_product`: one scale for all is multiplied with the input's in float32, as for fully connected layers.
    `fold`: whether the input's zero point enters the bias, which needs that every product always counts.
    """
    count = len(weights)
    input_scale, input_zero_point = node.quantization(node.input(0))
    output_scale, _ = node.quantization(node.output)
    scales = weight_tensor.scales
    if len(scales) not in (1, count) or (len(scales) > 1 and weight_tensor.quantized_dimension != axis):
        raise node.fail(f"has {len(scales)} scales for {count} channels; quantize the model again.")
    if any(weight_tensor.zero_points):
        raise node.fail("has weights with a zero point; quantize the model again with symmetric weights.")
    if len(scales) == 1 and shared_product:
        product = float(np.float32(input_scale) * np.float32(scales[0]))
        pairs = [multiplier(node, product / output_scale)]
    else:
        pairs = [multiplier(node, input_scale * scale / output_scale) for scale in scales]

    bias = _bias(node, count)
    folded = bias - input_zero_point * weights.sum(axis=1, dtype=np.int64) if fold else bias
    largest = np.abs(folded) + (128 if fold else 255) * np.abs(weights.astype(np.int16)).sum(
        axis=1, dtype=np.int64
    )
    if count and int(largest.max()) > INT32_MAX:
        raise node.fail("has a bias that does not fit 32 bits with its weights; quantize the model again.")
    return Channels(
        folded.astype(np.int32),
        np.array([m for m, _ in pairs], np.int32),
        np.array([s for _, s in pairs], np.int8),
    )


def _bias(node: Node, count: int) -> npt.NDArray[np.int64]:
    if node.optional(2) is None:
        return np.zeros(count, np.int64)
    bias = node.constant(2, DType.INT32)
    if bias.size != count:
        raise node.fail(f"has {bias.size} biases for {count} channels: the file is damaged.")
    return bias.reshape(-1).astype(np.int64)


def same_quantization(node: Node, first: Tensor, second: Tensor) -> bool:
    """Whether two int8 tensors store numbers alike."""
    return node.quantization(first) == node.quantization(second)


def channel_parameters(node: Node, folded: Channels) -> tuple[tuple[str, Parameter], ...]:
    """The fields that all layers with weights share."""
    scale, zero_point = node.quantization(node.output)
    lowest, highest = activation_range(node, node.options.activation, scale, zero_point)
    return (
        ("weights", Ref("weights")),
        ("bias", Ref("bias")),
        ("multipliers", Ref("multipliers")),
        ("shifts", Ref("shifts")),
        ("multiplier_step", folded.step),
        ("output_zero_point", zero_point),
        ("lowest", lowest),
        ("highest", highest),
    )
