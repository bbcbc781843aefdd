"""Scores for training samples by a quick classifier that has not seen them: 3-fold, trees on the inputs and spectra."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.samples import Face, face_of, plain_shape

Values = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

FOLDS = 3
_TREES = 48
_AT_ONCE = 6  # trees, between two reports
_LONGEST_SIDE = 16  # of a picture
_MOST_STEPS = 256  # of a trace or waveform, and bands of its frequencies
_FEWEST, _MOST = 500, 2000  # samples
_MOST_NUMBERS = 1_000_000  # in all of them: about two seconds
_SHARPEST = 6.0  # powers of two


@dataclass(frozen=True)
class OutOfFold:
    """Training samples `rows` (int64 [M], numbers in their split), their labels `y`, and scores float64 [M, K]."""

    rows: Rows
    y: Rows
    scores: npt.NDArray[np.float64]

    @property
    def found_share(self) -> float:
        """How much of a class is found, in the mean of the classes that there are."""
        hits = self.scores.argmax(axis=1) == self.y
        return float(np.mean([hits[self.y == label].mean() for label in np.unique(self.y)]))


def out_of_fold(
    x: Values, y: Rows, rows: Rows, classes: int, each: Callable[[], None], *, seed: int = 0
) -> OutOfFold:
    """Scores for the samples `x` [M, *shape] labelled `y` [M], each by trees that were grown without it.

    Extremely randomized trees (Geurts, Ernst and Wehenkel, 2006) on what `seen` makes of a sample, three times on two
    thirds of each class. Trees are right more often than they are sure: their votes are raised to the power that makes
    them as sure in the mean as they are right. `each` is called again and again. The same seed gives the same scores.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    features = seen(x)
    fold = folds(y, seed)
    votes = np.zeros((len(y), classes))
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        if not inside.any() or not outside.any():
            continue
        trees = ExtraTreesClassifier(_AT_ONCE, random_state=seed, warm_start=True)
        for grown in range(_AT_ONCE, _TREES + 1, _AT_ONCE):
            each()
            trees.set_params(n_estimators=grown)
            trees.fit(features[inside], y[inside])
        each()
        votes[np.ix_(outside, trees.classes_)] = trees.predict_proba(features[outside])
    return OutOfFold(rows, y, _sharpened(votes, y))


def most_samples(shape: tuple[int, ...]) -> int:
    """How many samples of this shape the trees are grown on at most, so that it takes seconds."""
    features = int(seen(np.zeros((1, *shape), np.float32)).shape[1])
    return max(_FEWEST, min(_MOST, _MOST_NUMBERS // features))


def folds(y: Rows, seed: int) -> Rows:
    """The fold (0 to 2) of each sample: classes are spread evenly, in an order drawn with the seed."""
    order = np.random.default_rng([seed, 14]).permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    fold = np.empty(len(y), np.int64)
    fold[order] = np.arange(len(y)) % FOLDS
    return fold


def seen(x: Values) -> Values:
    """What the trees see of samples [N, *shape]: float32 [N, features].

    The numbers themselves, those of large samples averaged over blocks. Of traces and waveforms the strengths of
    their frequencies too, and each channel's mean, spread and ends, which do not depend on when something happens.
    """
    sides = plain_shape(x.shape[1:])
    face = face_of(x.shape[1:])
    values = x.reshape(len(x), *sides)
    if face is Face.BARS:
        return values.reshape(len(x), -1)
    if face is Face.PICTURE:
        coarse = _averaged(_averaged(values, 1, _LONGEST_SIDE), 2, _LONGEST_SIDE)
        return np.ascontiguousarray(coarse.reshape(len(x), -1))
    steps = values.reshape(len(x), sides[0], -1)
    middle = steps.mean(axis=1, keepdims=True)
    strengths = np.abs(np.fft.rfft(steps - middle, axis=1)).astype(np.float32)
    parts = (
        _averaged(steps, 1, _MOST_STEPS),
        _averaged(strengths, 1, _MOST_STEPS),
        middle,
        steps.std(axis=1, keepdims=True),
        steps.min(axis=1, keepdims=True),
        steps.max(axis=1, keepdims=True),
    )
    return np.concatenate([part.reshape(len(x), -1) for part in parts], axis=1).astype(np.float32)


def _averaged(values: Values, axis: int, most: int) -> Values:
    """Blocks along an axis averaged, so that at most `most` are left."""
    size = values.shape[axis]
    block = math.ceil(size / most)
    if block == 1:
        return values
    begins = np.arange(0, size, block)
    lengths = np.diff(np.append(begins, size))
    shape = [1] * values.ndim
    shape[axis] = -1
    sums = np.add.reduceat(values, begins, axis=axis)
    return (sums / lengths.reshape(shape)).astype(np.float32)


def _sharpened(votes: npt.NDArray[np.float64], y: Rows) -> npt.NDArray[np.float64]:
    """Votes raised to a power and divided by their sum, so that the mean of the highest is the share of right ones."""
    right = float((votes.argmax(axis=1) == y).mean())
    low, high = 0.0, _SHARPEST
    for _ in range(30):
        middle = (low + high) / 2
        if float(_raised(votes, 2.0**middle).max(axis=1).mean()) < right:
            low = middle
        else:
            high = middle
    return _raised(votes, 2.0**low)


def _raised(votes: npt.NDArray[np.float64], power: float) -> npt.NDArray[np.float64]:
    highest = votes.max(axis=1, keepdims=True)
    raised = (votes / np.where(highest > 0, highest, 1.0)) ** power
    total = raised.sum(axis=1, keepdims=True)
    found: npt.NDArray[np.float64] = raised / np.where(total > 0, total, 1.0)
    return found
