"""Separable layers joined into plain convolutions: answers stay where nothing stands between, and the kernels go."""

from pathlib import Path

import numpy as np

from studio.core.layer_costs import layers_of
from studio.core.recipe import Recipe, Student
from studio.core.tflite import read
from studio.worker.joined import joined, separable
from studio.worker.report import silent
from studio.worker.structure import untrained
from tests.mlperf_tiny import model_bytes
from tests.worker.conftest import Bench
from tests.worker.test_student import SAMPLES, answers, names, sample


def operators(content: bytes) -> list[str]:
    return [layer.operator for layer in layers_of(read(content))]


def test_no_depthwise_layer_is_left_and_the_others_keep_names_and_shapes(bench: Bench) -> None:
    content = sample(bench, "gestures")
    plain, notes = joined(content)
    assert notes == ("Joined with the depthwise layer before: 'block1_pointwise', 'block2_pointwise'.",)
    assert "DEPTHWISE_CONV_2D" not in operators(plain)
    assert names(plain) == [name for name in names(content) if "depthwise" not in name]
    assert answers(plain).shape == answers(content).shape


def test_filters_are_products_and_biases_are_carried_through(bench: Bench) -> None:
    content = sample(bench, "gestures")
    model, plain = read(content), read(joined(content)[0])
    depthwise, pointwise = separable(model)[0]
    each, before = (np.array(model.constant(i)) for i in depthwise.inputs[1:])
    mix, behind = (np.array(model.constant(i)) for i in pointwise.inputs[1:])
    made = next(
        o for o in plain.operators if plain.tensors[o.outputs[0]].name.startswith("gestures/block1_pointwise")
    )
    filters, bias = (np.array(plain.constant(i)) for i in made.inputs[1:])
    assert filters.shape == (mix.shape[0], *each.shape[1:])
    np.testing.assert_allclose(filters, each[0] * mix[:, 0, 0, None, None, :], rtol=1e-5)
    np.testing.assert_allclose(bias, behind + mix[:, 0, 0] @ before, rtol=1e-5, atol=1e-6)
    assert made.options.padding == depthwise.options.padding


def test_without_an_activation_between_the_answers_stay(bench: Bench) -> None:
    content = Path(bench.load("separable.keras").artifact).read_bytes()
    plain, _ = joined(content)
    assert "DEPTHWISE_CONV_2D" in operators(content)
    assert "DEPTHWISE_CONV_2D" not in operators(plain)
    np.testing.assert_allclose(answers(plain), answers(content), rtol=1e-4, atol=1e-5)


def test_a_model_without_separable_layers_stays_and_says_so(bench: Bench) -> None:
    content = sample(bench, "sine")
    assert joined(content) == (
        content,
        ("No layer can be joined: none is a depthwise convolution with a pointwise one behind.",),
    )


def test_weights_that_are_stored_in_bytes_already_are_not_joined() -> None:
    content = model_bytes("kws_ref_model_float32.tflite")  # pointwise weights in int8, the rest in float
    assert joined(content)[0] == content


def test_a_student_joins_after_it_became_narrower(bench: Bench) -> None:
    model = bench("load", path=str(SAMPLES / "gestures" / "model.keras"))
    apart = layers_of(read(untrained(model, Recipe(student=Student(0.5, 0.5)), silent).content))
    together = layers_of(
        read(untrained(model, Recipe(student=Student(0.5, 0.5, joined=True)), silent).content)
    )
    assert [layer.name for layer in apart if layer.operator == "DEPTHWISE_CONV_2D"] == [
        "block2_depthwise_relu"
    ]
    assert [layer.output_shape for layer in together] == [
        layer.output_shape for layer in apart if layer.operator != "DEPTHWISE_CONV_2D"
    ]
