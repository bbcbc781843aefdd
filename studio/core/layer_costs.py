"""What each operator of a .tflite costs: parameters, multiply-accumulates and bytes, under a readable name."""

import math
import re

from studio.core.model import Layer
from studio.core.tflite import DType, Operator, TfliteModel

# Scopes that Keras and the converter put below a layer's own name.
_INNER = re.compile(
    r"^(batchnorm|convolution|depthwise|separable_conv2d|tensordot|matmul|biasadd|readvariableop|cast|call|"
    r"fusedbatchnormv3|expanddims|squeeze|reshape|add|mul|sub|relu\d?|softmax|sigmoid|tanh|avgpool|maxpool2?d?|mean)"
    r"[_\d]*$",
    re.IGNORECASE,
)
# What a SavedModel puts in front of it.
_OUTER = re.compile(r"^(StatefulPartitionedCall(:\d+)?/?)+")
# What marks the part of a fused name that belongs to the operator itself and not to its bias or activation.
_MARKS = {
    "CONV_2D": r"(?<!depthwise_)(conv2d|conv1d|convolution)",
    "DEPTHWISE_CONV_2D": r"depthwise",
    "FULLY_CONNECTED": r"matmul|tensordot",
    "ADD": r"/add$",
    "MEAN": r"mean|pool",
}
_MAKERS_WORDS = {
    "CONV_2D": "conv2d",
    "DEPTHWISE_CONV_2D": "depthwise_conv2d",
    "FULLY_CONNECTED": "dense",
    "AVERAGE_POOL_2D": "average_pool",
    "MAX_POOL_2D": "max_pool",
}


def layers_of(model: TfliteModel) -> tuple[Layer, ...]:
    """One Layer for each operator, in the order they run; names are unique."""
    found = []
    used: dict[str, int] = {}
    made_by: dict[int, int] = {}
    for operator in model.operators:
        output = model.tensors[operator.outputs[0]] if operator.outputs else None
        name = readable_name(output.name if output else "", operator.name)
        used[name] = used.get(name, 0) + 1
        if used[name] > 1:
            name = f"{name} ({used[name]})"
        constants = [model.tensors[i] for i in weights_of(model, operator)]
        found.append(
            Layer(
                index=operator.index,
                name=name,
                operator=operator.name,
                output_shape=output.shape if output else (),
                dtype=output.dtype.value if output else "",
                parameters=sum(tensor.count for tensor in constants),
                macs=macs_of(model, operator),
                weight_bytes=sum(tensor.bytes for tensor in constants),
                activation_bytes=sum(model.tensors[i].bytes for i in operator.outputs),
                inputs=tuple(dict.fromkeys(made_by[i] for i in operator.inputs if i in made_by)),
            )
        )
        made_by |= dict.fromkeys(operator.outputs, operator.index)
    return tuple(found)


def weights_of(model: TfliteModel, operator: Operator) -> tuple[int, ...]:
    """The constant tensors that hold weights or biases, without shapes, axes and paddings."""
    inputs = dict.fromkeys(i for i in operator.inputs if i >= 0 and model.tensors[i].is_constant)
    if operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV"):
        first = 1 if operator.name != "TRANSPOSE_CONV" else 0
        shapes = operator.inputs[:first]
        return tuple(i for i in inputs if i not in shapes or i in operator.inputs[first:])
    return tuple(i for i in inputs if model.tensors[i].dtype not in (DType.INT32, DType.INT64, DType.BOOL))


def macs_of(model: TfliteModel, operator: Operator) -> int:
    """Multiply-accumulates of one run; 0 for operators that multiply no weights."""
    if not operator.outputs or len(operator.inputs) < 2:
        return 0
    outputs = model.tensors[operator.outputs[0]].count
    weights = model.tensors[operator.inputs[1]].shape
    match operator.name, weights:
        case "CONV_2D", (_, height, width, channels):
            return outputs * height * width * channels
        case "DEPTHWISE_CONV_2D", (_, height, width, _):
            return outputs * height * width
        case "FULLY_CONNECTED", (_, inputs):
            return outputs * inputs
        case "TRANSPOSE_CONV", (channels, height, width, _) if len(operator.inputs) > 2:
            return model.tensors[operator.inputs[2]].count * channels * height * width
        case "BATCH_MATMUL", (*_, _, _):
            return outputs * model.tensors[operator.inputs[0]].shape[-1]
        case "SVDF" | "UNIDIRECTIONAL_SEQUENCE_LSTM", _:
            return sum(math.prod(model.tensors[i].shape) for i in weights_of(model, operator))
    return 0


def readable_name(tensor: str, operator: str) -> str:
    """The layer's name as its maker wrote it: 'sequential/conv2d/Relu;sequential/conv2d/BiasAdd' → 'conv2d'.

    Where the converter left nothing of it, the operator's name in makers' words.
    """
    fallback = _MAKERS_WORDS.get(operator, operator.lower().removeprefix("custom:"))
    segments = [_OUTER.sub("", segment.strip("/ ")) for segment in tensor.split(";") if segment.strip("/ ")]
    if not segments:
        return fallback
    own = _MARKS.get(operator, re.escape(operator.lower().replace("_", "")))
    chosen = segments[0]
    for mark in (own, r"biasadd"):
        found = [segment for segment in segments if re.search(mark, segment, re.IGNORECASE)]
        if found:
            chosen = found[0]
            break
    chosen = re.sub(r"(/ReadVariableOp)?(/resource)?(:\d+)?$", "", chosen)
    if not chosen or re.match(r"^(PartitionedCall|Identity|serving_default|tfl?\.)", chosen):
        return fallback
    parts = [part for part in chosen.split("/") if part]
    if len(parts) > 1 and (_INNER.match(parts[-1]) or parts[-1][:1].isupper()):
        parts.pop()
    while len(parts) > 2 and _INNER.match(parts[-1]):
        parts.pop()
    return parts[-1]
