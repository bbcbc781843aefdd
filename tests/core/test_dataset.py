"""Data sets: what is read, and what is refused with a sentence."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Split, Task, balanced_rows, far_off, inspect, load_split
from studio.core.errors import StudioError


def save(path: Path, **arrays: object) -> Path:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def good(n: int = 6) -> dict[str, object]:
    return {
        "x": np.zeros((n, 4, 2), np.float32),
        "y": np.arange(n) % 3,
        "hand": np.array(["l", "r"] * (n // 2)),
    }


def test_a_folder_with_three_splits_is_described(tmp_path: Path) -> None:
    for name in ("train", "validation", "test"):
        save(tmp_path / f"{name}.npz", **good())
    (tmp_path / "labels.txt").write_text("idle\nshake\ntap\n")
    data = inspect(tmp_path, (4, 2), 3)
    assert data.task is Task.CLASSIFICATION
    assert data.labels == ("idle", "shake", "tap")
    assert data.groups == ("hand",)
    assert {split.name: split.class_counts for split in data.splits}["test"] == (2, 2, 2)
    assert not data.single


def test_one_file_serves_for_everything_and_says_so(tmp_path: Path) -> None:
    file = save(tmp_path / "all.npz", **good())
    data = inspect(file, (4, 2), 3)
    assert data.single
    assert "flatter" in data.notes[0]
    assert len(load_split(file, "train", (4, 2), 3).x) == 6


def test_one_hot_labels_become_classes_and_targets_stay_numbers(tmp_path: Path) -> None:
    one_hot = save(tmp_path / "a.npz", x=np.zeros((3, 2)), y=np.eye(3, dtype=np.float32))
    assert load_split(one_hot, "test", (2,), 3).y.tolist() == [0, 1, 2]
    targets = save(tmp_path / "b.npz", x=np.zeros((3, 1)), y=np.array([0.5, 1.0, 0.25]))
    assert inspect(targets, (1,), 1).task is Task.REGRESSION


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"x": np.zeros((2, 5)), "y": np.zeros(2, int)}, "the model takes"),
        ({"x": np.zeros((2, 2, 4)), "y": np.zeros(2, int)}, r"numpy\.transpose\(x, \(0, 2, 1\)\)"),
        ({"x": np.full((2, 4, 2), np.nan), "y": np.zeros(2, int)}, "NaN"),
        ({"x": np.full((2, 4, 2), np.inf), "y": np.zeros(2, int)}, "infinite"),
        ({"x": np.zeros((2, 4, 2)), "y": np.array([0, 3])}, "outside the model's classes"),
        ({"x": np.zeros((2, 4, 2)), "y": np.array([0, -1])}, "outside the model's classes"),
        ({"x": np.zeros((2, 4, 2)), "y": np.zeros(3, int)}, "3 labels"),
        ({"x": np.zeros((0, 4, 2)), "y": np.zeros(0, int)}, "no samples"),
        ({"x": np.array(["a", "b"]), "y": np.zeros(2, int)}, "not numbers"),
        ({"y": np.zeros(2, int)}, "arrays named x and y"),
        ({"x": np.zeros((2, 4, 2)), "y": np.array(["cat", "dog"])}, "class numbers"),
    ],
)
def test_wrong_data_gets_a_sentence(tmp_path: Path, arrays: dict[str, object], words: str) -> None:
    file = save(tmp_path / "bad.npz", **arrays)
    with pytest.raises(StudioError, match=words):
        inspect(file, (4, 2), 3)


def test_files_that_are_missing_or_no_npz_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no data at"):
        inspect(tmp_path / "nothing.npz", (4,), 2)
    with pytest.raises(StudioError, match=r"no test\.npz"):
        inspect(tmp_path, (4,), 2)
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(StudioError, match="not a readable"):
        inspect(tmp_path / "text.npz", (4,), 2)
    (tmp_path / "data.csv").write_text("1,2")
    with pytest.raises(StudioError, match=r"not an \.npz"):
        inspect(tmp_path / "data.csv", (4,), 2)


def test_a_truncated_npz_gets_a_sentence(tmp_path: Path) -> None:
    file = save(tmp_path / "cut.npz", **good(60))
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(StudioError):
        inspect(file, (4, 2), 3)


def test_code_in_data_is_not_run(tmp_path: Path) -> None:
    file = save(tmp_path / "pickle.npz", x=np.array([print, print], object), y=np.zeros(2, int))
    with pytest.raises(StudioError, match="not a readable"):
        inspect(file, (4, 2), 3)


def test_labels_that_do_not_match_the_outputs_get_a_sentence(tmp_path: Path) -> None:
    save(tmp_path / "test.npz", **good())
    (tmp_path / "labels.txt").write_text("only one\n")
    with pytest.raises(StudioError, match="names 1 classes"):
        inspect(tmp_path, (4, 2), 3)


def test_a_balanced_choice_takes_the_same_number_of_each_class() -> None:
    y = np.array([0] * 50 + [1] * 5 + [2] * 45)
    rows = balanced_rows(y, 15)
    assert np.bincount(y[rows]).tolist() == [5, 5, 5]
    assert len(balanced_rows(y, 1000)) == 100


def test_a_value_far_from_all_others_is_named() -> None:
    x = np.random.default_rng(1).normal(size=(200, 8)).astype(np.float32)
    y = np.zeros(200, np.int64)
    assert far_off(Split("train", x, y, {})) is None
    x[17, 3] = 1e30
    assert "the first is sample 17" in (far_off(Split("train", x, y, {})) or "")
