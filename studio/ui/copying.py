"""Copies of the data's files without what tells of people, made in a worker of their own: nothing else waits for it."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core.checks.check import told
from studio.core.copies import Copies, remove_unfinished
from studio.core.phrases import phrase
from studio.ui.aside import Aside
from studio.ui.worker_client import WorkerClient


class Copying(QObject):
    """One copying at a time. `made` brings what was made; `failed` and `stopped` a sentence that says what is left."""

    progressed = Signal(float)
    made = Signal(object)
    failed = Signal(str)
    stopped = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._aside = Aside(self)
        self._folder: Path | None = None
        self._worker: WorkerClient | None = None
        self._done = QTimer(self, singleShot=True, interval=0)
        self._done.timeout.connect(self._end_worker)

    @property
    def running(self) -> bool:
        """True while copies are being made."""
        return self._folder is not None

    def make(self, source: Path, folder: Path) -> None:
        """Copy the data at `source` to the new `folder`; nothing happens while others are being made."""
        if self.running:
            return
        self._end_worker()
        self._folder = folder
        self._worker = WorkerClient(parent=self)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        self._worker.ended.connect(self._on_ended)
        self._worker.request("strip_copies", {"source": str(source), "folder": str(folder)})

    def stop(self) -> None:
        """End it; what was made is removed."""
        if self._worker is not None:
            self._worker.stop()

    def close(self) -> None:
        """End the worker; copies that are not finished go with it."""
        folder, self._folder = self._folder, None
        self._end_worker()
        if folder is not None:
            remove_unfinished(folder)

    @Slot()
    def _end_worker(self) -> None:
        self._done.stop()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()
            worker.deleteLater()

    def _take(self) -> Path | None:
        folder, self._folder = self._folder, None
        self._done.start()
        return folder

    @Slot(int, float, str)
    def _on_progressed(self, _number: int, share: float, _words: str) -> None:
        self.progressed.emit(share)

    @Slot(int, object)
    def _on_answered(self, _number: int, copies: Copies) -> None:
        self._take()
        self.made.emit(copies)

    @Slot(int, str, object)
    def _on_failed(self, _number: int, sentence: str, _cure: object) -> None:
        """A worker that died could not clear up; whatever is there is removed here."""
        if (folder := self._take()) is not None:
            self._aside.run(
                lambda: remove_unfinished(folder),
                lambda words: self.failed.emit(f"{sentence} {words}".rstrip()),
                self.failed.emit,
            )

    @Slot(int)
    def _on_ended(self, _number: int) -> None:
        if (folder := self._take()) is not None:
            self._aside.run(
                lambda: remove_unfinished(folder),
                lambda words: self.stopped.emit(_stopped(words)),
                self.failed.emit,
            )


def _stopped(words: str) -> str:
    return told(phrase("Stopped."), words or phrase("The copies made so far were removed."))
