"""A user's data, whatever its kind, checked against the model; what is no .npz is converted once, in the cache."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.core import dataset as archives
from studio.core.array_data import read_arrays
from studio.core.class_names import anomaly_names, class_names, numbered, some_of
from studio.core.data_arrays import checked_x, checked_y
from studio.core.data_files import (
    GROUPS_FILE,
    LABELS_FILE,
    TAKEN,
    DataKind,
    array_pairs,
    data_kind,
    listed_labels,
    table_files,
)
from studio.core.dataset import Dataset, SplitChoice
from studio.core.errors import StudioError
from studio.core.formatting import show_share
from studio.core.gathered import Gathered, Tick, joined
from studio.core.model import Model
from studio.core.places import cache
from studio.core.reconstruction import LABEL
from studio.core.sample_files import ORIGINS, origin_arrays
from studio.core.split import divided
from studio.core.storage import read_error
from studio.core.stored_steps import readings_of, real_pair
from studio.core.table_data import read_tables
from studio.worker.archive_data import inspect_archives
from studio.worker.cache import find_record, keep_arrays, keep_folder, keep_record, key_of
from studio.worker.report import Report
from studio.worker.scaling import chosen, scaled

# Larger packed splits are stored unpacked too, so that single samples are read at once.
_PACKED_BYTES = 2 << 20

_TAKEN = ("x", "y", "file", "kind", "key")  # names that a stored group column cannot have

Parts = dict[str, Gathered]
Reader = Callable[[Path, tuple[int, ...], int, Tick], Parts]


def inspect_data(path: str, split: SplitChoice, model: Model, report: Report) -> Dataset:
    """The data set at `path`, divided as `split` says where it is not yet, checked against the model.

    Raises StudioError with what is wrong and what to do about it.
    """
    report(0.05, "Reading the data")
    source = Path(path)
    shape = model.inputs[0].shape[1:]
    outputs = int(np.prod(model.outputs[0].shape[1:]))
    if not source.exists():
        raise StudioError(f"There is no data at {path}. Pick the file or the folder again.")
    kind = data_kind(source)
    if kind is None:
        what = "folder" if source.is_dir() else "file"
        raise StudioError(f"The {what} {source.name} holds no data that the studio reads. It takes {TAKEN}.")
    if kind is DataKind.ARCHIVES:
        return _with_mapped(inspect_archives(source, model, outputs, report), outputs, report)
    hashed = _hash(source, kind, report)
    causes = (kind.value, hashed, repr(split), repr(shape), outputs, model.artifact_sha256)
    key = key_of("data", *causes)
    folder = cache() / "data" / key
    known = find_record("data-about", key)
    if known is None or not _whole(folder):
        about = _convert(source, kind, split, model, key, report)
        keep_record("data-about", key, about)
        known = about
    found = archives.inspect(folder, shape, outputs)
    notes = tuple(note for note in found.notes if known["divided"] or "train.npz" not in note)
    if "train" not in {info.name for info in found.splits}:
        notes = (
            *notes,
            "There is no training part: calibration uses the test samples, so the accuracy may flatter.",
        )
    return replace(
        found,
        source=path,
        kind=kind,
        divided=bool(known["divided"]),
        group_columns=tuple(known["columns"]),
        steps=tuple(known["steps"]),
        notes=(*notes, *known["notes"]),
    )


def _convert(
    source: Path, kind: DataKind, split: SplitChoice, model: Model, key: str, report: Report
) -> dict[str, Any]:
    """Read, divide and store; returns what is to be said about it."""

    def tick(share: float) -> None:
        report(0.2 + 0.4 * min(share, 1.0), f"Reading {source.name}")

    shape = model.inputs[0].shape[1:]
    outputs = int(np.prod(model.outputs[0].shape[1:]))
    parts = _reader(kind)(source, shape, outputs, tick)
    rebuilds = outputs > 2 and outputs == int(np.prod(shape))
    parts, names, steps = _with_numbers(parts, source, outputs, rebuilds=rebuilds)
    parts = {split: replace(part, x=checked_x(part.x, source, shape)) for split, part in parts.items()}
    parts = _with_steps_read(parts, model)
    if not rebuilds:
        for part in parts.values():  # here, so that a refusal names the user's own file
            checked_y(part.y, source, len(part.x), outputs)
    if "test" not in parts:
        whole = joined(list(parts.values()))
        parts = _divided(whole, split)
        how = f"{show_share(split.test_share, 1)} for testing, {show_share(split.validation_share, 1)} for validation"
        kept = "each class alike"
        if split.group:
            kept = f"no value of '{split.group}' is in two of them"
        elif whole.units is not None and 3 <= len(np.unique(whole.units)) < len(whole.x):
            kept = "what was cut from one recording is in one of them"
        steps.append(f"Divided by chance with seed {split.seed}: {how}, {kept}.")
        is_divided = True
    else:
        is_divided = False
        if kind is not DataKind.ARRAYS:
            steps.append("The splits are those of the data.")
    if kind in (DataKind.PICTURES, DataKind.SOUNDS):
        part = parts.get("train", parts["test"])
        answers = part.y.reshape(-1, 1) if rebuilds and not names else part.y  # no classes to try ranges with
        scaling, sentence = chosen(model, kind, part.x, answers, report)
        parts = {name: replace(part, x=scaled(part.x, kind, scaling)) for name, part in parts.items()}
        steps.append(sentence)
    report(0.9, "Storing the converted data")
    keep_folder("data", key, {LABELS_FILE: "\n".join(names) + "\n"} if names and outputs > 1 else {})
    for name, part in parts.items():
        groups = {f"{column}_" if column in _TAKEN else column: part.groups[column] for column in part.groups}
        answered = {} if part.y.dtype.kind == "U" else {"y": part.y}  # an autoencoder's labels are a group
        keep_arrays(f"data/{key}", name, x=part.x, **answered, **groups)
        report(0.95, "Storing the converted data")
    keep_arrays(f"data/{key}", ORIGINS, **origin_arrays(parts))
    first = next(iter(parts.values()))
    return {
        "divided": is_divided,
        "steps": list(dict.fromkeys([*(step for part in parts.values() for step in part.steps), *steps])),
        "notes": list(dict.fromkeys(note for part in parts.values() for note in part.notes)),
        "columns": sorted(first.groups),
    }


def _reader(kind: DataKind) -> Reader:
    if kind is DataKind.PICTURES:
        from studio.worker.image_data import read_pictures  # Pillow is needed for pictures alone

        return read_pictures
    if kind is DataKind.SOUNDS:
        from studio.worker.sound_files import read_sounds

        return read_sounds
    return read_arrays if kind is DataKind.ARRAYS else read_tables


def _with_numbers(
    parts: Parts, source: Path, outputs: int, *, rebuilds: bool
) -> tuple[Parts, tuple[str, ...], list[str]]:
    """The parts with classes as numbers, the classes' names, and a sentence about their order."""
    if any(part.y.dtype.kind != "U" for part in parts.values()):
        return parts, listed_labels(source), []
    seen = {str(name) for part in parts.values() for name in np.unique(part.y)}
    is_coder = rebuilds and len(listed_labels(source)) != outputs
    marks = anomaly_names(seen) if is_coder else None
    if is_coder and marks is None and len(seen) != outputs:
        said = (
            f"The model gives back what it is given: the labels ({some_of(sorted(seen))}) are no classes that it "
            f"answers, they are the group '{LABEL}'. If it answers {outputs} classes, name them in labels.txt."
        )
        named = {name: replace(part, groups={**part.groups, LABEL: part.y}) for name, part in parts.items()}
        return named, (), [said]
    if marks is not None:
        said = f"The model gives back what it is given: '{marks[0]}' is normal"
        said += f", '{marks[1]}' is an anomaly." if len(marks) > 1 else "."
        return {split: replace(part, y=numbered(part.y, marks)) for split, part in parts.items()}, (), [said]
    names, sentence = class_names(seen, listed_labels(source), outputs)
    found: Parts = {}
    for split, part in parts.items():
        y = numbered(part.y, names)
        found[split] = replace(part, y=y if outputs > 1 else y.astype(np.float32).reshape(-1, 1))
    steps = [sentence]
    if outputs == 1:
        steps.append(f"The model answers one number: 0 stands for '{names[0]}', 1 for '{names[1]}'.")
    return found, names, steps


def _with_steps_read(parts: Parts, model: Model) -> Parts:
    """The parts in real numbers where they were saved as the input's quantized steps, with a note that says so."""
    taken = model.inputs[0]
    readings = readings_of({name: (part.x, part.saved_as) for name, part in parts.items()}, taken)
    found: Parts = {}
    for name, part in parts.items():
        reading = readings[name]
        read = replace(part, notes=(*part.notes, reading.note)) if reading.note else part
        if reading.as_steps:
            x, y = real_pair(part.x, part.y, taken)
            read = replace(read, x=x, y=part.y if y is None else y)
        found[name] = read
    return found


def _divided(whole: Gathered, split: SplitChoice) -> Parts:
    units, notes = whole.units, whole.notes
    if units is not None and len(np.unique(units)) < 3:
        units = None
        notes = (
            *notes,
            "There are too few recordings to keep each in one split: the accuracy may flatter. Record more.",
        )
    rows = divided(whole.y, split, whole.groups, units)
    return {
        name: Gathered(
            whole.x[chosen_rows],
            whole.y[chosen_rows],
            {column: values[chosen_rows] for column, values in whole.groups.items()},
            None,
            whole.steps,
            notes,
            origins=whole.origins.take(chosen_rows) if whole.origins is not None else None,
        )
        for name, chosen_rows in rows.items()
        if len(chosen_rows)
    }


def _hash(source: Path, kind: DataKind, report: Report) -> str:
    """The SHA-256 of all that the data is made of: names and contents."""
    if kind is DataKind.ARRAYS:
        files = [file for pair in array_pairs(source).values() for file in pair]
    elif kind is DataKind.TABLE:
        files = list(table_files(source).values())
    else:
        files = sorted(file for file in source.rglob("*") if file.is_file())
    root = source if source.is_dir() else source.parent
    files += [root / name for name in (LABELS_FILE, GROUPS_FILE) if (root / name).is_file()]
    digest = hashlib.sha256()
    for number, file in enumerate(dict.fromkeys(files)):
        report(0.05 + 0.15 * number / len(files), "Looking at the files")
        digest.update(file.relative_to(root).as_posix().encode() + b"\0")
        try:
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise read_error(file, error) from error
    return digest.hexdigest()


def _whole(folder: Path) -> bool:
    """Whether the converted files are there and not torn."""
    files = list(folder.glob("*.npz"))
    return (folder / "test.npz").is_file() and all(zipfile.is_zipfile(file) for file in files)


def _with_mapped(found: Dataset, outputs: int, report: Report) -> Dataset:
    """The data set, with a copy of large packed splits in the cache from which single samples are read at once."""
    folder = Path(found.path)
    for info in found.splits:
        file = folder if found.single else folder / f"{info.name}.npz"
        size = 4 * info.samples * int(np.prod(found.sample_shape))
        with zipfile.ZipFile(file) as archive:
            packed = any(item.compress_type != zipfile.ZIP_STORED for item in archive.infolist())
        if packed and size > _PACKED_BYTES:
            break
    else:
        return found
    key = key_of("mapped", found.sha256)
    place = cache() / "mapped" / key
    for info in found.splits:
        report(0.7, "Unpacking the data for looking at single samples")
        if not zipfile.is_zipfile(place / f"{info.name}.npz"):
            part = archives.load_split(folder, info.name, found.sample_shape, outputs)
            keep_arrays(f"mapped/{key}", info.name, x=part.x, y=part.y)
    return replace(found, mapped=str(place))
