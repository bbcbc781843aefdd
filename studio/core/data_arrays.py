"""The arrays of a file with samples, checked against what a model takes and answers."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError


def checked_x(
    x: npt.NDArray[np.generic], file: Path, input_shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    """The samples as float32 [N, *input_shape]; StudioError that names `file` for other shapes, NaN and infinity."""
    if not (np.issubdtype(x.dtype, np.number) or x.dtype == np.bool_):
        raise StudioError(f"x in {file.name} holds {x.dtype}, not numbers. Save it as float32.")
    if len(x) == 0 or x.ndim == 0:
        raise StudioError(f"{file.name} has no samples. Add at least one.")
    if x.shape[1:] != input_shape:
        squeezed = tuple(size for size in x.shape[1:] if size != 1)
        if squeezed != tuple(size for size in input_shape if size != 1):
            raise StudioError(
                f"Each sample in {file.name} has the shape {list(x.shape[1:])}, but the model takes "
                f"{list(input_shape)}. {_cure(x.shape[1:], input_shape)}"
            )
        x = x.reshape(len(x), *input_shape)
    values = x.astype(np.float32)
    bad = ~np.isfinite(values).reshape(len(values), -1).all(axis=1)
    if bad.any():
        raise StudioError(
            f"{int(bad.sum())} of {len(values)} samples in {file.name} hold NaN or infinite values "
            f"(the first is sample {int(np.argmax(bad))}). Remove or repair them."
        )
    return values


def _cure(given: tuple[int, ...], taken: tuple[int, ...]) -> str:
    if len(given) > 1 and (*given[1:], given[0]) == taken:
        axes = ", ".join(map(str, (0, *range(2, len(given) + 1), 1)))
        return f"Its channels come first; put them last with numpy.transpose(x, ({axes}))."
    return "Prepare the data as it was for training."


def checked_y(
    y: npt.NDArray[np.generic], file: Path, samples: int, outputs: int
) -> npt.NDArray[np.int64] | npt.NDArray[np.float32]:
    """The answers as int64 [N] or float32 [N, outputs]; StudioError that names `file` where they do not fit."""
    if len(np.atleast_1d(y)) != samples:
        raise StudioError(
            f"{file.name} has {samples} samples but {len(np.atleast_1d(y))} labels. Give one each."
        )
    if y.ndim == 2 and y.shape[1] == 1 and outputs > 1 and np.issubdtype(y.dtype, np.integer):
        y = y[:, 0]
    if np.issubdtype(y.dtype, np.integer) and y.ndim == 1 and outputs > 1:
        numbers = y.astype(np.int64)
        wrong = (numbers < 0) | (numbers >= outputs)
        if wrong.any():
            raise StudioError(
                f"Label {int(numbers[int(np.argmax(wrong))])} in {file.name} is outside the model's classes "
                f"(0 to {outputs - 1}). Check that data and model belong together."
            )
        return numbers
    if not np.issubdtype(y.dtype, np.number):
        raise StudioError(f"y in {file.name} holds {y.dtype}. Give class numbers (0, 1, …) or target values.")
    values: npt.NDArray[np.float32] = y.astype(np.float32).reshape(samples, -1)
    if values.shape[1] != outputs:
        raise StudioError(
            f"y in {file.name} has {values.shape[1]} number(s) for each sample, but the model answers {outputs}. "
            "Give whole numbers (0, 1, …) for classes, or as many targets as the model has outputs."
        )
    if not np.isfinite(values).all():
        raise StudioError(f"y in {file.name} holds NaN or infinite values. Remove or repair those samples.")
    if outputs > 1 and np.isin(values, (0.0, 1.0)).all() and (values.sum(axis=1) == 1).all():
        classes: npt.NDArray[np.int64] = values.argmax(axis=1).astype(np.int64)
        return classes
    return values
