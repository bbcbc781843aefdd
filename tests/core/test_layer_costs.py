"""Layers' names and costs."""

import pytest

from studio.core.layer_costs import layers_of, readable_name
from studio.core.tflite import read


@pytest.mark.parametrize(
    ("tensor", "operator", "name"),
    [
        ("sequential/conv2d/Relu;sequential/conv2d/BiasAdd;sequential/conv2d/Conv2D", "CONV_2D", "conv2d"),
        ("model/activation/Relu;model/bn/FusedBatchNormV3;model/conv2d_3/Conv2D1", "CONV_2D", "conv2d_3"),
        ("model/depthwise_conv2d_3/depthwise;model/conv2d/Conv2D", "CONV_2D", "conv2d"),
        ("functional/rectify/Relu;functional/first/convolution", "CONV_2D", "first"),
        ("functional_1/conv2d/BiasAdd/ReadVariableOp/resource;functional_1/relu/Relu", "CONV_2D", "conv2d"),
        ("model/activation_2/Relu;model/add/add", "ADD", "add"),
        ("functional_1/activation/Relu;functional_1/dense/BiasAdd", "FULLY_CONNECTED", "dense"),
        ("functional/norm/batchnorm/mul_1", "MUL", "norm"),
        ("StatefulPartitionedCall/functional/deep/depthwise", "DEPTHWISE_CONV_2D", "deep"),
        ("StatefulPartitionedCall:0", "SOFTMAX", "softmax"),
        ("Identity", "FULLY_CONNECTED", "dense"),
        ("", "CUSTOM:Mine", "mine"),
        ("plain", "CONV_2D", "plain"),
    ],
)  # fmt: skip
def test_names_are_those_that_the_models_maker_wrote(tensor: str, operator: str, name: str) -> None:
    assert readable_name(tensor, operator) == name


def test_layers_say_which_layers_they_read() -> None:
    from tests.compiler.models import Draft

    draft = Draft()
    x, a, b, y = (draft.tensor((1, 8), 0.1, 0) for _ in range(4))
    draft.operator("RELU", [x], [a])
    draft.operator("TANH", [a], [b])
    draft.operator("ADD", [a, b], [y])
    assert [layer.inputs for layer in layers_of(read(draft.data([x], [y])))] == [(), (0,), (0, 1)]
