"""Which data are an autoencoder's, and which only look like it."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Task, inspect, load_split
from studio.core.errors import StudioError
from studio.core.reconstruction import as_reconstruction, reconstruction_errors
from studio.core.sample_rows import classes_of, read_answers

X = np.random.default_rng(3).normal(0, 1, (20, 6)).astype(np.float32)
MARKS = np.arange(20) % 4 == 0


def save(folder: Path, **arrays: np.ndarray) -> Path:
    path = folder / "test.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(
    "arrays",
    [
        {"y": MARKS.astype(np.int64)},
        {"y": MARKS},
        {"y": X, "anomaly": MARKS},
        {"anomaly": MARKS.astype(np.int8)},
    ],
    ids=["0 and 1", "bool", "targets and a column", "no targets and a column"],
)
def test_marked_samples_of_a_model_that_gives_what_it_takes_are_normal_or_anomalous(
    tmp_path: Path, arrays: dict[str, np.ndarray]
) -> None:
    path = save(tmp_path, x=X, **arrays)
    dataset = inspect(path, (6,), 6)
    assert dataset.task is Task.AUTOENCODER
    assert dataset.labels == ()
    split = load_split(path, "test", (6,), 6)
    assert split.reconstructs
    assert split.anomalous is not None
    assert split.anomalous.tolist() == MARKS.tolist()
    assert (split.y == X).all()


def test_without_marks_an_autoencoder_has_its_inputs_as_targets(tmp_path: Path) -> None:
    for arrays in ({"x": X}, {"x": X, "y": X}):
        split = load_split(save(tmp_path, **arrays), "test", (6,), 6)
        assert (split.task, split.anomalous) == (Task.AUTOENCODER, None)


def test_group_columns_stay_beside_the_marks(tmp_path: Path) -> None:
    machine = np.where(MARKS, "fan", "pump")
    split = load_split(save(tmp_path, x=X, anomaly=MARKS, machine=machine), "test", (6,), 6)
    assert list(split.groups) == ["machine"]


def test_classes_stay_classes(tmp_path: Path) -> None:
    zero_one = MARKS.astype(np.int64)
    assert as_reconstruction(X[:, :2], zero_one, None, 2, names=()) is None  # two classes, two features
    assert as_reconstruction(X, zero_one, None, 4, names=()) is None
    assert as_reconstruction(X, zero_one * 3, None, 6, names=()) is None
    (tmp_path / "labels.txt").write_text("\n".join("abcdef"))
    assert inspect(save(tmp_path, x=X, y=zero_one), (6,), 6).task is Task.CLASSIFICATION


@pytest.mark.parametrize(
    "names", [("normal", "anomaly"), tuple("abcdefgh")], ids=["of the marks", "of another model"]
)
def test_a_labels_file_that_names_other_than_the_outputs_takes_no_autoencoder_for_a_classifier(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    (tmp_path / "labels.txt").write_text("\n".join(names))
    found = inspect(save(tmp_path, x=X, y=MARKS.astype(np.int64)), (6,), 6)
    assert (found.task, found.labels) == (Task.AUTOENCODER, ())
    assert any(
        f"{len(names)} names in labels.txt are no classes that it answers" in note for note in found.notes
    )
    assert load_split(tmp_path, "test", (6,), 6).anomalous is not None


def test_the_classes_of_an_autoencoders_samples_become_a_group(tmp_path: Path) -> None:
    numbers = np.arange(20) % 4
    (tmp_path / "labels.txt").write_text("fan\npump\nslider\nvalve\n")
    path = save(tmp_path, x=X, y=numbers, anomaly=MARKS)
    found = inspect(tmp_path, (6,), 6)
    assert (found.task, found.groups) == (Task.AUTOENCODER, ("label",))
    assert any("they are the group 'label'" in note for note in found.notes)
    split = load_split(path, "test", (6,), 6)
    assert split.groups["label"][:4].tolist() == ["fan", "pump", "slider", "valve"]
    assert split.anomalous is not None
    assert classes_of(found, read_answers(found, "test")) is None
    with pytest.raises(StudioError, match="names 4 classes but the model answers 6"):
        inspect(save(tmp_path, x=X, y=numbers + 1), (6,), 6)


def test_classes_that_may_be_an_autoencoders_labels_are_said_to_be_taken_for_classes(tmp_path: Path) -> None:
    found = inspect(save(tmp_path, x=X, y=np.arange(20) % 3), (6,), 6)
    assert found.task is Task.CLASSIFICATION
    assert any(
        "only 3 of so many classes occur. If it is an autoencoder, leave y out" in n for n in found.notes
    )
    every = inspect(save(tmp_path, x=X, y=np.arange(20) % 6), (6,), 6)
    assert not any("autoencoder" in note for note in every.notes)


def test_other_targets_are_numbers(tmp_path: Path) -> None:
    assert inspect(save(tmp_path, x=X, y=X + 1), (6,), 6).task is Task.REGRESSION


def test_the_error_of_a_reconstruction_is_the_mean_squared_difference() -> None:
    away = X.copy()
    away[3] += 2.0
    errors = reconstruction_errors(X, away)
    assert errors[3] == pytest.approx(4.0)
    assert errors[0] == 0.0
