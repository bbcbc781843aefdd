"""A user's .npz files checked against the model, and turned into real numbers where they hold quantized steps."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core import dataset as archives
from studio.core.data_files import LABELS_FILE, listed_labels
from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.places import cache
from studio.core.stored_steps import StepsReading, kind_in_archive, readings_of, real_pair
from studio.worker.cache import keep_arrays, keep_folder, key_of
from studio.worker.report import Report

_FOLDER = "data"


def inspect_archives(source: Path, model: Model, outputs: int, report: Report) -> Dataset:
    """The data set in the .npz files at `source`; where they hold quantized steps it is a converted copy in the cache.

    Raises StudioError as studio.core.dataset.inspect does.
    """
    shape = model.inputs[0].shape[1:]
    found = archives.inspect(source, shape, outputs)
    readings = _readings(found, model, outputs)
    notes = tuple(dict.fromkeys(reading.note for reading in readings.values() if reading.note))
    if not any(reading.as_steps for reading in readings.values()):
        return replace(found, notes=(*found.notes, *notes))
    report(0.5, "Turning quantized steps into real numbers")
    place = _converted(source, found, readings, model)
    real = archives.inspect(place, shape, outputs)
    return replace(real, source=str(source), notes=(*real.notes, *notes))


def _readings(found: Dataset, model: Model, outputs: int) -> dict[str, StepsReading]:
    taken = model.inputs[0]
    if taken.scale is None:
        return {}
    parts = {}
    for info in found.splits:
        kind = kind_in_archive(_file_of(found, info.name), "x")
        if kind.startswith(("int", "uint")):
            split = archives.load_split(Path(found.path), info.name, found.sample_shape, outputs)
            parts[info.name] = (split.x, kind)
    return readings_of(parts, taken)


def _converted(source: Path, found: Dataset, readings: dict[str, StepsReading], model: Model) -> Path:
    """Where the copy is: a folder, or the one file where the user's data is one."""
    taken, names = model.inputs[0], "\n".join(listed_labels(source))
    as_steps = sorted(name for name, reading in readings.items() if reading.as_steps)
    key = key_of("stored steps", found.sha256, names, *as_steps, repr(taken.scale), taken.zero_point or 0)
    folder = cache() / _FOLDER / key
    if not all(zipfile.is_zipfile(folder / f"{info.name}.npz") for info in found.splits):
        keep_folder(_FOLDER, key, {LABELS_FILE: f"{names}\n"} if names else {})
        for info in found.splits:
            with np.load(_file_of(found, info.name), allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            if info.name in as_steps:
                x, y = real_pair(arrays["x"], arrays.get("y"), taken)
                arrays = {**arrays, "x": x, **({"y": y} if y is not None else {})}
            keep_arrays(f"{_FOLDER}/{key}", info.name, **arrays)
    return folder / "test.npz" if found.single else folder


def _file_of(found: Dataset, split: str) -> Path:
    return Path(found.path) if found.single else Path(found.path) / f"{split}.npz"
