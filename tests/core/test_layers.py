"""Layers before and after compression find each other."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from studio.core.build import LayerBuild
from studio.core.layers import pair_layers, short_name
from studio.core.model import Layer


def layer(index: int, operator: str, name: str = "") -> Layer:
    return Layer(index, name or f"layer{index}", operator, (1, 4), "int8", 8, 16, 32, 4)


def operators(pairs: object) -> list[tuple[str, str]]:
    return [(p.before.operator if p.before else "", p.after.operator if p.after else "") for p in pairs]  # type: ignore[attr-defined]


def test_equal_models_pair_layer_by_layer() -> None:
    before = [layer(0, "CONV_2D"), layer(1, "MEAN"), layer(2, "SOFTMAX")]
    after = [replace(one, weight_bytes=9) for one in before]
    pairs = pair_layers(before, after)
    assert [(pair.before, pair.after) for pair in pairs] == list(zip(before, after, strict=True))


def test_an_operator_that_compression_adds_stands_alone() -> None:
    before = [layer(0, "CONV_2D", "a"), layer(1, "SOFTMAX", "b")]
    after = [
        layer(0, "QUANTIZE", "q"),
        layer(1, "CONV_2D", "a"),
        layer(2, "SOFTMAX", "b"),
        layer(3, "DEQUANTIZE", "d"),
    ]
    assert operators(pair_layers(before, after)) == [
        ("", "QUANTIZE"),
        ("CONV_2D", "CONV_2D"),
        ("SOFTMAX", "SOFTMAX"),
        ("", "DEQUANTIZE"),
    ]


def test_a_layer_that_is_gone_is_told_from_its_like_by_its_name() -> None:
    before = [
        layer(0, "CONV_2D", "a/conv1/Relu"),
        layer(1, "CONV_2D", "a/conv2/Relu"),
        layer(2, "MEAN", "a/mean"),
    ]
    pairs = pair_layers(before, [layer(0, "CONV_2D", "conv2"), layer(1, "MEAN", "mean")])
    assert [pair.after is None for pair in pairs] == [True, False, False]
    assert pairs[0].layer.name == "a/conv1/Relu"


def test_names_may_all_change() -> None:
    before = [layer(0, "CONV_2D", "x"), layer(1, "MEAN", "y")]
    after = [layer(0, "CONV_2D", "tfl.conv"), layer(1, "MEAN", "tfl.mean")]
    assert operators(pair_layers(before, after)) == [("CONV_2D", "CONV_2D"), ("MEAN", "MEAN")]


def test_a_build_belongs_to_the_layer_of_its_number_and_operator() -> None:
    layers = [layer(0, "CONV_2D"), layer(1, "MEAN")]
    right = LayerBuild(0, "layer0", "CONV_2D", 16, 8, 4, 1000)
    stray = LayerBuild(1, "layer1", "SOFTMAX", 16, 8, 4, 1000)
    pairs = pair_layers(layers, layers, [right, stray])
    assert [pair.build for pair in pairs] == [right, None]


def test_names_lose_what_the_converter_added() -> None:
    assert short_name("model/conv1/Relu;model/conv1/BiasAdd") == "conv1"
    assert short_name("functional_1/dense_2/MatMul") == "dense_2"
    assert short_name("StatefulPartitionedCall:0") == "StatefulPartitionedCall"
    assert short_name("") == ""


@given(
    st.lists(st.sampled_from(["CONV_2D", "MEAN", "ADD"]), max_size=12),
    st.lists(st.sampled_from(["CONV_2D", "MEAN", "QUANTIZE"]), max_size=12),
)
def test_every_layer_appears_once_and_in_order(before: list[str], after: list[str]) -> None:
    old = [layer(index, name) for index, name in enumerate(before)]
    new = [layer(index, name) for index, name in enumerate(after)]
    pairs = pair_layers(old, new)
    assert [pair.before for pair in pairs if pair.before] == old
    assert [pair.after for pair in pairs if pair.after] == new
    assert all(p.before.operator == p.after.operator for p in pairs if p.before and p.after)


def test_very_long_models_are_paired_by_place() -> None:
    old = [layer(index, "CONV_2D", f"old{index}") for index in range(400)]
    new = [layer(index, "CONV_2D", f"new{index}") for index in range(300)]
    assert len(pair_layers(old, new)) == 400
