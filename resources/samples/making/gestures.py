"""The gestures sample: accelerometer windows of made-up wearers, and a small convolutional classifier."""

from typing import Any

import numpy as np

from making import motion
from making.files import Columns, Splits
from making.training import accuracy, report, train

SEED = 22
LABELS = ("idle", "shake", "circle", "tap")
MOTIONS = (motion.idle, motion.shake, motion.circle, motion.tap)

WEARERS = {
    "train": ("w01", "w02", "w03", "w04", "w05", "w06", "w07"),
    "validation": ("w08", "w09"),
    "test": ("w10", "w11", "w12"),
}
LEFT_HANDERS = ("w04", "w12")

# Windows per class for each (hand, placement). The training recordings favour the hand people write with and the
# wrist, as real ones would: the test set asks all four evenly, so a review can find whom the model serves worse.
USUAL = {("right", "wrist"): 40, ("right", "palm"): 16, ("left", "wrist"): 3, ("left", "palm"): 1}
LEFT_HANDED = {("right", "wrist"): 24, ("right", "palm"): 8, ("left", "wrist"): 24, ("left", "palm"): 2}
EVEN = {(hand, placement): 15 for hand in ("right", "left") for placement in ("wrist", "palm")}


def make_splits() -> Splits:
    """The data: x float16 [N, 64, 3] in g, y int64 [N], and the columns wearer, hand and placement."""
    return {split: _join([record(name) for name in names]) for split, names in WEARERS.items()}


def record(name: str) -> Columns:
    """All windows of one wearer, in mixed order; each wearer has a random stream of their own."""
    stream = np.random.default_rng([SEED, int(name[1:])])
    left_handed = name in LEFT_HANDERS
    wearer = motion.draw_wearer(stream, name, "left" if left_handed else "right")
    plan = EVEN if name in WEARERS["test"] else LEFT_HANDED if left_handed else USUAL
    x, y, hands, placements = [], [], [], []
    for (hand, placement), count in plan.items():
        scene = motion.Scene(wearer, hand, placement)
        bias_g = stream.normal(0.0, 0.03, 3)  # the chip is put on once per hand and place
        for number, move in enumerate(MOTIONS):
            for _ in range(count):
                x.append(motion.read_sensor(stream, scene, move(stream, scene), bias_g))
                y.append(number)
                hands.append(hand)
                placements.append(placement)
    order = stream.permutation(len(y))
    return {
        "x": np.array(x, np.float16)[order],  # exact: 12-bit readings fit
        "y": np.array(y, np.int64)[order],
        "wearer": np.full(len(y), name),
        "hand": np.array(hands)[order],
        "placement": np.array(placements)[order],
    }


def build() -> Any:
    """The untrained model: input [64, 3], output 4 probabilities. Time is the height of an image of width 1."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((motion.LENGTH, 3), name="acceleration"),
            layers.Reshape((motion.LENGTH, 1, 3), name="as_image"),
            layers.Conv2D(24, (5, 1), padding="same", use_bias=False, name="conv"),
            layers.BatchNormalization(name="conv_norm"),
            layers.ReLU(name="conv_relu"),
            layers.MaxPooling2D((2, 1), name="pool1"),
            *_separable("block1", filters=32),
            layers.MaxPooling2D((2, 1), name="pool2"),
            *_separable("block2", filters=40),
            layers.MaxPooling2D((2, 1), name="pool3"),
            layers.GlobalAveragePooling2D(name="average"),
            layers.Dense(16, activation="relu", name="hidden"),
            layers.Dense(len(LABELS), activation="softmax", name="scores"),
        ],
        name="gestures",
    )


def make_model(splits: Splits) -> Any:
    """Train on the training split as it is, without mirrored or turned copies."""
    model = train(
        build, splits, seed=SEED, loss="sparse_categorical_crossentropy", epochs=30, batch=32, rate=3e-3
    )
    report("gestures", model, splits, accuracy)
    return model


def _separable(name: str, *, filters: int) -> list[Any]:
    from keras import layers

    return [
        layers.DepthwiseConv2D((5, 1), padding="same", use_bias=False, name=f"{name}_depthwise"),
        layers.BatchNormalization(name=f"{name}_depthwise_norm"),
        layers.ReLU(name=f"{name}_depthwise_relu"),
        layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_pointwise"),
        layers.BatchNormalization(name=f"{name}_pointwise_norm"),
        layers.ReLU(name=f"{name}_pointwise_relu"),
    ]


def _join(recordings: list[Columns]) -> Columns:
    return {key: np.concatenate([columns[key] for columns in recordings]) for key in recordings[0]}
