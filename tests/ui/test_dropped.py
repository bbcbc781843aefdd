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
        ("a.npz", Kind.DATA),
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


def test_a_zip_by_any_name_is_a_model(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export", "w") as archive:
        archive.writestr("saved_model.pb", "x")
    assert kind_of(tmp_path / "export") is Kind.MODEL


def test_several_things_are_opened_in_the_order_that_makes_sense(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("x.json", "d.npz", "readme.txt", "m.keras", "p.tinyml")]
    for path in paths:
        path.write_bytes(b"x")
    assert [path.suffix for path in in_order(paths)] == [".tinyml", ".keras", ".npz", ".json", ".txt"]
