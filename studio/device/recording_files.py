"""Recordings on disk: CSV, and Parquet where pyarrow is installed; written while it arrives, and read again.

A Parquet file is readable only once its end is written. So what arrives goes to a stream beside it (`.arrows`, which is
readable however it ends), and becomes the Parquet file when the recording ends. A full disk costs what did not fit.
"""

import importlib.util
import os
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.arrivals import NOT_SAID, Arrivals
from studio.core.errors import StudioError
from studio.core.recording import COLUMNS, Origin, Recorded, columns_of, origin_json, origin_of_json, recorded
from studio.core.recording_csv import CsvSink, Sink, read_csv
from studio.core.storage import read_error

PARQUET, STREAM = ".parquet", ".arrows"
_GROUP_ROWS = 65_536
_KEY = b"tinyml_studio_recording"
_NO_PYARROW = (
    "Parquet recordings need pyarrow, which is not installed: pip install 'tinyml-studio[parquet]'. "
    "Or choose CSV."
)


def has_parquet() -> bool:
    """Whether pyarrow is installed; does not import it."""
    return importlib.util.find_spec("pyarrow") is not None


def open_sink(path: Path, origin: Origin) -> Sink:
    """A new recording at `path`, in the form that its ending names; an older file there is replaced."""
    if path.suffix.lower() == PARQUET:
        if not has_parquet():
            raise StudioError(_NO_PYARROW)
        return ParquetSink(path, origin)
    return CsvSink(path, origin)


def read_recording(path: Path) -> Recorded:
    """The recording in a .csv, .parquet or .arrows file; raises StudioError with a sentence for anything else."""
    try:
        if path.suffix.lower() in (PARQUET, STREAM):
            if not has_parquet():
                raise StudioError(_NO_PYARROW)
            return _read_arrow(path)
        content = path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
    return read_csv(content)


class ParquetSink:
    """Columns for data frames: `at`, `time_s` float64, whole numbers int64 (null: not said), names, scores float32."""

    def __init__(self, path: Path, origin: Origin) -> None:
        import pyarrow as arrow  # heavy, and an extra: only for those who choose Parquet

        self._path = path
        self.kept = path.with_suffix(path.suffix + STREAM)
        self._arrow = arrow
        fields = [("at", arrow.float64()), ("time_s", arrow.float64())]
        fields += [
            (name, arrow.string() if name in ("label", "truth") else arrow.int64()) for name in COLUMNS[2:]
        ]
        fields += [(name, arrow.float32()) for name in columns_of(origin)[len(COLUMNS) :]]
        self._schema = arrow.schema(fields, metadata={_KEY: origin_json(origin).encode()})
        self._file = self.kept.open("wb", buffering=0)
        self._writer = arrow.ipc.new_stream(self._file, self._schema)

    def write(self, found: Arrivals, lost: int, damaged: int) -> None:
        """Add these results as one batch."""
        count = len(found)
        names = np.array(found.names, object)
        labels = names[found.winners] if found.classifies else np.full(count, None)
        truths = np.full(count, None)
        known = found.truths != NOT_SAID
        truths[known] = names[found.truths[known]]
        columns = [np.full(count, found.at_s), found.times]
        said = [found.device_times_us, found.sequences, found.inference_us, found.samples]
        arrays = [self._arrow.array(column) for column in columns]
        arrays += [self._arrow.array(column, mask=column == NOT_SAID) for column in said]
        arrays += [self._arrow.array(column, self._arrow.string()) for column in (labels, truths)]
        arrays += [self._arrow.array(np.full(count, number, np.int64)) for number in (lost, damaged)]
        arrays += [self._arrow.array(np.ascontiguousarray(column)) for column in found.scores.T]
        self._writer.write_batch(self._arrow.RecordBatch.from_arrays(arrays, schema=self._schema))

    def close(self, *, finish: bool = True) -> None:
        """Finish the stream and make the Parquet file of it; where that fails, the stream stays and can be opened."""
        if not finish:
            self._file.close()
            return
        try:
            self._writer.close()
        finally:
            self._file.close()
        self._make_parquet()
        self.kept.unlink()
        self.kept = self._path

    def _make_parquet(self) -> None:
        from pyarrow import parquet

        with self._arrow.memory_map(str(self.kept)) as source:
            stream = self._arrow.ipc.open_stream(source)
            with parquet.ParquetWriter(self._path, self._schema) as writer:
                waiting: list[Any] = []
                for batch in stream:
                    waiting.append(batch)
                    if sum(one.num_rows for one in waiting) >= _GROUP_ROWS:
                        writer.write_table(self._arrow.Table.from_batches(waiting).combine_chunks())
                        waiting = []
                if waiting:
                    writer.write_table(self._arrow.Table.from_batches(waiting).combine_chunks())


def _read_arrow(path: Path) -> Recorded:
    import pyarrow as arrow
    from pyarrow import parquet

    note = ""
    try:
        if path.suffix.lower() == PARQUET:
            with path.open("rb") as source:
                table = parquet.read_table(source)
        else:
            table, note = _read_stream(path)
        words = (table.schema.metadata or {}).get(_KEY)
        if words is None:
            raise StudioError(
                "This Parquet file is no recording of the studio. Choose a file that the Live page recorded."
            )
        origin = origin_of_json(words.decode("utf-8", "replace"))
        if tuple(table.column_names) != columns_of(origin):
            raise StudioError("This recording's columns were changed. Choose the file as it was recorded.")
        number_of = {name: place for place, name in enumerate(origin.names)}
        columns = []
        for name in table.column_names:
            if name == "label":
                continue
            column = table.column(name)
            if name == "truth":
                columns.append(
                    np.array([number_of.get(one, NOT_SAID) for one in column.to_pylist()], np.float64)
                )
            else:
                filled = column if name.startswith("score:") else column.fill_null(NOT_SAID)
                columns.append(filled.to_numpy().astype(np.float64))
        return recorded(origin, np.stack(columns, axis=1), note)
    except (arrow.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:  # the disk's, not pyarrow's own
            raise
        words = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise StudioError(
            f"{path.name} is damaged or no {path.suffix[1:]} file ({words}). If the studio was ended while "
            f"it recorded, open the {STREAM} file beside it."
        ) from error


def _read_stream(path: Path) -> tuple[Any, str]:
    """All whole batches of a stream, and a note where it was cut off."""
    import pyarrow as arrow

    batches: list[Any] = []
    note = ""
    with path.open("rb") as source, arrow.ipc.open_stream(source) as stream:
        schema = stream.schema
        try:
            batches.extend(stream)
        except (arrow.ArrowException, OSError):
            pass
        else:
            source.seek(-8, os.SEEK_END)
            if source.read() == b"\xff\xff\xff\xff\x00\x00\x00\x00":
                return arrow.Table.from_batches(batches, schema), note
    note = "The end was cut off, as when the disk was full or the power went; all before it is there."
    return arrow.Table.from_batches(batches, schema), note
