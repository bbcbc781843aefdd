"""How much each channel is missed by the layers behind it, and how those make up for its absence.

What a layer is given over some training samples is summed up once as H = Σ x·xᵀ, x being the inputs of one filter with
a 1 for the bias. Without some inputs, the weights W' that come closest to the old answers W·x in the least squares are
W·H[:, S]·H[S, S]⁻¹ for the inputs S that stay: no training, a few milliseconds. The inputs R that are missed least are
those of the smallest W[:, R]·(H⁻¹[R, R])⁻¹·W[:, R]ᵀ (optimal brain surgeon; Hassibi and Stork, 1993), taken one
channel after another.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset
from studio.core.tflite import DType, Operator, TfliteModel
from studio.worker.batch import showing
from studio.worker.cache import find_arrays, keep_arrays, key_of
from studio.worker.calibrate import training_rows, turns
from studio.worker.channels import Channels, channels_of, flattened
from studio.worker.reading import layers_in, read
from studio.worker.report import Report
from studio.worker.runner import Runner, Values

LISTENING = ("CONV_2D", "FULLY_CONNECTED")
_SAMPLES = 128
_MOST_ROWS, _FEWEST_ROWS = 6000, 1500  # sets of filter inputs that make up H, evenly from all samples
_MOST_INPUTS = 2400  # of one filter; beyond that H takes more memory and time than a slider has
# Multiplications for taking a group's channels one by one; beyond that several at once.
_MOST_WORK = 400_000_000
_SHARE_AT_ONCE = 32  # one of so many channels that are left goes in one step
_GRADIENT_STEPS = 12
_DAMPING = 1e-3  # of the mean of H's diagonal, so that inputs that hardly vary do not count
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Statistics:
    """H of each layer that listens to channels, by operator: float64 [inputs + 1, inputs + 1]; and the channels of each
    group of tied layers by root, the one missed least first."""

    squares: Mapping[int, Matrix]
    orders: tuple[npt.NDArray[np.int64], ...]

    def refitted(
        self, operator: int, weights: npt.NDArray[Any], bias: npt.NDArray[Any], stay: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None:
        """Weights [outputs, ..., channels that stay] and bias that answer as the whole ones did; None if unknown.

        `stay` says for each place along the weights' last axis whether it does.
        """
        squares = self.squares.get(operator)
        if squares is None:
            return None
        flat = np.concatenate([weights.reshape(len(weights), -1), bias[:, None]], axis=1).astype(np.float64)
        inputs = np.append(np.tile(stay, (flat.shape[1] - 1) // len(stay)), True)
        found = np.linalg.solve(squares[np.ix_(inputs, inputs)], squares[inputs] @ flat.T).T
        shape = (*weights.shape[:-1], int(stay.sum()))
        return found[:, :-1].reshape(shape).astype(np.float32), found[:, -1].astype(np.float32)

    def without(self, entering: Mapping[int, npt.NDArray[np.bool_]]) -> "Statistics":
        """The same where each of these layers hears only the channels of its mask (along its weights' last axis)."""
        left = dict(self.squares)
        for operator, stay in entering.items():
            if operator in left:
                inputs = np.append(np.tile(stay, (len(left[operator]) - 1) // len(stay)), True)
                left[operator] = left[operator][np.ix_(inputs, inputs)]
        return Statistics(left, ())


def refitted_under(
    weights: npt.NDArray[Any], bias: npt.NDArray[Any], mask: npt.NDArray[np.bool_], square: Matrix
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Weights that are 0 where `mask` is False, and a bias, that come closest to the old answers.

    For each filter H[S, S]·w' = H[S]·w, by a few steps of the conjugate gradient method for all filters at once.
    """
    h = square.astype(np.float32)
    flat = np.concatenate([weights.reshape(len(weights), -1), bias[:, None]], axis=1).astype(np.float32)
    free = np.concatenate([mask.reshape(len(mask), -1), np.ones((len(mask), 1), np.bool_)], axis=1)
    found = np.where(free, flat, np.float32(0))
    scaled = 1 / np.maximum(np.einsum("ii->i", h), np.float32(1e-12))
    rest = np.where(free, (flat - found) @ h, np.float32(0))
    direction = rest * scaled
    product = (rest * direction).sum(axis=1, keepdims=True)
    for _ in range(_GRADIENT_STEPS):
        ahead = np.where(free, direction @ h, np.float32(0))
        step = product / np.maximum((direction * ahead).sum(axis=1, keepdims=True), np.float32(1e-20))
        found += step * direction
        rest -= step * ahead
        before, product = product, (rest * rest * scaled).sum(axis=1, keepdims=True)
        direction = rest * scaled + product / np.maximum(before, np.float32(1e-20)) * direction
    return found[:, :-1].reshape(weights.shape), found[:, -1]


def statistics(content: bytes, sha256: str, dataset: Dataset, report: Report) -> Statistics:
    """The statistics of the float model `content` (named by `sha256`), from the cache where they were made before."""
    key = key_of("statistics", sha256, dataset.sha256, _SAMPLES)
    kept = _remembered(key)
    if kept is not None:
        return kept
    report(0.04, "Looking at what each channel does")
    model = read(content)
    channels = channels_of(model)
    squares = _squares(content, model, dataset, report)
    orders = []
    for group in channels.groups():
        orders.append(_order(model, channels, squares, group, report))
    keep_arrays(
        "statistics",
        key,
        **{f"h{operator}": values.astype(np.float32) for operator, values in squares.items()},
        **{f"o{place}": order for place, order in enumerate(orders)},
    )
    _remembered.cache_clear()
    return Statistics(squares, tuple(orders))


@lru_cache(maxsize=2)
def _remembered(key: str) -> Statistics | None:
    known = find_arrays("statistics", key)
    if known is None:
        return None
    squares = {int(name[1:]): known[name].astype(np.float64) for name in known if name.startswith("h")}
    orders = sum(name.startswith("o") for name in known)
    return Statistics(squares, tuple(known[f"o{place}"] for place in range(orders)))


def _squares(content: bytes, model: TfliteModel, dataset: Dataset, report: Report) -> dict[int, Matrix]:
    listening = [operator for operator in model.operators if _can_listen(model, operator)]
    outputs = int(np.prod(model.tensors[model.outputs[0]].shape[1:]))
    x = training_rows(dataset, outputs, _SAMPLES)
    shown, tensors = showing(content, model)
    runner = Runner(shown, quick=True)
    macs = sum(layer.macs for layer in layers_in(content))
    random = np.random.default_rng(1)
    found: dict[int, Matrix] = {}
    for part in turns(model, macs, len(x)):
        values = dict(zip(tensors, runner.values_of(x[part], tensors), strict=True))
        values[model.inputs[0]] = x[part]
        report(0.04, "Looking at what each channel does")
        for operator in listening:
            given = values[operator.inputs[0]]
            size = 8 * math.prod(model.tensors[operator.inputs[1]].shape[1:])
            most = max(_FEWEST_ROWS, min(_MOST_ROWS, size)) * len(given) // len(x) + 1
            rows = _rows(model, operator, given, random, most)
            rows = np.concatenate([rows, np.ones((len(rows), 1), np.float32)], axis=1)
            square = (rows.T @ rows).astype(np.float64)
            found[operator.index] = found.get(operator.index, np.zeros_like(square)) + square
            report(0.04, "Looking at what each channel does")
    for square in found.values():
        diagonal = np.einsum("ii->i", square)
        diagonal[:-1] += _DAMPING * diagonal[:-1].mean() + 1e-9
        square /= max(diagonal[-1], 1.0)
    # as they come back from the cache: what is made of them now and later is to be the same to the last bit
    return {operator: square.astype(np.float32).astype(np.float64) for operator, square in found.items()}


def _can_listen(model: TfliteModel, operator: Operator) -> bool:
    """Whether it is a convolution (not in groups) or dense layer with constant float weights and a bias."""
    if operator.name not in LISTENING or len(operator.inputs) < 3 or min(operator.inputs) < 0:
        return False
    given, weights, bias = (model.tensors[i] for i in operator.inputs[:3])
    constant = weights.is_constant and bias.is_constant and weights.dtype is DType.FLOAT32
    whole = operator.name == "FULLY_CONNECTED" or weights.shape[-1] == given.shape[-1]
    return constant and whole and math.prod(weights.shape[1:]) <= _MOST_INPUTS


def _rows(
    model: TfliteModel, operator: Operator, x: Values, random: np.random.Generator, most: int
) -> Values:
    """What single filters are given, [rows, inputs], drawn evenly from all samples and places."""
    weights = model.tensors[operator.inputs[1]].shape
    if operator.name == "FULLY_CONNECTED":
        return x.reshape(-1, weights[1])
    _, height, width, _ = weights
    _, rows, columns, _ = model.tensors[operator.outputs[0]].shape
    options = operator.options
    per_sample = max(1, min(rows * columns, -(-most // len(x))))
    places = np.stack([random.permutation(rows * columns)[:per_sample] for _ in range(len(x))])
    tall, wide = (height - 1) * options.dilation_h + 1, (width - 1) * options.dilation_w + 1
    above = before = 0
    if options.padding == "SAME":
        above = max(0, ((rows - 1) * options.stride_h + tall - x.shape[1])) // 2
        before = max(0, ((columns - 1) * options.stride_w + wide - x.shape[2])) // 2
    padded = np.pad(x, ((0, 0), (above, tall), (before, wide), (0, 0)))
    y = (places // columns * options.stride_h)[:, :, None, None] + (np.arange(height) * options.dilation_h)[
        :, None
    ]
    z = (places % columns * options.stride_w)[:, :, None, None] + (np.arange(width) * options.dilation_w)[
        None, :
    ]
    found: Values = padded[np.arange(len(x))[:, None, None, None], y, z].reshape(len(x) * per_sample, -1)
    return found


@dataclass
class _Listener:
    """A layer behind the channels: its weights with the bias, H⁻¹, and which of its inputs each channel feeds.

    `inputs` is int64 [channels, inputs of each]; `roots` names the channels in the same order.
    """

    weights: Matrix
    inverse: Matrix
    roots: npt.NDArray[np.int64]
    inputs: npt.NDArray[np.int64]
    energy: float

    def costs(self) -> Matrix:
        """What its answers lose without each channel, as a share of how much they vary: float64 [channels]."""
        blocks = self.inverse[self.inputs[:, :, None], self.inputs[:, None, :]]
        wanted = self.weights[:, self.inputs].transpose(1, 2, 0)
        found: Matrix = np.einsum("cio,cio->c", wanted, np.linalg.solve(blocks, wanted)) / self.energy
        return found

    def remove(self, roots: npt.NDArray[np.int64]) -> None:
        """Take channels out, and let the others make up for them."""
        gone = np.isin(self.roots, roots)
        at = self.inputs[gone].ravel()
        if len(at):
            share = np.linalg.solve(self.inverse[np.ix_(at, at)], self.inverse[at])
            self.weights -= self.weights[:, at] @ share
            self.inverse -= self.inverse[:, at] @ share
            self.roots, self.inputs = self.roots[~gone], self.inputs[~gone]


def _order(
    model: TfliteModel, channels: Channels, squares: Mapping[int, Matrix], group: Any, report: Report
) -> npt.NDArray[np.int64]:
    """The roots of a group's channels, that which is missed least first; empty where nobody listens."""
    roots = sorted({int(root) for producer in group for root in channels.roots(producer.ids)})
    listeners = [
        listener
        for operator in model.operators
        if (square := squares.get(operator.index)) is not None
        and (listener := _listener(model, operator, channels, square, set(roots))) is not None
    ]
    if not listeners or set(roots) & set(channels.frozen_roots()):
        return np.zeros(0, np.int64)
    work = len(roots) * max(len(listener.inverse) for listener in listeners) ** 2
    at_once = 1 + work * max(listener.inputs.shape[1] for listener in listeners) // _MOST_WORK
    left = np.array(roots, np.int64)
    order: list[int] = []
    while len(left) > 1:
        costs = np.zeros(len(left))
        for listener in listeners:
            costs[np.searchsorted(left, listener.roots)] += listener.costs()
            report(0.05, "Looking at what each channel does")
        least = np.argsort(costs, kind="stable")[: max(at_once, len(left) // _SHARE_AT_ONCE)]
        order += [int(root) for root in left[least]]
        for listener in listeners:
            listener.remove(left[least])
        left = np.delete(left, least)
    return np.array([*order, *left], np.int64)


def _listener(
    model: TfliteModel, operator: Operator, channels: Channels, square: Matrix, roots: set[int]
) -> _Listener | None:
    ids = channels.ids[operator.inputs[0]]
    if operator.name == "FULLY_CONNECTED":
        ids = flattened(model, operator.inputs[0], ids)
    weights: Matrix = np.asarray(model.constant(operator.inputs[1]), np.float64)
    bias: Matrix = np.asarray(model.constant(operator.inputs[2]), np.float64)
    of = np.tile(channels.roots(ids), weights[0].size // len(ids))
    heard = np.array(sorted(roots & set(of.tolist())), np.int64)
    if not len(heard):
        return None
    counts = np.array([int((of == root).sum()) for root in heard])
    if (counts != counts[0]).any():  # channels that it hears more often than others
        return None
    inputs = np.argsort(of, kind="stable")
    inputs = inputs[np.isin(of[inputs], heard)].reshape(len(heard), -1)
    flat: Matrix = np.concatenate([weights.reshape(len(weights), -1), bias.reshape(-1, 1)], axis=1)
    mean = square[:, -1:] / square[-1, -1]
    spread = np.einsum("oi,ij,oj->", flat, square - square[-1, -1] * mean @ mean.T, flat, optimize=True)
    inverse: Matrix = np.linalg.inv(square).astype(np.float64)
    return _Listener(flat, inverse, heard, inputs, max(float(spread), 1e-12))
