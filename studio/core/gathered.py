"""What was gathered from a user's own files, before it is divided into splits and stored."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError

# Told the share that is done, often: the reader may be stopped there.
Tick = Callable[[float], None]

MOST_BYTES = 1 << 30  # of float32 numbers: what a small computer holds besides TensorFlow


@dataclass(frozen=True)
class Origins:
    """Where samples came from: `files` str [N], below the folder that was read; `at` float64 [N], where in the file.

    `at` is the second of a recording, a table's row or an array's, counted from 0; NaN where the file is one sample.
    """

    files: npt.NDArray[np.str_]
    at: npt.NDArray[np.float64]

    def take(self, rows: npt.NDArray[np.int64]) -> "Origins":
        """Those of these samples."""
        return Origins(self.files[rows], self.at[rows])


@dataclass(frozen=True)
class Gathered:
    """Samples in the model's shape.

    `x`: float32 [N, *shape]; `y`: class names (str [N]), class numbers (int [N]) or target numbers (float32 [N, K]);
    `groups`: str [N] for each group column; `units`: int [N], samples with the same number were cut from one
    recording and stay together; `steps` says what was done to the files, `notes` what deserves care. `saved_as` is
    the number type that the samples had in their file ("int8"), "" where the files hold no such numbers; `origins`
    says where each came from, None where that is not known.
    """

    x: npt.NDArray[np.float32]
    y: npt.NDArray[Any]
    groups: dict[str, npt.NDArray[np.str_]] = field(default_factory=dict)
    units: npt.NDArray[np.int64] | None = None
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    saved_as: str = ""
    origins: Origins | None = None


def joined(parts: list[Gathered]) -> Gathered:
    """All parts as one, in order; recordings of different parts stay different."""
    first = parts[0]
    if len(parts) == 1:
        return first
    names = set(first.groups).intersection(*(part.groups for part in parts))
    units = None
    if all(part.units is not None for part in parts):
        starts = np.cumsum([0, *(_count(part) for part in parts[:-1])])
        units = np.concatenate([_units(part) + start for part, start in zip(parts, starts, strict=True)])
    return Gathered(
        np.concatenate([part.x for part in parts]),
        np.concatenate([part.y for part in parts]),
        {name: np.concatenate([part.groups[name] for part in parts]) for name in sorted(names)},
        units,
        tuple(dict.fromkeys(step for part in parts for step in part.steps)),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
        origins=_joined_origins(parts),
    )


def check_size(samples: int, shape: tuple[int, ...], where: str) -> None:
    """Raise StudioError where so many samples do not fit into memory."""
    size = samples * int(np.prod(shape, dtype=np.int64)) * 4
    if size > MOST_BYTES:
        fits = MOST_BYTES * samples // size
        raise StudioError(
            f"{where} is too much to hold in memory: {samples:,} samples take {size / 1e9:.1f} GB as numbers. "
            f"Take a part of it, at most {fits:,} samples."
        )


def _joined_origins(parts: list[Gathered]) -> Origins | None:
    known = [part.origins for part in parts if part.origins is not None]
    if len(known) < len(parts):
        return None
    return Origins(np.concatenate([one.files for one in known]), np.concatenate([one.at for one in known]))


def _units(part: Gathered) -> npt.NDArray[np.int64]:
    assert part.units is not None
    return part.units


def _count(part: Gathered) -> int:
    units = _units(part)
    return int(units.max()) + 1 if len(units) else 0
