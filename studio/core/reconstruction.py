"""Autoencoders: how data says that a model is to give back what it is given, and how far it is from that."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]

MARK = "anomaly"  # the column of an .npz that marks anomalous samples where y holds the targets


@dataclass(frozen=True)
class Reconstruction:
    """What an autoencoder is to give back, float32 [N, K], and which samples are anomalous where that is known."""

    targets: Values
    anomalous: Marks | None


def as_reconstruction(
    x: Values,
    y: npt.NDArray[np.generic] | None,
    mark: npt.NDArray[np.generic] | None,
    outputs: int,
    *,
    names_classes: bool,
) -> Reconstruction | None:
    """The data as an autoencoder's, or None where it is for classes or numbers.

    It is an autoencoder's where the model gives as many numbers as it takes and y is left out, equals x, or holds
    nothing but 0 (normal) and 1 (anomalous); the last not where labels.txt names a class for each output
    (`names_classes`) or where there are two outputs, for those are classes. `mark` is the column "anomaly".
    """
    flat = x.reshape(len(x), -1)
    if outputs < 2 or flat.shape[1] != outputs:
        return None
    if y is None:
        return Reconstruction(flat, _marks(mark))
    if (
        y.size == flat.size
        and np.issubdtype(y.dtype, np.number)
        and np.array_equal(y.reshape(flat.shape), flat)
    ):
        return Reconstruction(flat, _marks(mark))
    whole = y.dtype == np.bool_ or np.issubdtype(y.dtype, np.integer)
    if outputs > 2 and not names_classes and whole and y.size == len(x) and np.isin(y, (0, 1)).all():
        return Reconstruction(flat, y.reshape(-1).astype(np.bool_))
    return None


def reconstruction_errors(targets: Values, scores: Values) -> Values:
    """The mean squared difference of each sample, float32 [N]: what a threshold is set on."""
    found: Values = np.square(scores - targets).mean(axis=1, dtype=np.float64).astype(np.float32)
    return found


def _marks(mark: npt.NDArray[np.generic] | None) -> Marks | None:
    if mark is None or not np.isin(mark, (0, 1)).all():
        return None
    return mark.astype(np.bool_)
