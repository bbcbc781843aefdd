"""The status line: what the engine does, how far it is, how long it still takes, and Cancel."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QWidget

from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row

_SHOW_TIME_AFTER_SECONDS = 2.0


def time_left(elapsed_seconds: float, share: float) -> str:
    """How long a job of which `share` is done may still take, in words; "" while that would be a guess."""
    if elapsed_seconds < _SHOW_TIME_AFTER_SECONDS or not 0.15 <= share < 1.0:
        return ""
    left = elapsed_seconds * (1 - share) / share
    if left < 1:
        return "almost done"
    return f"about {left:.0f} s left" if left < 90 else f"about {left / 60:.0f} min left"


class StatusLine(QFrame):
    """Left the engine's state or the job in words, right a bar and Cancel while a job runs."""

    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "bar")
        self._engine = "Engine starting…"
        self._job = ""
        self._began = 0.0
        self.words = label("")
        self.left = label("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(200, GRID)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop this work (Esc)")
        self._job_side = QWidget()
        keep = self._job_side.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._job_side.setSizePolicy(keep)
        side = row(self.left, self.bar, self.cancel)
        side.setContentsMargins(0, 0, 0, 0)
        self._job_side.setLayout(side)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 4, 2 * GRID, 4)
        layout.setSpacing(GRID)
        layout.addWidget(self.words, 1)
        layout.addWidget(self._job_side)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.end_job()

    def set_engine(self, words: str) -> None:
        """Show the engine's state while no job runs."""
        self._engine = words
        if not self._job:
            self.words.setText(words)

    def begin_job(self, words: str) -> None:
        """A job began."""
        self._job = words
        self._began = time.monotonic()
        self.words.setText(f"{words}…")
        self.left.setText("")
        self.bar.setRange(0, 0)
        self._job_side.show()

    def set_progress(self, share: float, words: str) -> None:
        """The job is `share` (0 to 1) done."""
        if not self._job:
            return
        self.words.setText(words or f"{self._job}…")
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(share * 1000))
        self.left.setText(time_left(time.monotonic() - self._began, share))

    def end_job(self) -> None:
        """No job runs."""
        self._job = ""
        self.words.setText(self._engine)
        self._job_side.hide()
