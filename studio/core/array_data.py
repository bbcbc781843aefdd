"""Pairs of .npy files: x with the samples and y with the answers, for each split or once for all."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.data_files import array_pairs
from studio.core.errors import StudioError
from studio.core.gathered import Gathered, Origins, Tick, check_size
from studio.core.storage import read_error


def read_arrays(path: Path, shape: tuple[int, ...], outputs: int, tick: Tick) -> dict[str, Gathered]:
    """The pairs in a folder, or the pair that the file `path` is one of, by split."""
    pairs = array_pairs(path)
    if not pairs:
        raise StudioError(
            f"{path.name} has no partner. Put the answers beside the samples: x.npy with y.npy, or x_train.npy with "
            "y_train.npy and x_test.npy with y_test.npy."
        )
    found = {}
    for number, (split, (x_file, y_file)) in enumerate(pairs.items()):
        tick(number / len(pairs))
        x, y = _array(x_file), _array(y_file)
        if not (np.issubdtype(x.dtype, np.number) or x.dtype == np.bool_):
            raise StudioError(f"{x_file.name} holds {x.dtype}, not numbers. Save it as float32.")
        if x.ndim == 0 or len(x) == 0:
            raise StudioError(f"{x_file.name} has no samples. Add at least one.")
        if len(np.atleast_1d(y)) != len(x):
            raise StudioError(
                f"{x_file.name} has {len(x)} samples but {y_file.name} {len(np.atleast_1d(y))} answers. Give one each."
            )
        check_size(len(x), x.shape[1:], x_file.name)
        origins = Origins(np.full(len(x), x_file.name), np.arange(len(x), dtype=np.float64))
        found[split] = Gathered(
            np.asarray(x, np.float32), _answers(y, outputs), saved_as=x.dtype.name, origins=origins
        )
    return found


def _answers(y: npt.NDArray[Any], outputs: int) -> npt.NDArray[Any]:
    if y.dtype.kind in "US":
        return y.astype(str).reshape(-1)
    if outputs > 1 and np.issubdtype(y.dtype, np.integer):
        if y.ndim == 2 and y.shape[1] == 1:
            return np.asarray(y[:, 0])
        return y if y.ndim == 1 else np.asarray(y, np.float32)
    if outputs > 1 and y.ndim == 2 and np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all():
        return np.asarray(y.argmax(axis=1))
    return np.asarray(y, np.float32).reshape(len(y), -1) if np.issubdtype(y.dtype, np.number) else y


def _array(file: Path) -> npt.NDArray[Any]:
    try:
        with file.open("rb") as stream:
            found: npt.NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
    except OSError as error:
        raise read_error(file, error) from error
    except (ValueError, EOFError) as error:
        if "Object arrays" in str(error):
            raise StudioError(
                f"{file.name} holds Python objects, which could carry code, in the place of numbers. Save it again "
                "with numpy.save(…, np.asarray(x, dtype=np.float32))."
            ) from error
        raise StudioError(
            f"{file.name} is damaged or not an .npy file. Save it again with numpy.save(…)."
        ) from error
    return found
