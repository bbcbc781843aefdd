"""What a file or folder that someone opens or drops is: a project, a model, data or a recipe."""

import zipfile
from enum import StrEnum
from pathlib import Path

from studio.core.data_files import PICTURE_SUFFIXES, SOUND_SUFFIXES, TAKEN, data_kind
from studio.core.errors import StudioError
from studio.core.project import SUFFIX

MODEL_SUFFIXES = (".keras", ".h5", ".hdf5", ".tflite", ".onnx", ".zip")
DATA_SUFFIXES = (".npz", ".npy", ".csv", ".tsv")


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
        if data_kind(path) is not None:
            return Kind.DATA
        raise StudioError(
            f"The folder {path.name} holds neither a SavedModel (saved_model.pb) nor data. Data is {TAKEN}."
        )
    if suffix == SUFFIX:
        return Kind.PROJECT
    if suffix in DATA_SUFFIXES:
        return Kind.DATA
    if suffix == ".json":
        return Kind.RECIPE
    if suffix in MODEL_SUFFIXES or zipfile.is_zipfile(path):
        return Kind.MODEL
    if suffix in (*PICTURE_SUFFIXES, *SOUND_SUFFIXES):
        raise StudioError(
            f"{path.name} is a single sample. Open the folder that holds one folder for each label, with the "
            "samples in them."
        )
    raise StudioError(
        f"{path.name} is nothing the studio opens. Open a model (.keras, .h5, .tflite, .onnx, a SavedModel folder or "
        f".zip), data ({TAKEN}), a recipe (.json) or a project ({SUFFIX})."
    )


def in_order(paths: list[Path]) -> list[Path]:
    """Several dropped paths in the order in which they make sense: project, model, data, recipe."""

    def rank(path: Path) -> int:
        try:
            return list(Kind).index(kind_of(path))
        except StudioError:
            return len(Kind)

    return sorted(paths, key=rank)
