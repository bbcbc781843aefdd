"""Trains a small Keras model reproducibly and hands back one that only infers."""

from collections.abc import Callable
from typing import Any

from making.files import Columns, Splits


def train(
    build: Callable[[], Any], splits: Splits, *, seed: int, loss: str, epochs: int, batch: int, rate: float
) -> Any:
    """Fit a fresh model on splits["train"] with Adam and a cosine-shaped learning rate.

    Two runs with one seed on one machine give equal weights; another processor may round differently.
    The model that comes back is not compiled: its file holds weights, no optimizer state.
    """
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    _make_deterministic()
    model = build()
    data, held_out = splits["train"], splits["validation"]
    steps = epochs * -(-len(data["x"]) // batch)
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(optimizer=keras.optimizers.Adam(schedule), loss=loss)
    model.fit(
        *_pair(data),
        batch_size=batch,
        epochs=epochs,
        validation_data=_pair(held_out),
        verbose=0,
        shuffle=True,
    )
    bare = build()
    bare.set_weights(model.get_weights())
    return bare


def report(name: str, model: Any, splits: Splits, score: Callable[[Any, Any], float]) -> None:
    """Print the model's size and its score on every split."""
    scores = [
        f"{split} {score(model.predict(columns['x'].astype('float32'), verbose=0), columns['y']):.4f}"
        for split, columns in splits.items()
    ]
    print(f"{name}: {model.count_params()} parameters, {score.__name__} " + ", ".join(scores))


def accuracy(probabilities: Any, classes: Any) -> float:
    """The share of samples whose most probable class is the right one."""
    return float((probabilities.argmax(axis=1) == classes).mean())


def mean_absolute_error(predicted: Any, wanted: Any) -> float:
    """The mean distance between what was predicted and what was wanted."""
    return float(abs(predicted - wanted).mean())


def _pair(columns: Columns) -> tuple[Any, Any]:
    return columns["x"].astype("float32"), columns["y"]


def _make_deterministic() -> None:
    import tensorflow

    tensorflow.config.experimental.enable_op_determinism()
