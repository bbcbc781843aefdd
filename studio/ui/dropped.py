"""What a file or folder that someone opens or drops is: a project, a model, data or a recipe."""

import zipfile
from enum import StrEnum
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.project import SUFFIX

MODEL_SUFFIXES = (".keras", ".h5", ".hdf5", ".tflite", ".zip")


class Kind(StrEnum):
    """The things that can be opened."""

    PROJECT = "project"
    MODEL = "model"
    DATA = "data"
    RECIPE = "recipe"


def kind_of(path: Path) -> Kind:
    """What `path` is, by its name and, for folders and zip files, by what is inside.

    Raises StudioError with what can be opened for anything else.
    """
    if not path.exists():
        raise StudioError(f"There is nothing at {path}. Check the path, or pick the file again.")
    suffix = path.suffix.lower()
    if path.is_dir():
        if (path / "saved_model.pb").is_file():
            return Kind.MODEL
        if any((path / f"{name}.npz").is_file() for name in ("test", "train", "validation")):
            return Kind.DATA
        raise StudioError(
            f"The folder {path.name} holds neither a SavedModel (saved_model.pb) nor data (test.npz). "
            "Open one that does."
        )
    if suffix == SUFFIX:
        return Kind.PROJECT
    if suffix == ".npz":
        return Kind.DATA
    if suffix == ".json":
        return Kind.RECIPE
    if suffix in MODEL_SUFFIXES or zipfile.is_zipfile(path):
        return Kind.MODEL
    raise StudioError(
        f"{path.name} is nothing the studio opens. Open a model (.keras, .h5, .tflite, a SavedModel folder or .zip), "
        f"data (.npz or a folder with test.npz), a recipe (.json) or a project ({SUFFIX})."
    )


def in_order(paths: list[Path]) -> list[Path]:
    """Several dropped paths in the order in which they make sense: project, model, data, recipe."""

    def rank(path: Path) -> int:
        try:
            return list(Kind).index(kind_of(path))
        except StudioError:
            return len(Kind)

    return sorted(paths, key=rank)
