"""Writes data sets, labels and models so that the same content is always the same bytes."""

import json
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Columns = dict[str, npt.NDArray[Any]]
"""One split: "x" and "y", and any group columns, all of one length."""

Splits = dict[str, Columns]
"""The splits "train", "validation" and "test"."""

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold


def write_splits(folder: Path, splits: Splits) -> None:
    """Write one compressed .npz file per split into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in splits.items():
        with zipfile.ZipFile(folder / f"{name}.npz", "w") as archive:
            for key, array in columns.items():
                with _entry(archive, f"{key}.npy") as stream:
                    np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)


def write_labels(folder: Path, labels: tuple[str, ...]) -> None:
    """Write the class names, one a line, in the order of the class numbers."""
    (folder / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8", newline="\n")


def write_model(folder: Path, model: Any) -> None:
    """Save a Keras model as model.keras, without the date and the memory addresses that Keras puts inside."""
    with tempfile.TemporaryDirectory() as scratch:
        saved = Path(scratch) / "model.keras"
        model.save(saved)
        with zipfile.ZipFile(saved) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    metadata = json.loads(parts["metadata.json"]) | {"date_saved": "1980-01-01@00:00:00"}
    parts["metadata.json"] = json.dumps(metadata).encode()
    parts["config.json"] = _number_objects(parts["config.json"].decode()).encode()
    folder.mkdir(parents=True, exist_ok=True)
    _write_parts(folder / "model.keras", parts)


def _number_objects(config: str) -> str:
    """Count shared objects 1, 2, 3... in the order they appear; Keras names them by their address."""
    numbers: dict[str, int] = {}
    return re.sub(
        r'(?<="shared_object_id": )\d+',
        lambda found: str(numbers.setdefault(found.group(), len(numbers) + 1)),
        config,
    )


def _write_parts(path: Path, parts: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            with _entry(archive, name) as stream:
                stream.write(content)


def _entry(archive: zipfile.ZipFile, name: str) -> Any:
    info = zipfile.ZipInfo(name, date_time=_EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    info.create_system = 3  # the same bytes on Windows
    return archive.open(info, "w")
