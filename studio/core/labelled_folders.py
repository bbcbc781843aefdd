"""Folders with one folder for each label: every file in them is read as one or more samples of that label."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.data_files import files_of, groups_of_files, label_folders, split_folders
from studio.core.errors import StudioError
from studio.core.gathered import Gathered, Origins, Tick, check_size

# Reads one file as float32 [n, *shape]; ValueError with a reason ("is damaged…") where it cannot.
Reader = Callable[[Path], npt.NDArray[np.float32]]

_UNKNOWN = "unknown"


def read_folders(
    path: Path, suffixes: tuple[str, ...], shape: tuple[int, ...], read: Reader, tick: Tick
) -> dict[str, Gathered]:
    """The samples below `path` by split ("" where there are no folders named train, test…), labels as names.

    Single files that cannot be read are left out, and the notes say so.
    """
    tops = split_folders(path) or {"": path}
    listed: dict[str, list[tuple[str, Path]]] = {}
    others = 0
    for split, top in tops.items():
        listed[split] = []
        for folder in label_folders(top):
            own, foreign = files_of(folder, suffixes)
            others += foreign
            listed[split] += [(folder.name, file) for file in own]
        if not listed[split]:
            raise StudioError(
                f"There is no {' or '.join(suffixes[:3])} file in the folders of {top.name}. "
                "Make one folder for each label and put its files there."
            )
    total = sum(len(files) for files in listed.values())
    check_size(total, shape, path.name)
    columns = groups_of_files(path)
    found: dict[str, Gathered] = {}
    done = 0
    for split, files in listed.items():

        def part(number: int, before: int = done) -> None:
            tick((before + number) / total)

        found[split] = _read(path, files, columns, read, part, others)
        done += len(files)
    return found


def _read(
    path: Path,
    files: list[tuple[str, Path]],
    columns: dict[str, dict[str, str]],
    read: Reader,
    tick: Callable[[int], None],
    others: int,
) -> Gathered:
    samples: list[npt.NDArray[np.float32]] = []
    kept: list[tuple[str, Path]] = []
    broken: list[str] = []
    for number, (label, file) in enumerate(files):
        tick(number)
        try:
            samples.append(read(file))
            kept.append((label, file))
        except (ValueError, OSError) as error:
            reason = str(error) if isinstance(error, ValueError) else "may not be read by you"
            broken.append(f"{label}/{file.name} {reason}")
    if not samples:
        raise StudioError(f"None of the {len(files)} files could be read: {broken[0]}. Save them again.")
    counts = [len(array) for array in samples]
    notes: list[str] = []
    if broken:
        some = "; ".join(broken[:3]) + ("…" if len(broken) > 3 else "")
        notes.append(f"{len(broken)} of {len(files)} files were left out: {some}.")
    if others:
        notes.append(f"{others} files of other kinds in the folders were left out.")
    return Gathered(
        np.concatenate(samples),
        np.repeat(np.array([label for label, _ in kept]), counts),
        _groups(path, [file for _, file in kept], counts, columns, notes),
        np.repeat(np.arange(len(kept)), counts),
        notes=tuple(notes),
        origins=Origins(
            np.repeat(np.array([file.relative_to(path).as_posix() for _, file in kept]), counts),
            np.full(sum(counts), np.nan),
        ),
    )


def _groups(
    path: Path, files: list[Path], counts: list[int], columns: dict[str, dict[str, str]], notes: list[str]
) -> dict[str, npt.NDArray[np.str_]]:
    """The group columns of groups.csv for each sample; files that it does not name are "unknown"."""
    if not columns:
        return {}
    rows = [columns.get(file.relative_to(path).as_posix(), columns.get(file.name)) for file in files]
    missing = sum(row is None for row in rows)
    if missing:
        notes.append(f"groups.csv says nothing about {missing} files; their group is '{_UNKNOWN}'.")
    names = list(next(iter(columns.values())))
    return {
        name: np.repeat(np.array([(row or {}).get(name) or _UNKNOWN for row in rows]), counts)
        for name in names
    }
