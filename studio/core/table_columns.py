"""What the columns of a table are: label, targets, recording, groups, the split, or numbers for the model."""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.data_files import SPLITS, split_of
from studio.core.errors import StudioError
from studio.core.gathered import Tick
from studio.core.storage import read_error

_LABELS = ("label", "class", "category", "activity", "gesture")
_SHORT_LABELS = ("target", "y")  # "y" is an axis too, where another column is the label
_TARGET = re.compile(r"(target|y)(_\w+|\d+)$")
_TIMES = ("time", "timestamp", "t", "ms", "seconds", "time_ms", "timestamp_ms", "index", "")
_RECORDINGS = (
    "recording",
    "recording_id",
    "sample",
    "sample_id",
    "file",
    "filename",
    "id",
    "window",
    "series",
)
_GROUPS = re.compile(
    r"(subject|user|person|participant|wearer|device|site|session|hand|group)(_?id|s)?$|group\w*$"
)
_SPLITS = ("split", "subset")
_MOST_FILE_BYTES = 256 << 20
_TICK_ROWS = 20_000


@dataclass(frozen=True)
class Table:
    """A table by the use of its columns; `cells` are the words of the numeric ones, a tuple for each column.

    `label` and `recording` are str [rows] or None; `splits` gives the rows of each split, "" where there are none.
    """

    name: str
    cells: dict[str, tuple[str, ...]]
    features: tuple[str, ...]
    targets: tuple[str, ...]
    label: npt.NDArray[np.str_] | None
    recording: npt.NDArray[np.str_] | None
    groups: dict[str, npt.NDArray[np.str_]]
    splits: dict[str, npt.NDArray[np.int64]]
    dropped: tuple[str, ...]


def read_table(file: Path, tick: Tick) -> dict[str, tuple[str, ...]]:
    """The words of every column under its name; StudioError for files that are no table with a first line of names."""
    try:
        size = file.stat().st_size
        if size > _MOST_FILE_BYTES:
            raise StudioError(
                f"{file.name} is {size / 1e6:,.0f} MB, too large for a table. "
                "Save the arrays with numpy.savez(x=…, y=…)."
            )
        with file.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            mark = max((",", ";", "\t"), key=first.count)
            header = [name.strip() for name in next(csv.reader([first], delimiter=mark), [])]
            _check_header(header, file)
            rows = []
            for number, row in enumerate(csv.reader(stream, delimiter=mark), 2):
                if number % _TICK_ROWS == 0:
                    tick(min(number * len(first) / size, 1.0))
                if not row:
                    continue
                if len(row) != len(header):
                    raise StudioError(
                        f"Line {number} of {file.name} has {len(row)} cells, the first line {len(header)}. "
                        "Repair that line."
                    )
                rows.append(row)
    except OSError as error:
        raise read_error(file, error) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise StudioError(f"{file.name} is not a table in UTF-8 text. Save it again as CSV.") from error
    if not rows:
        raise StudioError(f"{file.name} has no rows below its first line. Add at least one sample.")
    return dict(zip(header, zip(*rows, strict=True), strict=True))


def table_of(cells: dict[str, tuple[str, ...]], file: Path) -> Table:
    """Sort the columns by their names and by what is in them."""
    labels = [name for name in cells if name.lower() in _LABELS]
    labels = labels or [name for name in cells if name.lower() in _SHORT_LABELS]
    targets = [name for name in cells if _TARGET.match(name.lower()) and name not in labels]
    if len(labels) > 1:
        raise StudioError(f"{file.name} has {' and '.join(labels)} as label columns. Keep one of them.")
    if not labels and not targets:
        raise StudioError(
            f"{file.name} has no column 'label' (its columns: {', '.join(list(cells)[:6])}…). "
            "Name the column that holds the classes so; target numbers go into columns named target_…."
        )
    label = np.array([cell.strip() for cell in cells[labels[0]]]) if labels else None
    if label is not None and (empty := np.flatnonzero(label == "")).size:
        raise StudioError(
            f"{empty.size} rows of {file.name} have no label (the first is line {empty[0] + 2}). Fill or remove them."
        )
    rest = [name for name in cells if name not in labels and name not in targets]
    times = [name for name in rest if name.lower() in _TIMES]
    recordings = [name for name in rest if name.lower() in _RECORDINGS]
    splits = [name for name in rest if name.lower() in _SPLITS]
    used = {*times, *recordings, *splits}
    groups = [
        name
        for name in rest
        if name not in used and (_GROUPS.match(name.lower()) or not _numeric(cells[name]))
    ]
    features = [name for name in rest if name not in used and name not in groups]
    shown = [name or "(without a name)" for name in (*times, *recordings[1:])]
    return Table(
        file.name,
        cells,
        tuple(features),
        () if labels else tuple(targets),
        label,
        np.array(cells[recordings[0]]) if recordings else None,
        {name: np.array([cell.strip() for cell in cells[name]]) for name in groups},
        _splits(cells[splits[0]], file) if splits else {"": np.arange(len(next(iter(cells.values()))))},
        (f"Columns that the model does not take: {', '.join(shown)}.",) if shown else (),
    )


def numbers_of(table: Table, names: tuple[str, ...], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """Columns as float32 [rows, columns]; StudioError for the first cell that is no number."""
    found = np.empty((len(rows), len(names)), np.float32)
    for place, name in enumerate(names):
        try:
            column = np.array(table.cells[name], dtype=np.float64)
        except ValueError:
            column = np.array([_number(cell) for cell in table.cells[name]])
        bad = np.flatnonzero(~np.isfinite(column))
        if bad.size:
            cell = table.cells[name][int(bad[0])].strip()
            what = f"'{cell}'" if cell else "nothing"
            raise StudioError(
                f"{bad.size} cells in column '{name}' of {table.name} are not numbers (the first, in line "
                f"{bad[0] + 2}, holds {what}). Fill or remove those rows; decimals take a point."
            )
        found[:, place] = column[rows]
    return found


def _check_header(header: list[str], file: Path) -> None:
    if not any(header):
        raise StudioError(
            f"{file.name} is empty. Save the table again, with the columns' names in its first line."
        )
    if all(_is_number(name) for name in header if name):
        raise StudioError(
            f"The first line of {file.name} holds numbers. Put the columns' names there, with 'label' among them."
        )
    double = next((name for place, name in enumerate(header) if name in header[:place]), None)
    if double is not None:
        raise StudioError(f"{file.name} has two columns named '{double}'. Rename one of them.")


def _splits(cells: tuple[str, ...], file: Path) -> dict[str, npt.NDArray[np.int64]]:
    words = np.array([split_of(cell) for cell in cells])
    wrong = np.flatnonzero(words == "")
    if wrong.size:
        raise StudioError(
            f"Line {wrong[0] + 2} of {file.name} has the split '{cells[int(wrong[0])]}'. "
            "Write train, validation or test."
        )
    return {split: np.flatnonzero(words == split) for split in SPLITS if (words == split).any()}


def _numeric(cells: tuple[str, ...]) -> bool:
    """Whether most of the first cells are numbers: single broken ones are told as such later."""
    some = cells[:200]
    return sum(_is_number(cell) for cell in some) * 2 > len(some)


def _is_number(cell: str) -> bool:
    return np.isfinite(_number(cell)) or cell.strip().lower() in ("nan", "inf", "-inf")


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
