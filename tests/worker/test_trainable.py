"""Float .tflite files rebuilt in TensorFlow: the same answers as LiteRT's, for whole batches, and back again."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from studio.core.errors import StudioError
from studio.core.tflite import read
from studio.worker.graph import read_graph, write_graph
from studio.worker.runner import Runner
from tests.mlperf_tiny import model_bytes, public_file
from tests.worker.conftest import Bench

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import tensorflow as tf

    from studio.worker.trainable import Trainable

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
Values = npt.NDArray[np.float32]


def drawn(shape: tuple[int, ...], count: int = 5, seed: int = 1) -> Values:
    return np.random.default_rng(seed).normal(0, 1, (count, *shape)).astype(np.float32)


def same_as_litert(content: bytes) -> Trainable:
    model = Trainable(content)
    x = drawn(model.input_shape)
    wanted = Runner(content, keep_all=True).run(x).reshape(len(x), -1)
    np.testing.assert_allclose(model.answers(x).numpy(), wanted, rtol=1e-4, atol=1e-4)
    return model


@pytest.mark.parametrize("name", ["small.keras", "tangled.keras", "series.keras", "old.h5"])
def test_made_models_answer_as_in_litert(bench: Bench, name: str) -> None:
    same_as_litert(Path(bench.load(name).artifact).read_bytes())


@pytest.mark.parametrize("name", ["digits", "gestures", "sine"])
def test_samples_answer_as_in_litert(bench: Bench, name: str) -> None:
    model = bench("load", path=str(SAMPLES / name / "model.keras"))
    same_as_litert(Path(model.artifact).read_bytes())


@pytest.mark.parametrize("name", ["ad01.h5", "pretrainedResnet.h5", "str_ww_ref_model.h5"])
def test_public_models_answer_as_in_litert(bench: Bench, name: str) -> None:
    model = bench("load", path=str(public_file(name)))
    same_as_litert(Path(model.artifact).read_bytes())


def test_weights_in_8_bits_of_a_dynamic_range_model_become_real_numbers() -> None:
    model = Trainable(model_bytes("kws_ref_model_float32.tflite"))
    same_as_litert(model.content())


def converted(function: Callable[[Any], Any], shape: tuple[int, ...]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        concrete = tf.function(function).get_concrete_function(tf.TensorSpec((1, *shape), tf.float32))
        content: bytes = tf.lite.TFLiteConverter.from_concrete_functions([concrete]).convert()
    return content


def weights(*shape: int) -> Any:
    return tf.constant(np.random.default_rng(3).normal(0, 0.5, shape).astype(np.float32))


def convolved(x: Any) -> Any:
    return tf.nn.conv2d(x, weights(1, 1, int(x.shape[-1]), 4), 1, "SAME")


BODIES: dict[str, Callable[[Any], Any]] = {
    "TRANSPOSE_CONV": lambda x: tf.nn.conv2d_transpose(
        convolved(x), weights(3, 3, 5, 4), (1, 12, 16, 5), 2, "SAME"
    ),
    "DEPTHWISE_CONV_2D": lambda x: tf.nn.depthwise_conv2d(x, weights(3, 3, 3, 2), (1, 2, 2, 1), "SAME"),
    "CONV_2D": lambda x: tf.nn.relu6(tf.nn.conv2d(x, weights(3, 2, 3, 4), (1, 2), "VALID")),
    "SUB": lambda x: convolved(x) - tf.reduce_mean(convolved(x), (1, 2), keepdims=True),
    "MUL": lambda x: tf.tanh(convolved(x)) * weights(4),
    "DIV": lambda x: convolved(x) / (tf.abs(convolved(x)) + 1.0),
    "MAXIMUM": lambda x: tf.maximum(convolved(x), -convolved(x)),
    "MINIMUM": lambda x: tf.minimum(convolved(x), 0.5),
    "SQUARED_DIFFERENCE": lambda x: tf.math.squared_difference(convolved(x), 1.5),
    "SUM": lambda x: tf.reduce_sum(convolved(x), (1, 3)),
    "REDUCE_MAX": lambda x: tf.reduce_max(convolved(x), 2, keepdims=True),
    "REDUCE_MIN": lambda x: tf.reduce_min(convolved(x), -1),
    "AVERAGE_POOL_2D": lambda x: tf.nn.avg_pool2d(convolved(x), (3, 2), (2, 2), "SAME"),
    "MAX_POOL_2D": lambda x: tf.nn.max_pool2d(convolved(x), 3, 2, "SAME"),
    "PAD": lambda x: tf.pad(convolved(x), ((0, 0), (1, 2), (0, 1), (0, 0))),
    "PADV2": lambda x: tf.pad(convolved(x), ((0, 0), (1, 2), (0, 1), (0, 0)), constant_values=0.5),
    "MIRROR_PAD": lambda x: tf.pad(convolved(x), ((0, 0), (1, 2), (2, 1), (0, 0)), "SYMMETRIC"),
    "CONCATENATION": lambda x: tf.concat([convolved(x), x], 2 + 1),
    "TRANSPOSE": lambda x: tf.transpose(convolved(x), (0, 3, 1, 2)),
    "SPLIT": lambda x: tf.add(*tf.split(convolved(x), 2, 3)),
    "SPLIT_V": lambda x: tf.nn.relu(tf.split(convolved(x), [1, 3], 3)[1]),
    "SLICE": lambda x: tf.slice(convolved(x), (0, 1, 2, 0), (1, 3, 4, 2)),
    "STRIDED_SLICE": lambda x: convolved(x)[:, 1:-1:2, 3, ::2],
    "FULLY_CONNECTED": lambda x: tf.reshape(convolved(x), (1, 12, 16)) @ weights(16, 3),
    "L2_NORMALIZATION": lambda x: tf.nn.l2_normalize(convolved(x), -1),
    "LEAKY_RELU": lambda x: tf.nn.leaky_relu(convolved(x), 0.3),
    "ELU": lambda x: tf.nn.elu(convolved(x)),
    "TANH": lambda x: tf.tanh(convolved(x)),
    "LOGISTIC": lambda x: tf.sigmoid(convolved(x)) * 2.0,
    "HARD_SWISH": lambda x: convolved(x) * tf.nn.relu6(convolved(x) + 3.0) * (1 / 6),
    "GELU": lambda x: tf.nn.gelu(convolved(x)),
    "SOFTMAX": lambda x: tf.nn.softmax(convolved(x)) * 3.0,
    "RSQRT": lambda x: tf.math.rsqrt(tf.square(convolved(x)) + 1.0),
    "EXP": lambda x: tf.exp(convolved(x)),
    "LOG": lambda x: tf.math.log(tf.abs(convolved(x)) + 1.0),
}


@pytest.mark.parametrize("operator", sorted(BODIES))
def test_each_operator_answers_as_in_litert(operator: str) -> None:
    content = converted(BODIES[operator], (6, 8, 3))
    assert operator in {known.name for known in read(content).operators}
    same_as_litert(content)


def test_errors_flow_back_to_every_weight(bench: Bench) -> None:
    model = Trainable(Path(bench.load("tangled.keras").artifact).read_bytes())
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model.logits(drawn(model.input_shape))))
    slopes = tape.gradient(loss, list(model.variables.values()))
    assert all(np.abs(slope).max() > 0 for slope in slopes)


def test_steps_that_differ_both_ways_are_strided_by_hand() -> None:
    content = converted(BODIES["DEPTHWISE_CONV_2D"], (7, 9, 3))
    for padding in (0, 1):  # SAME, VALID
        graph = read_graph(content)
        operator = next(
            operator
            for operator in graph.subgraphs[0].operators
            if getattr(operator.builtinOptions, "depthMultiplier", 0)
        )
        operator.builtinOptions.strideW = 1
        operator.builtinOptions.padding = padding
        subgraph = graph.subgraphs[0]
        subgraph.tensors[operator.outputs[0]].shape = [1, 3, 7, 6] if padding else [1, 4, 9, 6]
        same_as_litert(write_graph(graph))


def test_changed_weights_go_back_into_the_file(bench: Bench) -> None:
    model = Trainable(Path(bench.load("small.keras").artifact).read_bytes())
    x = drawn(model.input_shape)
    before = model.answers(x).numpy()
    model.assign({index: values * 1.1 + 0.01 for index, values in model.weights().items()})
    after = model.answers(x).numpy()
    assert np.abs(after - before).max() > 1e-3
    np.testing.assert_allclose(Runner(model.content()).run(x), after, rtol=1e-4, atol=1e-5)


def test_the_last_softmax_is_left_out_of_the_logits(bench: Bench) -> None:
    model = Trainable(Path(bench.load("small.keras").artifact).read_bytes())
    x = drawn(model.input_shape)
    assert model.ending == "SOFTMAX"
    np.testing.assert_allclose(tf.nn.softmax(model.logits(x)), model.answers(x), rtol=1e-5, atol=1e-6)


def test_an_operator_without_a_way_back_is_named() -> None:
    content = converted(lambda x: tf.cumsum(convolved(x), 1), (6, 8, 3))
    model = Trainable(content)
    with pytest.raises(StudioError, match=r"Layer '.*' \(CUMSUM\) cannot be trained here.*Replace the layer"):
        model.logits(drawn(model.input_shape))


def test_a_model_in_whole_numbers_is_refused() -> None:
    content = model_bytes("kws")
    with pytest.raises(StudioError, match="does not compute with float32 numbers"):
        Trainable(content)
