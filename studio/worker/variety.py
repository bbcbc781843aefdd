"""Altered copies of samples: shifted, turned, stretched, louder or fainter, roughly as other people's data are."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from studio.worker.runner import Values

_TURN, _STRETCH, _LOUDER = 0.25, 0.14, 0.18  # radians, shares
_SHIFT = 0.14  # of the height, width or length
_NOISE = 0.15  # of the standard deviation
_MIXING, _FEW_CHANNELS = 0.45, 12
_SHORTEST_SERIES, _SMALLEST_PICTURE = 8, 6
Alter = Callable[[Any, Any], Any]
"""Of a batch (float32 [N, *sample shape]) and a seed (int32 [2]): the altered copies, in the same shape."""


def alter_for(samples: Values, strength: float) -> Alter:
    """How samples like these are altered, `strength` 1 being as far as people usually go.

    Pictures [H, W, C] are turned, shifted and stretched; series [T, …] shifted and stretched in time, their channels
    mixed as if the sensor sat otherwise, with noise; both get louder or fainter. Single features get noise. What a
    shift uncovers is filled with what usually lies at a picture's edge, or with a series' last value.
    """
    shape = samples.shape[1:]
    height, width = (shape[0], shape[1]) if len(shape) == 3 else (0, 0)
    if min(height, width) >= _SMALLEST_PICTURE and max(height, width) <= 2 * min(height, width):
        edges = (samples[:, 0], samples[:, -1], samples[:, :, 0], samples[:, :, -1])
        fill = float(np.median(np.concatenate([edge.reshape(-1) for edge in edges])))
        return lambda x, seed: _turned(x, seed, strength, fill)
    if len(shape) > 1 and shape[0] >= _SHORTEST_SERIES:
        return lambda x, seed: _slid(x, seed, strength)
    spread = samples.std(axis=0) * _NOISE * strength
    return lambda x, seed: x + spread * tf.random.stateless_normal(tf.shape(x), seed)


def _turned(x: Any, seed: Any, strength: float, fill: float) -> Any:
    """Pictures turned about their middle, stretched, shifted, and made louder or fainter."""
    height, width = int(x.shape[1]), int(x.shape[2])
    turn, stretch, down, right, louder = _draws(x, seed, 5, strength)
    size = tf.exp(stretch * _STRETCH)
    cos, sin = tf.cos(turn * _TURN) * size, tf.sin(turn * _TURN) * size
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    across = middle_x - cos * middle_x + sin * middle_y + right * _SHIFT * width
    along = middle_y - sin * middle_x - cos * middle_y + down * _SHIFT * height
    nothing = tf.zeros_like(cos)
    moved = _moved(x, [cos, -sin, across, sin, cos, along, nothing, nothing], fill, "CONSTANT")
    return fill + (moved - fill) * tf.reshape(tf.exp(louder * _LOUDER), (-1, 1, 1, 1))


def _slid(x: Any, seed: Any, strength: float) -> Any:
    """Series shifted and stretched in time, made louder or fainter, their channels mixed, with noise."""
    shape = x.shape[1:]
    length = int(shape[0])
    stretch, later, louder = _draws(x, seed, 3, strength)
    size = tf.exp(stretch * _STRETCH)
    one, nothing = tf.ones_like(size), tf.zeros_like(size)
    along = later * _SHIFT * length + (1 - size) * (length - 1) / 2
    flat = tf.reshape(x, (-1, length, 1, math.prod(shape[1:])))
    moved = _moved(flat, [one, nothing, nothing, nothing, size, along, nothing, nothing], 0.0, "NEAREST")
    louder_or_fainter = moved[:, :, 0] * tf.reshape(tf.exp(louder * _LOUDER), (-1, 1, 1))
    mixed = tf.einsum("ntc,ncd->ntd", louder_or_fainter, _mixing(x, seed + 1, strength))
    spread = tf.math.reduce_std(mixed, axis=[1, 2], keepdims=True)
    amount = tf.random.stateless_uniform(tf.shape(spread), seed + 2, 0.0, _NOISE * strength)
    noise = tf.random.stateless_normal(tf.shape(mixed), seed + 3)
    return tf.reshape(mixed + amount * spread * noise, (-1, *shape))


def _mixing(x: Any, seed: Any, strength: float) -> Any:
    """For each sample a rotation of its channels, [N, C, C], near to none; more than a few channels stay apart."""
    channels = math.prod(x.shape[2:])
    count = tf.shape(x)[0]
    whole = tf.eye(channels, batch_shape=[count])
    if not 1 < channels <= _FEW_CHANNELS:
        return whole
    stirred = whole + _MIXING * strength * tf.random.stateless_normal((count, channels, channels), seed)
    turned, triangle = tf.linalg.qr(stirred)
    return turned * tf.sign(tf.linalg.diag_part(triangle))[:, None, :]


def _draws(x: Any, seed: Any, count: int, strength: float) -> list[Any]:
    """`count` draws from -strength to strength for each sample."""
    drawn = tf.random.stateless_uniform((count, tf.shape(x)[0]), seed, -strength, strength)
    return [drawn[place] for place in range(count)]


def _moved(x: Any, transform: list[Any], fill: float, mode: str) -> Any:
    """Each picture resampled at the places that its transform (eight numbers) names."""
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=x,
        transforms=tf.stack(transform, 1),
        output_shape=tf.shape(x)[1:3],
        fill_value=fill,
        interpolation="BILINEAR",
        fill_mode=mode,
    )
