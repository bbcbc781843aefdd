"""Recordings as CSV, written while they arrive, and read again."""

import contextlib
import csv
import io
import os
from pathlib import Path
from typing import Protocol

from studio.core.arrivals import Arrivals
from studio.core.errors import StudioError
from studio.core.recording import Origin, Recorded, columns_of, opening, origin_of, read_rows, rows_of

_CUT_OFF = "The last line was cut off, as when the disk was full or the power went; all before it is there."


class Sink(Protocol):
    """Where a recording goes; each method raises OSError as the disk does, and what was written before stays."""

    def write(self, found: Arrivals, lost: int, damaged: int) -> None:
        """Add these results."""

    def close(self, *, finish: bool = True) -> None:
        """Finish the file; `finish` False after trouble: only let go of it."""

    @property
    def kept(self) -> Path:
        """Where what was written lies now."""


class CsvSink:
    """A table that any program opens; a line that did not fit is taken back, so that the file ends with a whole one."""

    def __init__(self, path: Path, origin: Origin) -> None:
        self.kept = path
        self._file = path.open("wb", buffering=0)
        self._good = 0
        heading = io.StringIO()
        csv.writer(heading, lineterminator="\n").writerow(columns_of(origin))
        try:
            self._put(f"{opening(origin)}\n{heading.getvalue()}")
        except OSError:
            self._file.close()
            raise

    def write(self, found: Arrivals, lost: int, damaged: int) -> None:
        """Add these results as lines."""
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\n").writerows(rows_of(found, lost, damaged))
        self._put(lines.getvalue())

    def close(self, *, finish: bool = True) -> None:
        """Close the file; what was written is whole in any case."""
        del finish
        self._file.close()

    def _put(self, text: str) -> None:
        data = text.encode()
        done = 0
        try:
            while done < len(data):
                done += self._file.write(data[done:]) or 0
        except OSError:
            whole = data[:done].rfind(b"\n") + 1
            with contextlib.suppress(OSError):  # what is no plain file cannot be shortened
                os.ftruncate(self._file.fileno(), self._good + whole)
            raise
        self._good += done


def read_csv(content: bytes) -> Recorded:
    """The recording in the bytes of a CSV file; raises StudioError with a sentence for anything else."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        if not text.startswith("#"):
            raise StudioError(
                "This file is no text, so no CSV recording. Choose a file that the Live page recorded."
            ) from None
    first, _, rest = text.partition("\n")
    origin = origin_of(first)
    note = ""
    if not rest.endswith("\n"):  # even where its last number looks whole, a digit may be missing
        rest, note = rest[: rest.rfind("\n") + 1], _CUT_OFF
    rows = csv.reader(io.StringIO(rest), strict=True)
    try:
        heading = next(rows, [])
        return read_rows(origin, heading, rows, note)
    except csv.Error as error:
        raise StudioError(f"The recording is damaged ({error}). Remove the line, or record anew.") from error
