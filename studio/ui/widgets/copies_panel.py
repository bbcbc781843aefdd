"""Copies of the data without what its files tell: the button for them, how far they are, and what came of it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.core.phrases import phrase
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.notice import Notice, Tone


class CopiesPanel(QWidget):
    """`copies_wanted` asks for copies, `stop_wanted` ends making them, `use_wanted` takes them as the data."""

    copies_wanted = Signal()
    stop_wanted = Signal()
    use_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered = False
        self._stopping = False
        self.button = QPushButton(phrase("Make copies without it…"))
        self.button.setToolTip(
            phrase("Copy the data to a new folder, with pictures and sounds as they are but without notes")
        )
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID)
        self.bar.setAccessibleName(phrase("Copying"))
        self.words = label("", "small")
        self.stop = QPushButton(phrase("Stop"))
        self.stop.setToolTip(phrase("Stop copying, and remove the copies made so far"))
        for button in (self.button, self.stop):
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.notice = Notice(closable=True)
        self._running = QWidget()
        across = QVBoxLayout(self._running)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(GRID // 2)
        across.addWidget(self.bar)
        across.addLayout(row(self.stop, self.words, None))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.button)
        layout.addWidget(self._running)
        layout.addWidget(self.notice)
        self._running.hide()
        self.button.clicked.connect(self.copies_wanted)
        self.stop.clicked.connect(self._on_stop)
        self.notice.cure_wanted.connect(self.use_wanted)
        self.notice.closed.connect(self._show)
        self._show()

    @property
    def running(self) -> bool:
        """True while copies are being made."""
        return not self._running.isHidden()

    def set_offered(self, offered: bool) -> None:
        """Whether there is something that copies can be made without."""
        self._offered = offered
        self._show()

    def show_running(self) -> None:
        """Copies are being made."""
        had_focus = self.button.hasFocus()
        self._stopping = False
        self.notice.show_sentence("")
        self.bar.setRange(0, 0)
        self.words.setText(phrase("Copying…"))
        self.stop.setEnabled(True)
        self._running.show()
        self._show()
        if had_focus:
            self.stop.setFocus()

    @Slot(float)
    def set_share(self, share: float) -> None:
        """They are `share` (0 to 1) done."""
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(share * 1000))
        if not self._stopping:
            self.words.setText(phrase("Copying… {percent} %", percent=f"{share * 100:.0f}"))

    def show_end(self, sentence: str = "", tone: Tone = Tone.INFO, *, usable: bool = False) -> None:
        """None are being made any more, and what came of it; `usable` offers them as the data."""
        self._running.hide()
        self.notice.show_sentence(sentence, tone, phrase("Use the copies") if usable else "")
        self._show()
        if usable and self.isVisible():
            self.notice.button.setFocus()

    @Slot()
    def _on_stop(self) -> None:
        self._stopping = True
        self.stop.setEnabled(False)
        self.words.setText(phrase("Stopping, and removing the copies made so far…"))
        self.stop_wanted.emit()

    @Slot()
    def _show(self) -> None:
        self.button.setVisible(self._offered and not self.running)
        self.setVisible(self._offered or self.running or bool(self.notice.sentence))
