"""Data sets on disk: train, validation and test splits with labels and group columns."""

import hashlib
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.data_arrays import checked_x, checked_y
from studio.core.data_files import DataKind, listed_labels
from studio.core.errors import StudioError
from studio.core.reconstruction import LABEL, MARK, about_labels, as_reconstruction, doubt_of_classes
from studio.core.storage import read_error, sha256_of

_FAR = 1000.0
_HASHED_ROWS = 1024


class Task(StrEnum):
    """What the model answers: one of several classes, numbers, or what it was given (`core/reconstruction.py`)."""

    CLASSIFICATION = "classification"
    REGRESSION = "regression"
    AUTOENCODER = "autoencoder"


@dataclass(frozen=True, slots=True)
class SplitChoice:
    """How data that comes without splits is divided: shares for test and validation, the rest trains.

    Drawn with `seed`, the same share of each class; with `group` (a group column) no group is in two splits.
    """

    seed: int = 1
    test_share: float = 0.2
    validation_share: float = 0.15
    group: str = ""


@dataclass(frozen=True, slots=True)
class SplitInfo:
    """One split: its samples and, for classes, how many of each. `sha256` is over samples, labels and groups."""

    name: str
    samples: int
    class_counts: tuple[int, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set that was checked against a model; its arrays stay in its files.

    `path` is a folder with train/validation/test .npz, or one .npz that then serves every purpose
    (`single` is True). `groups` names the group columns that the test split has.

    Data of another kind, or saved as quantized steps, was converted into such a folder in the cache: `source` is then
    the user's own path, `steps` says in sentences what was done, and `divided` whether the studio made the splits (by
    `group_columns` at will).
    `mapped` is a folder with unpacked copies of the splits, where the user's are packed and large.
    """

    path: str
    sha256: str
    task: Task
    sample_shape: tuple[int, ...]
    labels: tuple[str, ...]
    splits: tuple[SplitInfo, ...]
    groups: tuple[str, ...] = ()
    single: bool = False
    notes: tuple[str, ...] = ()
    source: str = ""
    kind: DataKind = DataKind.ARCHIVES
    divided: bool = False
    group_columns: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    mapped: str = ""


@dataclass(frozen=True)
class Split:
    """The arrays of one split, while they are worked on.

    `x`: float32 [N, *sample shape]; `y`: int64 [N] for classes, float32 [N, K] for numbers; `groups`: str [N] per
    group column. For an autoencoder `reconstructs` is True, `y` is x itself, and `anomalous` (bool [N]) is there where
    its samples are marked.
    """

    name: str
    x: npt.NDArray[np.float32]
    y: npt.NDArray[np.int64] | npt.NDArray[np.float32]
    groups: dict[str, npt.NDArray[np.str_]]
    reconstructs: bool = False
    anomalous: npt.NDArray[np.bool_] | None = None

    @property
    def task(self) -> Task:
        """What the model is to answer."""
        if self.y.ndim == 1:
            return Task.CLASSIFICATION
        return Task.AUTOENCODER if self.reconstructs else Task.REGRESSION


def inspect(path: Path, input_shape: tuple[int, ...], outputs: int) -> Dataset:
    """Read every split at `path` and check it against the model's input shape (without batch) and outputs.

    Raises StudioError for missing files, wrong shapes, NaN or infinite values and labels outside the classes.
    """
    files = _files(path)
    splits = {name: load_split(path, name, input_shape, outputs) for name in files}
    test = splits["test"]
    task = test.task
    labels = read_labels(path, outputs) if task is Task.CLASSIFICATION else ()
    single = not path.is_dir()
    notes: tuple[str, ...] = ()
    if single:
        notes = (
            "One file serves for calibration and for testing: the accuracy shown may flatter. "
            "Give a folder with train.npz, validation.npz and test.npz to keep them apart.",
        )
    elif "train" not in files:
        notes = ("There is no train.npz: calibration uses the test samples, so the accuracy may flatter.",)
    notes = (*notes, *(note for split in splits.values() if (note := far_off(split)) is not None))
    infos = tuple(
        SplitInfo(
            name,
            len(split.x),
            _class_counts(split.y, outputs) if task is Task.CLASSIFICATION else (),
            split_hash(split),
        )
        for name, split in splits.items()
    )
    names = listed_labels(path)
    if task is Task.AUTOENCODER and names:
        notes = (*notes, about_labels(names, test.groups.get(LABEL)))
    elif task is Task.CLASSIFICATION and not names:
        seen = int((np.array([info.class_counts for info in infos]).sum(axis=0) > 0).sum())
        if (doubt := doubt_of_classes(seen, int(np.prod(input_shape)), outputs)) is not None:
            notes = (*notes, doubt)
    return Dataset(
        path=str(path),
        sha256=_hash(files),
        task=task,
        sample_shape=test.x.shape[1:],
        labels=labels,
        splits=infos,
        groups=tuple(sorted(test.groups)),
        single=single,
        notes=notes,
    )


def split_hash(split: Split) -> str:
    """The SHA-256 (64 hex digits) of a split's samples, labels and groups, in their order and with their shapes."""
    columns: dict[str, npt.NDArray[Any]] = {
        "x": split.x,
        "y": split.y,
        **{f"group {name}": split.groups[name] for name in sorted(split.groups)},
    }
    if split.anomalous is not None:
        columns["anomalous"] = split.anomalous
    hashed = hashlib.sha256()
    for name, column in columns.items():
        hashed.update(f"{name} {column.shape} {column.dtype.str}\n".encode())
        for start in range(0, len(column), _HASHED_ROWS):
            hashed.update(np.ascontiguousarray(column[start : start + _HASHED_ROWS]).tobytes())
    return hashed.hexdigest()


def far_off(split: Split) -> str | None:
    """A sentence where single values lie so far from all others that 8-bit ranges set by them would hold nothing else.

    Far is a thousand times the value that 999 of 1,000 stay below.
    """
    sizes = np.abs(split.x).reshape(len(split.x), -1)
    largest = sizes.max(axis=1)
    usual = float(np.quantile(sizes, 0.999)) if sizes.size < 5_000_000 else float(np.quantile(largest, 0.99))
    rows = np.flatnonzero(largest > _FAR * max(usual, 1e-30))
    if not len(rows):
        return None
    return (
        f"{len(rows)} of {len(largest)} {split.name} samples hold values up to {float(largest.max()):.3g}, where "
        f"nearly all others stay below {usual:.3g} (the first is sample {int(rows[0])}). Ranges set by them make int8 "
        "useless: remove or repair them, or clip by percentile on the Compress page."
    )


def load_split(path: Path, name: str, input_shape: tuple[int, ...], outputs: int) -> Split:
    """The arrays of split `name` ("train", "validation" or "test"), checked as in `inspect`.

    Falls back to the test split where the data set has no such file.
    """
    files = _files(path)
    file = files.get(name, files["test"])
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except OSError as error:
        raise read_error(file, error) from error
    except (ValueError, zipfile.BadZipFile, EOFError, KeyError) as error:
        raise StudioError(
            f"{file.name} is damaged or not a readable .npz file. Save it again with numpy.savez(x=…, y=…)."
        ) from error
    if "x" in arrays:
        x = checked_x(arrays["x"], file, input_shape)
        names = listed_labels(path)
        found = as_reconstruction(x, arrays.get("y"), arrays.get(MARK), outputs, names=names)
        if found is not None:
            arrays = {key: column for key, column in arrays.items() if key not in ("x", "y", MARK)}
            groups = {key: column.astype(str) for key, column in arrays.items() if column.shape == (len(x),)}
            if found.labels is not None:
                groups.setdefault(LABEL, found.labels)
            return Split(name, x, found.targets, groups, True, found.anomalous)
    if "x" not in arrays or "y" not in arrays:
        raise StudioError(
            f"{file.name} needs arrays named x and y; it has {', '.join(sorted(arrays)) or 'none'}."
        )
    del arrays["x"]
    y = checked_y(arrays.pop("y"), file, len(x), outputs)
    groups = {key: column.astype(str) for key, column in arrays.items() if column.shape == (len(x),)}
    return Split(name, x, y, groups)


def read_labels(path: Path, outputs: int) -> tuple[str, ...]:
    """Class names from labels.txt beside the data, or 'class 0', 'class 1'… where there is none."""
    file = (path if path.is_dir() else path.parent) / "labels.txt"
    if not file.is_file():
        return tuple(f"class {index}" for index in range(outputs))
    try:
        labels = tuple(line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    except OSError as error:
        raise read_error(file, error) from error
    except UnicodeDecodeError as error:
        raise StudioError(f"{file} is not UTF-8 text. Save it with one class name per line.") from error
    if len(labels) != outputs:
        raise StudioError(
            f"{file} names {len(labels)} classes but the model answers {outputs}. Give one name per line for each."
        )
    return labels


def balanced_rows(y: npt.NDArray[np.generic], count: int) -> npt.NDArray[np.int64]:
    """Row numbers (int64, ascending) of up to `count` samples, the same number of each class where possible.

    For numbers instead of classes the rows are spread evenly.
    """
    total = len(y)
    if count >= total:
        return np.arange(total, dtype=np.int64)
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.integer):
        return np.unique(np.linspace(0, total - 1, count).astype(np.int64))
    turns = np.empty(total, np.int64)
    for value in np.unique(y):
        rows = np.flatnonzero(y == value)
        turns[rows] = np.arange(len(rows))
    return np.sort(np.argsort(turns, kind="stable")[:count])


def _files(path: Path) -> dict[str, Path]:
    if path.is_dir():
        names = ("train", "validation", "test")
        files = {name: path / f"{name}.npz" for name in names if (path / f"{name}.npz").is_file()}
        if "test" not in files:
            raise StudioError(f"{path} has no test.npz. Put test.npz (and train.npz, validation.npz) there.")
        return files
    if not path.exists():
        raise StudioError(f"There is no data at {path}. Pick a folder with test.npz, or an .npz file.")
    if path.suffix != ".npz":
        raise StudioError(f"{path.name} is not an .npz file. Save the arrays with numpy.savez(x=…, y=…).")
    return {"test": path}


def _hash(files: dict[str, Path]) -> str:
    rows = "".join(f"{name} {sha256_of(file)}\n" for name, file in sorted(files.items()))
    return hashlib.sha256(rows.encode()).hexdigest()


def _class_counts(y: npt.NDArray[np.generic], outputs: int) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(y.astype(np.int64), minlength=outputs))
