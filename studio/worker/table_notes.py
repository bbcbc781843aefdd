"""What tables, archives and other texts among the data's files tell of people: every row and line up to a size."""

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from studio.core.checks.data_details import Finding
from studio.core.checks.personal import in_column, in_keys, in_text
from studio.core.phrases import phrase

_MOST_VALUES = 20_000  # different ones of a column
_DATES = (8, 14)  # digits without a mark between


def in_table(stream: TextIO, name: str, delimiter: str, most: int) -> list[Finding]:
    """What the columns of a table tell, by their headings and all values in the first `most` characters."""
    rows = csv.reader(_lines(stream, most), delimiter=delimiter)
    try:
        headings = next(rows, [])
        columns: list[dict[str, None]] = [{} for _ in headings]
        for row in rows:
            for value, known in zip(row, columns, strict=False):
                if value not in known and len(known) < _MOST_VALUES and (_says(value) or not known):
                    known[value] = None
    except csv.Error:  # a line too long for a table
        stream.seek(0)
        return in_prose(stream.read(most), name)
    found = []
    for heading, values in zip(headings, columns, strict=True):
        found += [one for one in in_text(heading, name, phrase("its first row")) if one.serious]
        found += in_column(heading, list(values), name)
    return found


def in_prose(text: str, name: str) -> list[Finding]:
    """What a text of any kind tells: addresses, numbers and places in it, and what stands behind telling keys."""
    found = {one.kind: one for one in in_text(text, name, phrase("its text"))}
    for one in in_keys(text, name):
        found.setdefault(one.kind, one)
    return list(found.values())


def in_archive(file: Path, name: str) -> list[Finding] | None:
    """What columns of texts in an .npz or .npy file tell; None where it cannot be read."""
    found = []
    try:
        loaded: Any = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return in_column("", _texts(loaded), name)
        with loaded as archive:
            for column in archive.files:
                if column == "y":  # labels, which may be anything but an address
                    found += [one for text in _texts(archive[column]) for one in in_text(text, name, "y")]
                elif column != "x":
                    found += in_column(column, _texts(archive[column]), name)
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return found


def _texts(values: Any) -> list[str]:
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    return [str(value) for value in np.unique(values)[:_MOST_VALUES]] if values.dtype.kind == "U" else []


def _says(value: str) -> bool:
    """False for plain numbers, which most values are."""
    try:
        float(value)
    except ValueError:
        return bool(value)
    return len(value) in _DATES and value.isdigit()


def _lines(stream: TextIO, most: int) -> Iterator[str]:
    taken = 0
    for line in stream:
        taken += len(line)
        if taken > most:
            return
        yield line
