"""How far a long study is: a bar, words, the time left, and two ways to end it."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.status import time_left


class RunProgress(QWidget):
    """Shown while a study runs; `stop_wanted` keeps the best so far, `cancel_wanted` forgets all of it."""

    stop_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._began = 0.0
        self._running = False
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID)
        self.words = label("", "muted", wrap=True)
        self.left = label("", "small")
        self.stop = QPushButton("Stop and keep the best")
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop and forget what was found")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.bar)
        layout.addLayout(row(self.stop, self.cancel, None))  # above what wraps: buttons stay where they are
        layout.addWidget(self.words)
        layout.addWidget(self.left)
        self.stop.clicked.connect(self._on_stop)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.hide()

    def set_running(self, running: bool, words: str = "") -> None:
        """A study began, or none runs any more."""
        if running == self._running:
            return
        self._running = running
        self._began = time.monotonic()
        self.bar.setRange(0, 0)
        self.words.setText(words)
        self.left.setText("")
        self.stop.setEnabled(True)
        self.setVisible(running)

    def set_progress(self, share: float, words: str) -> None:
        """The study is `share` (0 to 1) done."""
        if not self._running:
            return
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(share * 1000))
        if not self.stop.isEnabled():  # what was under way has to end first
            return
        self.words.setText(words)
        own = "" if " left" in words else time_left(time.monotonic() - self._began, share)
        self.left.setText(own)
        self.left.setVisible(bool(own))

    def _on_stop(self) -> None:
        self.stop.setEnabled(False)
        self.words.setText("Stopping, and keeping the best…")
        self.left.hide()
        self.stop_wanted.emit()
