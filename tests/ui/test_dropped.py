"""What is dropped on the window is told apart by name and content."""

import zipfile
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.ui.dropped import Kind, in_order, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.keras", Kind.MODEL),
        ("a.H5", Kind.MODEL),
        ("a.tflite", Kind.MODEL),
        ("a.onnx", Kind.MODEL),
        ("a.npz", Kind.DATA),
        ("a.npy", Kind.DATA),
        ("a.CSV", Kind.DATA),
        ("a.json", Kind.RECIPE),
        ("a.tinyml", Kind.PROJECT),
    ],
)
def test_files_are_told_apart_by_their_ending(tmp_path: Path, name: str, kind: Kind) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert kind_of(tmp_path / name) is kind


def test_folders_are_told_apart_by_what_is_inside(tmp_path: Path) -> None:
    model, data, other = (tmp_path / name for name in ("model", "data", "other"))
    for folder in (model, data, other):
        folder.mkdir()
    (model / "saved_model.pb").write_bytes(b"x")
    (data / "test.npz").write_bytes(b"x")
    assert kind_of(model) is Kind.MODEL
    assert kind_of(data) is Kind.DATA
    with pytest.raises(StudioError, match=r"saved_model\.pb.*test\.npz"):
        kind_of(other)


@pytest.mark.parametrize("file", ["train/cat/1.png", "yes/1.wav", "x.npy", "data.csv", "val.csv"])
def test_folders_of_data_of_every_kind_are_data(tmp_path: Path, file: str) -> None:
    for name in (file, file.replace("x.npy", "y.npy")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert kind_of(tmp_path) is Kind.DATA


def test_a_single_sample_is_sent_back_to_its_folder(tmp_path: Path) -> None:
    (tmp_path / "cat.jpg").write_bytes(b"x")
    with pytest.raises(StudioError, match="one folder for each label"):
        kind_of(tmp_path / "cat.jpg")


def test_a_large_folder_is_told_apart(tmp_path: Path) -> None:
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        for number in range(3000):
            (tmp_path / label / f"{number}.png").touch()
    assert kind_of(tmp_path) is Kind.DATA


def test_a_zip_by_any_name_is_a_model(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export", "w") as archive:
        archive.writestr("saved_model.pb", "x")
    assert kind_of(tmp_path / "export") is Kind.MODEL


def test_several_things_are_opened_in_the_order_that_makes_sense(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("x.json", "d.npz", "readme.txt", "m.keras", "p.tinyml")]
    for path in paths:
        path.write_bytes(b"x")
    assert [path.suffix for path in in_order(paths)] == [".tinyml", ".keras", ".npz", ".json", ".txt"]
