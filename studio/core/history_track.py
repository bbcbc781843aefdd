"""Records in the order they came: the newest in memory, all of them in a file without a name that a thread writes."""

import os
import queue
import shutil
import tempfile
import threading
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from studio.core.storage import write_error

MEMORY_BYTES = 1 << 21
_MOST_RECORDS = 1 << 14
_FEWEST_RECORDS = 1 << 10
_MOST_WAITING = 256
_FREE_BYTES = 1 << 30
_SPILLED_SHARE = 8

Records = npt.NDArray[np.void]


class Track:
    """Records of one `dtype`, numbered from 0; `begin` to `end` can be read.

    One thread appends and reads. A gigabyte of the disk is left free.
    """

    def __init__(self, dtype: np.dtype[np.void], folder: Path | None = None) -> None:
        self.dtype = dtype
        self._keeps = max(_FEWEST_RECORDS, min(_MOST_RECORDS, MEMORY_BYTES // dtype.itemsize))
        self._chunk = self._keeps // _SPILLED_SHARE
        self._kept = np.empty(0, dtype)  # grows to twice what is kept: most sessions are short
        self._first = 0
        self.end = 0
        self._sent = 0
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._written = 0
        self._problem = ""
        self._closed = False
        self._lock = threading.Lock()
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    @property
    def problem(self) -> str:
        """Why nothing is spilled any more; "" while all is well."""
        return self._problem

    @property
    def begin(self) -> int:
        """The oldest record that can be read."""
        return self._first if self._problem else 0

    def append(self, records: Records) -> None:
        """Adds records."""
        for at in range(0, len(records), self._chunk):
            self._append(records[at : at + self._chunk])

    def read(self, begin: int, end: int) -> Records:
        """The records from `begin` to `end`, as far as there are such; a view, until the next `append`."""
        begin, end = max(begin, self.begin), min(end, self.end)
        if end <= begin:
            return np.empty(0, self.dtype)
        if begin >= self._first:
            return self._kept[begin - self._first : end - self._first]
        from_disk = self._read_file(begin, min(end, self._first))
        if end <= self._first:
            return from_disk
        return np.concatenate([from_disk, self._kept[: end - self._first]])

    def close(self) -> None:
        """Ends the thread and gives the disk back."""
        if self._closed:
            return
        self._closed = True
        if self._thread is None:
            return
        while True:
            try:
                self._waiting.put_nowait(None)
                return
            except queue.Full:
                self._drop_one()

    def _append(self, records: Records) -> None:
        held = self.end - self._first
        if held + len(records) > len(self._kept):
            held = self._make_room(held, len(records))
        self._kept[held : held + len(records)] = records
        self.end += len(records)
        if self.end - self._sent >= self._chunk:
            self._spill()

    def _make_room(self, held: int, fresh: int) -> int:
        if len(self._kept) < 2 * self._keeps:
            larger = np.empty(min(2 * self._keeps, max(256, 2 * (held + fresh))), self.dtype)
            larger[:held] = self._kept[:held]
            self._kept = larger
            if held + fresh <= len(larger):
                return held
        staying = min(held, self._keeps)
        self._kept[:staying] = self._kept[held - staying : held].copy()
        self._first = self.end - staying
        return staying

    def _spill(self) -> None:
        if self._problem or self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, name="history", daemon=True)
            self._thread.start()
        fresh = self._kept[self._sent - self._first : self.end - self._first]
        try:
            self._waiting.put_nowait(fresh.tobytes())
            self._sent = self.end
        except queue.Full:
            self._problem = "The disk is too slow for the whole session: only the latest results are kept."

    def _read_file(self, begin: int, end: int) -> Records:
        """What was spilled; NaN in the place of what the thread has not written yet (it is some chunks behind)."""
        size = self.dtype.itemsize
        with self._lock:
            file, there = self._file, min(end, self._written)
            data = _read_at(file, begin * size, (there - begin) * size) if file and there > begin else b""
        found = np.frombuffer(data[: len(data) // size * size], self.dtype)
        missing = end - begin - len(found)
        if not missing:
            return found
        unknown = np.zeros(missing, self.dtype)
        for name in self.dtype.names or ():
            unknown[name] = np.nan
        unknown["time"] = found["time"][-1] if len(found) else self._kept["time"][0]
        return np.concatenate([found, unknown])

    def _write(self) -> None:
        """The thread: writes until None comes."""
        folder = self._folder or Path(tempfile.gettempdir())
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
                with self._lock:
                    self._file = file
                self._write_to(file, folder)
                with self._lock:
                    self._file = None
        except OSError as error:
            with self._lock:
                self._file = None
            self._problem = self._problem or (
                f"{write_error(folder, error)} Only the latest results of this session are kept."
            )

    def _write_to(self, file: IO[bytes], folder: Path) -> None:
        while (data := self._waiting.get()) is not None and not self._closed:
            if shutil.disk_usage(folder).free < _FREE_BYTES:
                self._problem = "The disk is nearly full: only the latest results of this session are kept."
                return
            at = self._written * self.dtype.itemsize
            if hasattr(os, "pwrite"):
                _write_all(file.fileno(), data, at)
            else:
                with self._lock:
                    file.seek(at)
                    file.write(data)
            with self._lock:
                self._written += len(data) // self.dtype.itemsize

    def _drop_one(self) -> None:
        try:
            self._waiting.get_nowait()
        except queue.Empty:
            return


def _write_all(descriptor: int, data: bytes, at: int) -> None:
    done = 0
    while done < len(data):
        done += os.pwrite(descriptor, data[done:], at + done)


def _read_at(file: IO[bytes], at: int, count: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(file.fileno(), count, at)
    file.seek(at)
    return file.read(count)
