"""Constants of a model that are samples of its data: layers that keep what they were shown, in a scale of their own."""

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.tflite import read

_FEWEST = 32  # numbers of a sample: fewer look alike by chance
_DISTINCT = 6  # numbers of a constant's row
_ALIKE = 0.995  # correlation; rounding to int8 leaves more, training on other samples less
_MOST_WORK = 2_000_000_000  # multiplications; what is more is left out, the last samples first


def memorized(content: bytes, samples: npt.NDArray[Any]) -> list[int]:
    """The rows of `samples` [N, D] that a constant of a .tflite file holds, scaled and rounded as weights are.

    A constant holds them one after the other, or one in each column. Nothing is found in a damaged file.
    """
    size = samples.shape[1]
    if size < _FEWEST:
        return []
    kept = [rows for rows in _constants(content, size) if len(rows)]
    if not kept:
        return []
    rows = np.concatenate(kept)
    rows = rows[(np.diff(np.sort(rows, axis=1), axis=1) != 0).sum(axis=1) >= _DISTINCT - 1]
    if not len(rows):
        return []
    most = max(1, _MOST_WORK // (len(rows) * size))
    alike = np.abs(_plain(samples[:most]) @ _plain(rows).T).max(axis=1)
    return [int(row) for row in np.flatnonzero(alike >= _ALIKE)]


def _constants(content: bytes, size: int) -> list[npt.NDArray[np.float32]]:
    try:
        model = read(content)
        found = []
        for tensor in model.tensors:
            if not tensor.is_constant or tensor.count % size or tensor.is_sparse:
                continue
            values = model.constant(tensor.index)
            if values is None or values.dtype.kind not in "if" or values.dtype.itemsize > 4:
                continue
            numbers = np.nan_to_num(values.astype(np.float32))
            found.append(numbers.reshape(-1, size))
            if len(tensor.shape) == 2 and tensor.shape[0] == size:
                found.append(numbers.T)
    except StudioError:
        return []
    return found


def _plain(rows: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Rows with mean 0 and length 1; those without any spread stay zero."""
    centred = np.nan_to_num(rows.astype(np.float32))
    centred = centred - centred.mean(axis=1, keepdims=True)
    length = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    found: npt.NDArray[np.float32] = centred / np.where(length > 0, length, 1)
    return found
