"""Single samples of a split, read from their place in the file without reading the rest."""

import struct
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset, Task
from studio.core.errors import StudioError
from studio.core.storage import read_error

_LOCAL_HEADER = struct.Struct("<26xHH")  # of a file in a .zip: the lengths of its name and of what follows it


def read_rows(
    dataset: Dataset, split: str, rows: tuple[int, ...]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[Any]]:
    """Samples (float32 [n, *sample shape], in the order of `rows`) of a split and their answers.

    Quick enough for the window: only these samples are read, or of packed files at most a few megabytes. The answers
    are class numbers [n] or numbers [n, K] as stored.
    """
    file = split_file(dataset, split)
    try:
        with file.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            x = rows_of(archive, stream, "x.npy", rows)
            has_answers = "y.npy" in archive.namelist()  # an autoencoder's data may have none
            y = rows_of(archive, stream, "y.npy", rows) if has_answers else x
    except OSError as error:
        raise read_error(file, error) from error
    except (ValueError, KeyError, EOFError, IndexError, zipfile.BadZipFile, struct.error) as error:
        raise StudioError(f"{file.name} changed since it was read. Choose the data again.") from error
    return x.reshape(len(rows), *dataset.sample_shape).astype(np.float32), y


def read_answers(dataset: Dataset, split: str) -> npt.NDArray[Any] | None:
    """All answers of a split as stored, or None for an autoencoder's data without any."""
    file = split_file(dataset, split)
    try:
        with np.load(file, allow_pickle=False) as archive:
            found: npt.NDArray[Any] | None = archive["y"] if "y" in archive.files else None
    except OSError as error:
        raise read_error(file, error) from error
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StudioError(f"{file.name} changed since it was read. Choose the data again.") from error
    return found


def classes_of(dataset: Dataset, answers: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
    """The answers as class numbers (int64 [N]) where they are classes, however they are stored; else unchanged.

    None for an autoencoder's samples that are labelled with anything but normal (0) and anomalous (1).
    """
    if answers is not None and answers.ndim == 1 and dataset.task is Task.AUTOENCODER:
        return answers if np.isin(answers, (0, 1)).all() else None
    if answers is None or dataset.task is not Task.CLASSIFICATION:
        return answers
    if answers.ndim == 2:
        answers = answers.argmax(axis=1) if answers.shape[1] > 1 else answers[:, 0]
    return answers.astype(np.int64)


def in_turns(answers: npt.NDArray[np.generic]) -> npt.NDArray[np.int64]:
    """All rows, the first of every class, then the second of every class, and so on."""
    turns = np.empty(len(answers), np.int64)
    for value in np.unique(answers):
        rows = np.flatnonzero(answers == value)
        turns[rows] = np.arange(len(rows))
    return np.lexsort((answers, turns)).astype(np.int64)


def split_file(dataset: Dataset, split: str) -> Path:
    """The .npz that single samples of a split are read from; the test split's where there is no such split."""
    names = {info.name for info in dataset.splits}
    name = split if split in names else "test"
    if dataset.mapped:
        return Path(dataset.mapped) / f"{name}.npz"
    return Path(dataset.path) if dataset.single else Path(dataset.path) / f"{name}.npz"


def rows_of(
    archive: zipfile.ZipFile, stream: IO[bytes], name: str, rows: tuple[int, ...]
) -> npt.NDArray[Any]:
    """These rows of the array `name` in an .npz (`archive`, over `stream`).

    ValueError, KeyError, EOFError, IndexError or struct.error where it is not as numpy writes it.
    """
    member = archive.getinfo(name)
    if member.compress_type != zipfile.ZIP_STORED:
        with archive.open(member) as packed:
            whole = np.lib.format.read_array(packed, allow_pickle=False)
        return np.asarray(whole[list(rows)])
    stream.seek(member.header_offset)
    named, extra = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
    stream.seek(member.header_offset + _LOCAL_HEADER.size + named + extra)
    version = np.lib.format.read_magic(stream)
    read_header = (
        np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    )
    shape, by_columns, dtype = read_header(stream)
    if by_columns or dtype.hasobject or not shape:
        raise ValueError("is stored by columns")
    begin = stream.tell()
    each = int(np.prod(shape[1:], dtype=np.int64)) * dtype.itemsize
    found = np.empty((len(rows), *shape[1:]), dtype)
    for place, row in enumerate(rows):
        if not 0 <= row < shape[0]:
            raise IndexError(row)
        stream.seek(begin + row * each)
        found[place] = np.frombuffer(stream.read(each), dtype).reshape(shape[1:])
    return found
