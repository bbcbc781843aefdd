"""A recording under way: results go in at once, a thread of its own writes them, and a slow disk holds nothing up."""

import queue
import threading
from pathlib import Path

from studio.core.arrivals import Arrivals
from studio.core.errors import StudioError
from studio.core.recording import Origin, fitted
from studio.core.recording_csv import Sink
from studio.core.storage import write_error
from studio.device.recording_files import open_sink

_MOST_WAITING = 512  # turns of the display: many seconds
_OTHER_NAMES = "The board now names other values than when the recording began; {} ends here. Record anew."
_TOO_SLOW = "The disk is too slow for this recording; {} ends here. Record elsewhere."
_ENDED = " The recording ends with {:,} results, which are in {}."


class Recording:
    """Results go in with `write`, which never waits; the first trouble ends the recording and is its `problem`."""

    def __init__(self, path: Path, origin: Origin) -> None:
        self.path = path
        self.origin = origin
        self.rows = 0
        self._written = 0
        self._problem = ""
        self._kept = path
        self._waiting: queue.Queue[tuple[Arrivals, int, int] | None] = queue.Queue(_MOST_WAITING)
        self._closed = False
        # No daemon: Python waits for what is still to be written when the window is closed.
        self._thread = threading.Thread(target=self._run, name="recording")
        self._thread.start()

    @property
    def problem(self) -> str:
        """Why it ended by itself, in a sentence; "" while all is well."""
        return self._problem

    @property
    def finished(self) -> bool:
        """True once everything is written and the file is whole."""
        return not self._thread.is_alive()

    @property
    def kept(self) -> Path:
        """Where what was written lies."""
        return self._kept

    def write(self, found: Arrivals, lost: int, damaged: int) -> None:
        """Add results, with how many frames had been lost and damaged by then."""
        if self._closed or self._problem or not len(found):
            return
        fits = fitted(self.origin, found)
        if fits is None:
            self._fail(_OTHER_NAMES.format(self.path.name))
            return
        try:
            self._waiting.put_nowait((fits, lost, damaged))
            self.rows += len(found)
        except queue.Full:
            self._fail(_TOO_SLOW.format(self.path.name))

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

    def _fail(self, sentence: str) -> None:
        self._problem = sentence
        self.close()

    def _run(self) -> None:
        sink: Sink | None = None
        try:
            sink = open_sink(self.path, self.origin)
            self._kept = sink.kept
            while (item := self._waiting.get()) is not None:
                sink.write(*item)
                self._written += len(item[0])
            sink.close()
            self._kept = sink.kept
        except (OSError, StudioError) as error:
            sentence = str(write_error(self.path, error) if isinstance(error, OSError) else error)
            self._problem = sentence + (
                _ENDED.format(self._written, self._kept.name) if self._written else ""
            )
            if sink is not None:
                self._let_go(sink)

    def _let_go(self, sink: Sink) -> None:
        try:
            sink.close(finish=False)
        except OSError:
            return
