"""Tables (.csv): one row for each time step, cut into windows, or one row for each sample."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.data_files import table_files
from studio.core.errors import StudioError
from studio.core.gathered import Gathered, Origins, Tick, check_size
from studio.core.table_columns import Table, numbers_of, read_table, table_of

Values = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the model's input lies in the table: `steps` rows of `channels` columns; one row where `wide`."""

    steps: int
    channels: int
    wide: bool


def read_tables(path: Path, shape: tuple[int, ...], outputs: int, tick: Tick) -> dict[str, Gathered]:
    """The table at `path`, or a folder's train.csv, validation.csv and test.csv, as samples of `shape` by split.

    Raises StudioError where the columns do not fit the model, and for cells that are not numbers.
    """
    files = table_files(path)
    if not files:
        raise StudioError(
            f"{path.name} holds several tables. Choose one, or name them train.csv and test.csv."
        )
    found: dict[str, Gathered] = {}
    for number, (split, file) in enumerate(files.items()):

        def part(share: float, number: int = number) -> None:
            tick((number + share) / len(files))

        table = table_of(read_table(file, part), file)
        for own, rows in table.splits.items():
            if split and own:
                raise StudioError(
                    f"{file.name} is a split and has a column that names splits. Remove one of them."
                )
            found[own or split] = _samples(table, rows, shape, outputs)
    return found


def _samples(table: Table, rows: npt.NDArray[np.int64], shape: tuple[int, ...], outputs: int) -> Gathered:
    layout = _layout(table, shape)
    values = numbers_of(table, table.features, rows)
    if layout.wide:
        check_size(len(rows), shape, table.name)
        return Gathered(
            values.reshape(len(rows), *shape),
            _answers(table, rows, outputs),
            {name: column[rows] for name, column in table.groups.items()},
            _numbers(table.recording[rows]) if table.recording is not None else None,
            steps=(
                f"Each row of {table.name} is one sample of {len(table.features)} numbers.",
                *table.dropped,
            ),
            origins=_origins(table, rows),
        )
    if table.label is None:
        raise StudioError(
            f"{table.name} has a row for each time step and no column 'label'. Add one that names the class of "
            "each row; for target numbers give one row for each window."
        )
    return _windows(table, rows, values, layout, shape)


def _layout(table: Table, shape: tuple[int, ...]) -> _Layout:
    columns, whole = len(table.features), int(np.prod(shape, dtype=np.int64))
    sides = tuple(size for size in shape if size != 1)
    if columns == whole:
        return _Layout(1, columns, wide=True)
    if len(sides) == 2 and sides[1] == columns:
        return _Layout(sides[0], columns, wide=False)
    if len(sides) == 1 and columns and sides[0] % columns == 0:
        return _Layout(sides[0] // columns, columns, wide=False)
    steps = f"{sides[-1]} (one row for each time step) or " if len(sides) == 2 else ""
    some = ", ".join(table.features[:6]) + ("…" if columns > 6 else "")
    raise StudioError(
        f"{table.name} has {columns} columns of numbers ({some or 'none'}); this model needs {steps}{whole} (one "
        "row for each sample). Add the missing columns, or remove those that the model was not trained with."
    )


def _answers(table: Table, rows: npt.NDArray[np.int64], outputs: int) -> npt.NDArray[np.generic]:
    if table.targets:
        return numbers_of(table, table.targets, rows)
    assert table.label is not None
    label = table.label[rows]
    if outputs == 1:
        try:
            return label.astype(np.float32).reshape(-1, 1)
        except ValueError:
            pass
    return label


def _windows(
    table: Table, rows: npt.NDArray[np.int64], values: Values, layout: _Layout, shape: tuple[int, ...]
) -> Gathered:
    """Windows cut one after the other from every stretch of one recording and one label."""
    assert table.label is not None
    label = table.label[rows]
    recording = table.recording[rows] if table.recording is not None else np.full(len(rows), "")
    order = np.argsort(_numbers(recording), kind="stable")  # rows of a recording may lie among others
    changes = np.flatnonzero(
        (label[order][1:] != label[order][:-1]) | (recording[order][1:] != recording[order][:-1])
    )
    edges = [0, *(changes + 1).tolist(), len(order)]
    starts = [
        start
        for begin, end in pairwise(edges)
        for start in range(begin, end - layout.steps + 1, layout.steps)
    ]
    short = sum(end - begin < layout.steps for begin, end in pairwise(edges))
    if not starts:
        raise StudioError(
            f"No recording in {table.name} is as long as the model's window of {layout.steps} rows. Record longer, and "
            "keep the rows of a recording and a label together."
        )
    check_size(len(starts), shape, table.name)
    first = order[starts]
    x = values[order][np.asarray(starts)[:, None] + np.arange(layout.steps)]
    notes: list[str] = []
    if short:
        notes.append(
            f"{short} of {len(edges) - 1} stretches in {table.name} are shorter than {layout.steps} rows and were "
            "left out."
        )
    units = None
    if table.recording is not None:
        units = _numbers(recording)[first]
    else:
        notes.append(
            "No column 'recording' says which rows were recorded together: neighbouring windows may be in "
            "training and in testing, so the accuracy may flatter. Add one to keep them apart."
        )
    return Gathered(
        x.reshape(len(starts), *shape),
        label[first],
        {name: column[rows][first] for name, column in table.groups.items()},
        units,
        steps=(
            f"Windows of {layout.steps} rows were cut from {table.name} one after the other, without overlap; "
            "a rest shorter than that is left out.",
            *table.dropped,
        ),
        notes=tuple(notes),
        origins=_origins(table, rows[first]),
    )


def _origins(table: Table, rows: npt.NDArray[np.int64]) -> Origins:
    return Origins(np.full(len(rows), table.name), rows.astype(np.float64))


def _numbers(words: npt.NDArray[np.str_]) -> npt.NDArray[np.int64]:
    """Equal words as equal numbers, counted in the order in which they come."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(word, len(seen)) for word in words.tolist()], np.int64)
