"""Writes the models that the worker's tests load; a process of its own, because it needs TensorFlow."""

import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from keras import layers


def main(folder: Path) -> None:
    keras.utils.set_random_seed(1)
    small = _functional((8, 8, 1), _small)
    _stir(small)
    small.save(folder / "small.keras")
    small.save(folder / "small.h5")
    small.save_weights(folder / "only.weights.h5")
    small.export(folder / "saved", verbose=False)
    shutil.make_archive(str(folder / "saved"), "zip", folder, "saved")
    tangled = _functional((6, 6, 3), _tangled)
    _stir(tangled)
    tangled.save(folder / "tangled.keras")
    series = _functional((20, 3), _series)
    _stir(series)
    series.save(folder / "series.keras")
    coder = _functional((6,), _coder)
    _stir(coder)
    coder.save(folder / "coder.keras")
    _old().save(folder / "old.h5")
    _kinds(folder)
    _bad(folder)


def _functional(shape: tuple[int | None, ...], body: Callable[[Any], Any]) -> Any:
    entry = keras.Input(shape, name="entry")
    return keras.Model(entry, body(entry))


def _small(x: Any) -> Any:
    x = layers.Conv2D(8, 3, padding="same", name="first")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.ReLU(name="rectify")(x)
    x = layers.DepthwiseConv2D(3, padding="same", name="deep")(x)
    y = layers.Conv2D(12, 1, activation="relu", name="left")(x)
    z = layers.Conv2D(12, 3, padding="same", name="right")(x)
    x = layers.Add(name="sum")([y, z])
    x = layers.MaxPooling2D(name="pool")(x)
    x = layers.Flatten(name="flat")(x)
    x = layers.Dense(10, activation="relu", name="hidden")(x)
    return layers.Dense(4, activation="softmax", name="answer")(x)


def _tangled(x: Any) -> Any:
    """Concatenation, padding, normalisation that stays its own layer, a gate, and a multiplied depth."""
    x = layers.ZeroPadding2D(1)(x)
    x = layers.Conv2D(8, 3, name="stem")(x)
    y = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", name="double")(x)
    x = layers.Concatenate(name="both")([x, y])
    x = layers.AveragePooling2D(2, name="pool")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.PReLU(shared_axes=[1, 2], name="slope")(x)
    gate = layers.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    gate = layers.Conv2D(24, 1, activation="sigmoid", name="gate")(gate)
    x = layers.Multiply(name="gated")([x, gate])
    x = layers.Conv2D(16, 2, name="wide")(x)
    x = layers.LeakyReLU(name="leak")(x)
    x = layers.GlobalAveragePooling2D(name="mean")(x)
    return layers.Dense(3, name="numbers")(x)


def _series(x: Any) -> Any:
    x = layers.Conv1D(8, 3, activation="relu", name="line")(x)
    x = layers.MaxPooling1D(name="pool")(x)
    x = layers.Conv1D(6, 3, activation="relu", name="line2")(x)
    x = layers.Flatten(name="flat")(x)
    return layers.Dense(2, name="answer")(x)


def _coder(x: Any) -> Any:
    """Gives as many numbers as it takes, through two."""
    x = layers.Dense(2, activation="relu", name="narrow")(x)
    return layers.Dense(6, name="again")(x)


def _old() -> Any:
    """As Keras 2 wrote it: Keras 3 refuses its DepthwiseConv2D."""
    entry = tf_keras.Input((8, 8, 1))
    x = tf_keras.layers.Conv2D(4, 3, activation="relu", name="first")(entry)
    x = tf_keras.layers.DepthwiseConv2D(3, name="deep")(x)
    x = tf_keras.layers.Flatten()(x)
    return tf_keras.Model(entry, tf_keras.layers.Dense(2, activation="softmax", name="answer")(x))


def _kinds(folder: Path) -> None:
    """One model for each kind of data, and recurrent ones."""
    _functional((64, 1), lambda x: layers.Dense(4)(layers.Flatten()(x))).save(folder / "listener.keras")
    _functional((16,), lambda x: layers.Dense(16)(layers.Dense(4)(x))).save(folder / "rebuilder.keras")
    _functional((8, 8, 1), lambda x: layers.Dense(4)(layers.Flatten()(layers.Rescaling(1 / 255)(x)))).save(
        folder / "rescaling.keras"
    )
    _functional((9, 9, 4), _separable).save(folder / "separable.keras")
    _functional((6, 3), _rolled).save(folder / "rolled.keras")
    _functional((400, 3), _rolled).save(folder / "endless.keras")
    _functional((6, 3), _unrolled).save(folder / "unrolled.keras")


def _separable(x: Any) -> Any:
    both = layers.SeparableConv2D(6, 3, strides=2, padding="same", activation="relu", name="both")(x)
    return layers.Dense(3)(layers.Flatten()(both))


def _rolled(x: Any) -> Any:
    return layers.Dense(2)(layers.LSTM(4, name="memory")(x))


def _unrolled(x: Any) -> Any:
    return layers.Dense(2)(layers.LSTM(4, unroll=True, name="memory")(x))


def _bad(folder: Path) -> None:
    class Mine(layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x * 2.0

    @keras.saving.register_keras_serializable("house")
    class Registered(layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return x * 2.0

    def own_activation(x: Any) -> Any:
        return x

    for name, body in {
        "lambda": lambda x: layers.Lambda(lambda t: t + 1, name="plus_one")(x),
        "custom": lambda x: Mine(name="my_layer")(x),
        "registered": lambda x: Registered(name="my_layer")(x),
        "function": lambda x: layers.Dense(2, activation=own_activation, name="odd")(x),
    }.items():
        model = _functional((8, 8, 1), body)
        model.save(folder / f"{name}.keras")
        model.save(folder / f"{name}.h5")
    _functional((None, 8, 1), lambda x: layers.Conv2D(2, 3)(x)).save(folder / "free.keras")
    _functional((None, 8, 1), lambda x: layers.Conv2D(2, 3)(x)).save(folder / "free.h5")
    left, right = keras.Input((4,)), keras.Input((4,))
    two_in = keras.Model([left, right], layers.Dense(2)(layers.Add()([left, right])))
    two_in.save(folder / "two_inputs.keras")
    two_in.save(folder / "two_inputs.h5")
    two_in.export(folder / "two_inputs", verbose=False)
    two_out = keras.Model(left, [layers.Dense(2)(left), layers.Dense(3)(left)])
    two_out.save(folder / "two_outputs.keras")
    _tflite(folder / "two_inputs.tflite", lambda a, b: a + b, [(1, 4), (1, 4)])
    _tflite(folder / "batch.tflite", lambda a: tf.nn.relu(a), [(8, 4)])
    _tflite(folder / "free.tflite", lambda a: tf.nn.relu(a), [(1, None, 4)])
    _tflite(folder / "text.tflite", lambda a: tf.cast(a, tf.float32), [(1, 4)], tf.int64)
    tf.saved_model.save(tf.Module(), str(folder / "unsigned"))
    _save_calling_python(folder / "python")


def _tflite(
    path: Path, function: Callable[..., Any], shapes: list[tuple[int | None, ...]], dtype: Any = tf.float32
) -> None:
    specs = [tf.TensorSpec(shape, dtype) for shape in shapes]
    concrete = tf.function(function).get_concrete_function(*specs)
    path.write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([concrete]).convert())


def _save_calling_python(folder: Path) -> None:
    class Calls(tf.Module):  # type: ignore[misc]
        @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32)])  # type: ignore[untyped-decorator]
        def serve(self, x: Any) -> Any:
            return tf.ensure_shape(tf.numpy_function(np.abs, [x], tf.float32), (None, 4))

    module = Calls()
    tf.saved_model.save(module, str(folder), signatures=module.serve)


def _stir(model: Any) -> None:
    """Weights as after training: no zero biases, no trivial normalisation."""
    random = np.random.default_rng(2)
    for layer in model.layers:
        values = []
        for weight in layer.weights:
            noise = random.normal(0, 0.3, weight.shape)
            values.append(np.abs(noise) + 0.5 if "variance" in weight.name else weight.numpy() + noise)
        layer.set_weights(values)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    with zipfile.ZipFile(Path(sys.argv[1]) / "slip.zip", "w") as archive:
        archive.writestr("../escaped/saved_model.pb", b"x")
