"""The digits sample: handwritten digits on 8x8 pixels, and a small convolutional classifier."""

from typing import Any

import numpy as np

from making.files import Columns, Splits
from making.training import accuracy, report, train

SEED = 20
LABELS = tuple(str(digit) for digit in range(10))
BOUNDS = {"train": (0, 1100), "validation": (1100, 1397), "test": (1397, 1797)}
"""First and last-plus-one row of each split: whole stretches, because neighbours often share a writer."""


def make_splits() -> Splits:
    """The data: x float32 [N, 8, 8, 1] in steps of 1/16 from 0 to 1, y int64 [N]."""
    from sklearn.datasets import load_digits

    pixels, classes = load_digits(return_X_y=True)
    x = (pixels / 16).astype(np.float32).reshape(-1, 8, 8, 1)
    return {name: {"x": x[a:b], "y": classes[a:b].astype(np.int64)} for name, (a, b) in BOUNDS.items()}


def build() -> Any:
    """The untrained model: input [8, 8, 1], output 10 probabilities."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((8, 8, 1), name="pixels"),
            layers.Conv2D(24, 3, padding="same", use_bias=False, name="conv"),
            layers.BatchNormalization(name="conv_norm"),
            layers.ReLU(name="conv_relu"),
            *_separable("block1", filters=40, strides=1),
            layers.MaxPooling2D(name="pool"),
            *_separable("block2", filters=48, strides=1),
            *_separable("block3", filters=64, strides=2),
            layers.GlobalAveragePooling2D(name="average"),
            layers.Dense(10, activation="softmax", name="scores"),
        ],
        name="digits",
    )


def make_model(splits: Splits) -> Any:
    """Train on the training split, widened by shifted and turned copies."""
    widened = splits | {"train": _with_altered_copies(splits["train"])}
    model = train(
        build, widened, seed=SEED, loss="sparse_categorical_crossentropy", epochs=10, batch=64, rate=4e-3
    )
    report("digits", model, splits, accuracy)
    return model


def _separable(name: str, *, filters: int, strides: int) -> list[Any]:
    from keras import layers

    return [
        layers.DepthwiseConv2D(3, strides=strides, padding="same", use_bias=False, name=f"{name}_depthwise"),
        layers.BatchNormalization(name=f"{name}_depthwise_norm"),
        layers.ReLU(name=f"{name}_depthwise_relu"),
        layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_pointwise"),
        layers.BatchNormalization(name=f"{name}_pointwise_norm"),
        layers.ReLU(name=f"{name}_pointwise_relu"),
    ]


def _with_altered_copies(columns: Columns) -> Columns:
    """The pictures, and copies shifted by a pixel or turned by some degrees: other people's handwriting, roughly."""
    from scipy.ndimage import rotate

    turned = [
        rotate(columns["x"], degrees, axes=(1, 2), reshape=False, order=1).clip(0, 1)
        for degrees in (0, -12, 12)
    ]
    shifts = [(1, 1), (0, 1), (2, 1), (1, 0), (1, 2)]  # the first leaves the picture where it is
    copies = [
        np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))[:, down : down + 8, right : right + 8]
        for x in turned
        for down, right in shifts
    ]
    return {"x": np.concatenate(copies), "y": np.tile(columns["y"], len(copies))}
