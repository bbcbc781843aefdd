"""The file that a sample came from, in the user's own data, and the place in it: where a wrong label is mended."""

import math
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from studio.core.data_files import DataKind
from studio.core.dataset import Dataset
from studio.core.gathered import Gathered
from studio.core.phrases import phrase
from studio.core.sample_rows import rows_of

ORIGINS = "origins"
"""The .npz beside converted splits that says where their samples came from."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file by its whole path, and in words with the place in it ("tap/3.wav, from second 2.00")."""

    path: str
    words: str


def origin_arrays(parts: Mapping[str, Gathered]) -> dict[str, npt.NDArray[Any]]:
    """What is stored as ORIGINS: for each split whose origins are known files str [N] and places float64 [N]."""
    found: dict[str, npt.NDArray[Any]] = {}
    for split, part in parts.items():
        if part.origins is not None:
            found |= {f"{split}_files": part.origins.files, f"{split}_at": part.origins.at}
    return found


def file_of(dataset: Dataset, split: str, row: int) -> SampleFile | None:
    """Where a sample of a split came from; None where that is not known. Reads a few bytes."""
    if dataset.kind is DataKind.ARCHIVES:
        given = Path(
            dataset.source or dataset.path
        )  # what was in quantized steps lies converted in the cache
        file = given / f"{split}.npz" if given.is_dir() else given
        return SampleFile(str(file), _words(dataset.kind, file.name, float(row)))
    try:
        with (Path(dataset.path) / f"{ORIGINS}.npz").open("rb") as stream, zipfile.ZipFile(stream) as archive:
            name = str(rows_of(archive, stream, f"{split}_files.npy", (row,))[0])
            at = float(rows_of(archive, stream, f"{split}_at.npy", (row,))[0])
    except (OSError, ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile, struct.error):
        return None  # the sample can be looked at without it
    source = Path(dataset.source)
    below = source if source.is_dir() else source.parent
    return SampleFile(str(below / name), _words(dataset.kind, name, at))


def _words(kind: DataKind, file: str, at: float) -> str:
    if math.isnan(at):
        return file
    if kind is DataKind.SOUNDS:
        return phrase("{file}, from second {second}", file=file, second=f"{at:.2f}")
    if kind is DataKind.TABLE:
        return phrase("{file}, line {line}", file=file, line=f"{at + 2:.0f}")  # below the heading
    return phrase("{file}, sample {number} (the first is 0)", file=file, number=f"{at:.0f}")
