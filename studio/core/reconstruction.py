"""Autoencoders: how data says that a model is to give back what it is given, and how far it is from that."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]
Marks = npt.NDArray[np.bool_]

LABEL = "label"  # the group column that classes of an autoencoder's samples become
MARK = "anomaly"  # the column of an .npz that marks anomalous samples where y holds the targets


@dataclass(frozen=True)
class Reconstruction:
    """What an autoencoder is to give back, float32 [N, K], and which samples are anomalous where that is known.

    `labels` (str [N]) are the samples' own classes where they have such: nothing that the model answers.
    """

    targets: Values
    anomalous: Marks | None
    labels: npt.NDArray[np.str_] | None = None


def as_reconstruction(
    x: Values,
    y: npt.NDArray[np.generic] | None,
    mark: npt.NDArray[np.generic] | None,
    outputs: int,
    *,
    names: tuple[str, ...],
) -> Reconstruction | None:
    """The data as an autoencoder's, or None where it is for classes or numbers.

    It is an autoencoder's where the model gives as many numbers as it takes and y is left out, equals x, holds nothing
    but 0 (normal) and 1 (anomalous), or numbers of the classes that labels.txt names (`names`); the last two not where
    those are as many as the outputs or where there are two outputs, for then they are what the model answers. `mark`
    is the column "anomaly".
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
    if outputs == 2 or len(names) == outputs or not whole or y.size != len(x):
        return None
    numbers = y.reshape(-1).astype(np.int64)
    if np.isin(numbers, (0, 1)).all():
        return Reconstruction(flat, numbers.astype(np.bool_))
    if names and numbers.min() >= 0 and numbers.max() < len(names):
        return Reconstruction(flat, _marks(mark), np.array(names)[numbers])
    return None


def about_labels(names: tuple[str, ...], labels: npt.NDArray[np.str_] | None) -> str:
    """What the names in labels.txt are to an autoencoder; `labels` is its samples' group LABEL where there is one."""
    said = f"The model gives back what it is given: the {len(names)} names in labels.txt are no classes that it answers"
    if labels is not None and set(labels.tolist()) <= set(names):
        return f"{said}: they are the group '{LABEL}'."
    return f"{said}."


def doubt_of_classes(seen: int, features: int, outputs: int) -> str | None:
    """A sentence where data of `seen` classes, for `features` numbers in and `outputs` out, may be an autoencoder's."""
    if outputs < 3 or features != outputs or 2 * seen > outputs:
        return None
    return (
        f"The model gives as many numbers as it takes ({outputs}), and only {seen} of so many classes occur. If it is "
        "an autoencoder, leave y out, or name the classes of the samples in a labels.txt beside the data."
    )


def reconstruction_errors(targets: Values, scores: Values) -> Values:
    """The mean squared difference of each sample, float32 [N]: what a threshold is set on."""
    found: Values = np.square(scores - targets).mean(axis=1, dtype=np.float64).astype(np.float32)
    return found


def _marks(mark: npt.NDArray[np.generic] | None) -> Marks | None:
    if mark is None or not np.isin(mark, (0, 1)).all():
        return None
    return mark.astype(np.bool_)
