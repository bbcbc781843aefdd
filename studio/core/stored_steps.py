"""Samples that were saved as the quantized steps of a model's own input, told apart from real numbers."""

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.formatting import show_share
from studio.core.model import TensorInfo

_INPUTS = ("int8", "uint8", "int16")
# Of the values: a model's own data, in real numbers, lies within what its input was calibrated for.
_OUTSIDE = 0.1


@dataclass(frozen=True, slots=True)
class StepsReading:
    """How whole numbers are read: `as_steps` as the input's own quantized steps, else as the real numbers they are.

    `note` says so, and why; "" where nothing needs to be said.
    """

    as_steps: bool = False
    note: str = ""


def reading_of(parts: Iterable[npt.NDArray[Any]], kind: str, taken: TensorInfo) -> StepsReading:
    """How samples (any shape) that were saved as `kind` ("int8", "float32"…) are read for the input `taken`.

    They are its steps where they have its own type and, of those that are not 0, more than a tenth would lie outside of
    what it can hold as real numbers.
    """
    if taken.scale is None or taken.dtype not in _INPUTS or not kind.startswith(("int", "uint")):
        return StepsReading()
    steps = np.iinfo(taken.dtype)
    least, most = real_of_steps(np.array([steps.min, steps.max]), taken).tolist()
    half = taken.scale / 2  # what is rounded to the last steps is held too
    low, high = least - half, most + half
    values = [part.reshape(-1) for part in parts]
    outside = sum(int(((part < low) | (part > high)).sum()) for part in values)
    total = sum(part.size for part in values)
    others = sum(int(np.count_nonzero(part)) for part in values)
    held = f"{_show(least)} to {_show(most)}"
    if kind != taken.dtype:
        if outside <= _OUTSIDE * total:
            return StepsReading()
        return StepsReading(
            note=f"The samples are saved as {kind} and read as real numbers, but {show_share(outside / total, 0)} of "
            f"them lie outside of what the model's input holds ({held}) and are cut off there. Bring them into that "
            "range as for training, for example x / 255 for pictures, and save them as float32."
        )
    if (taken.scale, taken.zero_point or 0) == (1.0, 0):  # both readings are one
        return StepsReading()
    if outside > _OUTSIDE * others:
        return StepsReading(
            True,
            f"The samples are saved as {kind}, the type of the model's input, and {show_share(outside / total, 0)} of "
            f"them lie outside of what that input holds as real numbers ({held}): they are read as its own quantized "
            f"steps, real = {_formula(taken)}. If they are real numbers, save them as float32.",
        )
    return StepsReading(
        note=f"The samples are saved as {kind}, the type of the model's input, but "
        f"{show_share(1 - outside / total, 0)} of them lie within what that input holds as real numbers ({held}): "
        f"they are read as real numbers. If they are its quantized steps, save {_formula(taken)} as float32."
    )


def readings_of(
    parts: Mapping[str, tuple[npt.NDArray[Any], str]], taken: TensorInfo
) -> dict[str, StepsReading]:
    """The reading of each split, given its samples and their number type; splits of one type are read alike."""
    kinds = {kind for _, kind in parts.values()}
    found = {kind: reading_of([x for x, own in parts.values() if own == kind], kind, taken) for kind in kinds}
    return {name: found[kind] for name, (_, kind) in parts.items()}


def real_of_steps(steps: npt.NDArray[Any], taken: TensorInfo) -> npt.NDArray[np.float32]:
    """Quantized steps as float32 numbers: scale × (step − zero point), as the TensorFlow Lite format has it."""
    zero_point = np.float32(taken.zero_point or 0)
    found: npt.NDArray[np.float32] = np.float32(taken.scale or 1.0) * (steps.astype(np.float32) - zero_point)
    return found


def real_pair(
    x: npt.NDArray[Any], y: npt.NDArray[Any] | None, taken: TensorInfo
) -> tuple[npt.NDArray[np.float32], npt.NDArray[Any] | None]:
    """Samples in steps as real numbers, and with them y where an autoencoder's targets are its samples."""
    real = real_of_steps(x, taken)
    rebuilt = y is not None and y.size == x.size and np.array_equal(y.reshape(x.shape), x)
    return real, real.reshape(len(real), -1) if rebuilt else y


def kind_in_archive(file: Path, name: str) -> str:
    """The number type of an array in an .npz ("int8"), read from its head alone; "" where there is no such array.

    A file that is no .npz has none either: what reads it whole says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(file) as archive, archive.open(f"{name}.npy") as stream:
            version = np.lib.format.read_magic(stream)
            first = version == (1, 0)
            read = np.lib.format.read_array_header_1_0 if first else np.lib.format.read_array_header_2_0
            return str(read(stream)[2].name)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return ""


def _formula(taken: TensorInfo) -> str:
    zero_point = taken.zero_point or 0
    sign = "−" if zero_point >= 0 else "+"
    return f"{taken.scale:.6g} × (x {sign} {abs(zero_point)})"


def _show(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
