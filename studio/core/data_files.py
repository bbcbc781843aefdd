"""Which files in a folder are data, of which kind, and which of them are for training and for testing."""

import csv
import os
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.storage import read_error

SPLITS = ("train", "validation", "test")
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".pgm", ".ppm", ".tif", ".tiff", ".webp")
SOUND_SUFFIXES = (".wav", ".wave")
LABELS_FILE, GROUPS_FILE = "labels.txt", "groups.csv"
TAKEN = (
    "an .npz file, a folder with test.npz, pairs of .npy files (x_train.npy and y_train.npy, or x.npy and y.npy), "
    "a table (.csv), or a folder of pictures or .wav files with one folder for each label"
)
_WORDS = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "val", "dev"),
    "test": ("test", "testing"),
}
_FIRST_FILES = 500  # of a label, looked at before the kind is settled
_MOST_ENTRIES = 5_000  # of a folder: more than it ever has labels or tables, and quick enough for the window


class DataKind(StrEnum):
    """The kinds of data that the studio reads."""

    ARCHIVES = "npz"
    ARRAYS = "npy"
    TABLE = "csv"
    PICTURES = "pictures"
    SOUNDS = "sounds"


def data_kind(path: Path) -> DataKind | None:
    """What kind of data `path` holds, or None where it holds none; reads names alone, and few of them."""
    suffix = path.suffix.lower()
    if not path.is_dir():
        kinds = {
            ".npz": DataKind.ARCHIVES,
            ".npy": DataKind.ARRAYS,
            ".csv": DataKind.TABLE,
            ".tsv": DataKind.TABLE,
        }
        return kinds.get(suffix)
    names = _names(path)
    if any(f"{split}.npz" in names for split in SPLITS):
        return DataKind.ARCHIVES
    if array_pairs(path):
        return DataKind.ARRAYS
    if table_files(path):
        return DataKind.TABLE
    tops = list(split_folders(path).values()) or [path]
    for top in tops:
        for folder in label_folders(top):
            for name in _names(folder):
                if name.endswith(PICTURE_SUFFIXES):
                    return DataKind.PICTURES
                if name.endswith(SOUND_SUFFIXES):
                    return DataKind.SOUNDS
    return None


def split_of(name: str) -> str:
    """The split that a word such as 'Training' or 'val' names, or ""."""
    plain = name.lower().strip()
    return next((split for split, words in _WORDS.items() if plain in words), "")


def split_folders(path: Path) -> dict[str, Path]:
    """Folders named after splits that are in `path`, in the order train, validation, test."""
    found = {split_of(folder.name): folder for folder in _folders(path)}
    return {split: found[split] for split in SPLITS if split in found}


def label_folders(path: Path) -> list[Path]:
    """The folders in `path` that stand for a label each, by name."""
    return [folder for folder in _folders(path) if not folder.name.startswith((".", "__"))]


def array_pairs(path: Path) -> dict[str, tuple[Path, Path]]:
    """Pairs of .npy files (x, y) by split; the one pair x.npy and y.npy has the split "".

    `path` is a folder, or one of the files of a pair.
    """
    folder = path if path.is_dir() else path.parent
    files = {file.name.lower(): file for file in _files(folder) if file.suffix.lower() == ".npy"}
    pairs: dict[str, tuple[Path, Path]] = {}
    for name, x in files.items():
        stem = name.removesuffix(".npy")
        split = split_of(stem[2:]) if stem[:2] in ("x_", "x-") else split_of(stem[:-2])
        y = files.get("y" + name[1:]) if stem[:2] in ("x_", "x-") else files.get(stem[:-1] + "y.npy")
        if y is not None and y != x and (split or stem == "x"):
            pairs[split] = (x, y)
    splits = {split: pairs[split] for split in SPLITS if split in pairs}
    return splits or ({"": pairs[""]} if "" in pairs else {})


def table_files(path: Path) -> dict[str, Path]:
    """Tables by split: train.csv, validation.csv and test.csv of a folder, or the one table there is as ""."""
    if not path.is_dir():
        return {"": path}
    tables = [
        file
        for file in _files(path)
        if file.suffix.lower() in (".csv", ".tsv") and file.name.lower() != GROUPS_FILE
    ]
    found = {split_of(file.stem): file for file in tables}
    splits = {split: found[split] for split in SPLITS if split in found}
    return splits or ({"": tables[0]} if len(tables) == 1 else {})


def files_of(folder: Path, suffixes: tuple[str, ...]) -> tuple[list[Path], int]:
    """The files of these kinds in a folder and below it, by name, and how many others there are."""
    found: list[Path] = []
    others = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name.lower().endswith(suffixes):
                found.append(Path(place) / name)
            elif not name.startswith(".") and name.lower() not in ("thumbs.db", "desktop.ini"):
                others += 1
    return sorted(found), others


def listed_labels(path: Path) -> tuple[str, ...]:
    """The class names of labels.txt beside or in `path`, in the model's order; () where there is none."""
    file = (path if path.is_dir() else path.parent) / LABELS_FILE
    if not file.is_file():
        return ()
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise read_error(file, error) from error
    except UnicodeDecodeError as error:
        raise StudioError(f"{file} is not UTF-8 text. Save it with one class name per line.") from error
    return tuple(line.strip() for line in lines if line.strip())


def groups_of_files(path: Path) -> dict[str, dict[str, str]]:
    """groups.csv of a folder: for each file (path below the folder) the values of the group columns."""
    file = path / GROUPS_FILE
    if not file.is_file():
        return {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except OSError as error:
        raise read_error(file, error) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise StudioError(
            f"{file} is not a table in UTF-8. Save it as CSV with the columns file,group…."
        ) from error
    if not rows or "file" not in rows[0] or len(rows[0]) < 2:
        raise StudioError(
            f"{GROUPS_FILE} needs a column 'file' (the path below {path.name}) and one or more group columns."
        )
    return {
        row["file"].replace("\\", "/").strip(): {
            name: (value or "").strip() for name, value in row.items() if name and name != "file"
        }
        for row in rows
    }


def _folders(path: Path) -> list[Path]:
    try:
        with os.scandir(path) as entries:
            return sorted(Path(entry.path) for entry in islice(entries, _MOST_ENTRIES) if entry.is_dir())
    except OSError as error:
        raise read_error(path, error) from error


def _files(path: Path) -> list[Path]:
    try:
        with os.scandir(path) as entries:
            return sorted(Path(entry.path) for entry in islice(entries, _MOST_ENTRIES) if entry.is_file())
    except OSError as error:
        raise read_error(path, error) from error


def _names(path: Path) -> set[str]:
    return set(_some_names(path))


def _some_names(path: Path) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            for entry in islice(entries, _FIRST_FILES):
                yield entry.name.lower()
    except OSError as error:
        raise read_error(path, error) from error
