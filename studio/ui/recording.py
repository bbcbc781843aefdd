"""A recording of live results as CSV, written by a thread of its own so that a slow disk holds nothing up."""

import csv
import queue
import threading
from collections.abc import Sequence
from pathlib import Path

from studio.core.storage import write_error

_MOST_WAITING = 512  # batches of rows


class Recording:
    """Rows go in with `write`, which never waits; the first trouble ends the recording and is its `problem`."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.rows = 0
        self._problem = ""
        self._waiting: queue.Queue[list[Sequence[str]] | None] = queue.Queue(_MOST_WAITING)
        self._closed = False
        # No daemon: Python waits for what is still to be written when the window is closed.
        self._thread = threading.Thread(target=self._run, args=([header],), name="recording")
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why it ended by itself, in a sentence; "" while all is well."""
        return self._problem

    def write(self, rows: list[Sequence[str]]) -> None:
        """Add rows."""
        if self._closed or self._problem or not rows:
            return
        try:
            self._waiting.put_nowait(rows)
            self.rows += len(rows)
        except queue.Full:
            self._problem = (
                f"The disk is too slow for this recording; {self.path} ends here. Record elsewhere."
            )
            self.close()

    def close(self) -> None:
        """End the recording; what was added is still written."""
        if self._closed:
            return
        self._closed = True
        while True:
            try:
                self._waiting.put_nowait(None)
                return
            except queue.Full:
                try:
                    self._waiting.get_nowait()
                except queue.Empty:
                    continue

    def join(self, seconds: float) -> None:
        """Wait until all is written; not for the window's thread."""
        self._thread.join(seconds)

    def _run(self, first: list[Sequence[str]]) -> None:
        try:
            with self.path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream)
                batch: list[Sequence[str]] | None = first
                while batch is not None:
                    writer.writerows(batch)
                    stream.flush()
                    batch = self._waiting.get()
        except OSError as error:
            self._problem = str(write_error(self.path, error))
