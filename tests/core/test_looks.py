"""Samples read to be looked at: what they are, where they lie, and refusals where the data is another now."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset, inspect
from studio.core.errors import StudioError
from studio.core.looks import Look, look_at


@pytest.fixture
def data(tmp_path: Path) -> Dataset:
    for split in ("train", "test"):
        write(tmp_path, split, np.arange(8) % 3)
    return inspect(tmp_path, (4, 2), 3)


def write(folder: Path, split: str, y: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    x = np.arange(8 * 8, dtype=np.float32).reshape(8, 4, 2) + (100 if split == "train" else 0)
    np.savez(folder / f"{split}.npz", x=x, y=y)


def test_samples_of_any_split_come_with_label_and_place(data: Dataset, tmp_path: Path) -> None:
    test, train = look_at(data, (Look("test", 2, 2), Look("train", 7)))
    assert (test.values[0, 0], train.values[0, 0]) == (16, 156)
    assert (test.label, train.label) == (2, 1)
    assert test.shape == (4, 2)
    assert test.file is not None
    assert test.file.path == str(tmp_path / "test.npz")
    assert test.file.words == "test.npz, sample 2 (the first is 0)"


def test_labels_that_are_stored_one_hot_are_classes_too(data: Dataset, tmp_path: Path) -> None:
    np.savez(tmp_path / "test.npz", x=np.zeros((3, 4, 2), np.float32), y=np.eye(3))
    (seen,) = look_at(data, (Look("test", 1, 1),))
    assert seen.label == 1


def test_a_label_that_was_mended_since_is_not_shown_as_the_doubted_one(data: Dataset, tmp_path: Path) -> None:
    write(tmp_path, "train", np.zeros(8, np.int64))
    with pytest.raises(StudioError, match=r"train\.npz changed since it was read\. Choose the data again\."):
        look_at(data, (Look("train", 2, 2),))


def test_data_that_is_gone_or_shorter_gets_a_sentence(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"test\.npz changed since it was read"):
        look_at(data, (Look("test", 8),))
    (tmp_path / "test.npz").unlink()
    with pytest.raises(StudioError, match=r"There is no file at .*test\.npz"):
        look_at(data, (Look("test", 0),))


def test_one_file_for_everything_is_named_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, "test", np.arange(8) % 3)
    (tmp_path / "test.npz").rename(tmp_path / "mine.npz")
    data = inspect(tmp_path / "mine.npz", (4, 2), 3)
    (seen,) = look_at(replace(data, labels=()), (Look("test", 0),))
    assert seen.file is not None
    assert seen.file.words == "mine.npz, sample 0 (the first is 0)"
