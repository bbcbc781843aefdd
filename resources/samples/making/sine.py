"""The sine sample: one number in, its sine out; the smallest network worth compiling."""

from typing import Any

import numpy as np

from making.files import Columns, Splits
from making.training import mean_absolute_error, report, train

SEED = 21
COUNTS = {"train": 600, "validation": 200, "test": 200}
NOISE = 0.1
"""Standard deviation of the noise on y."""


def make_splits() -> Splits:
    """The data: x float32 [N, 1] in radians from 0 to 2 pi, y float32 [N, 1] = sin x + noise."""
    streams = np.random.default_rng(SEED).spawn(len(COUNTS))
    return {name: _draw(stream, count) for (name, count), stream in zip(COUNTS.items(), streams, strict=True)}


def build() -> Any:
    """The untrained model: 1 - 16 - 16 - 1."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((1,), name="angle"),
            layers.Dense(16, activation="relu", name="hidden1"),
            layers.Dense(16, activation="relu", name="hidden2"),
            layers.Dense(1, name="sine"),
        ],
        name="sine",
    )


def make_model(splits: Splits) -> Any:
    """Train on the training split."""
    model = train(build, splits, seed=SEED, loss="mse", epochs=200, batch=32, rate=1e-2)
    report("sine", model, splits, mean_absolute_error)
    return model


def _draw(stream: np.random.Generator, count: int) -> Columns:
    x = stream.uniform(0.0, 2 * np.pi, (count, 1))
    y = np.sin(x) + stream.normal(0.0, NOISE, (count, 1))
    return {"x": x.astype(np.float32), "y": y.astype(np.float32)}
