"""Build and flash: the tool, where to, one button, the log as it comes, and how it ended."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFontDatabase, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.run_progress import RunProgress
from studio.ui.widgets.symbol import Symbol

_LOG_LINES = 2000
_LOG_HEIGHT = 18 * GRID
_NOWHERE = "Nowhere: build it and measure"


class FlashPanel(Card):
    """`start_wanted` gives the key of the chosen place (as in `set_places`; "" is nowhere).

    `grown` says that the panel reaches further down than before, as a page that scrolls may want to know.
    """

    start_wanted = Signal(str)
    cancel_wanted = Signal()
    look_wanted = Signal()
    grown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Build and flash", parent)
        self._ready = self._running = False
        self._symbol = Symbol("info", "muted", 16)
        self._tool = label("", wrap=True, selectable=True)
        self._tool.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.places = QComboBox()
        self.places.setAccessibleName("Where to flash it")
        self.places.setToolTip("The board's port or drive")
        self.places.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.places.setMinimumContentsLength(12)
        self.places.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.places.addItem(_NOWHERE, "")
        self.look = QPushButton(icon("refresh"), "")
        self.look.setToolTip("Look for tools, ports and drives again")
        self.look.setAccessibleName("Look for tools, ports and drives again")
        self.button = QPushButton("Build and flash")
        self.progress = RunProgress()
        self.progress.stop.hide()
        self.progress.cancel.setToolTip("Stop the tool and all that it started")
        self.notice = Notice()
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setTabChangesFocus(True)
        self.log.setAccessibleName("What the tool says")
        self.log.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setMaximumBlockCount(_LOG_LINES)
        self.log.setFixedHeight(_LOG_HEIGHT)
        self.log.hide()
        told = row(self._symbol, self._tool)
        told.setStretch(1, 1)
        self.body.addLayout(told)
        self.body.addLayout(row(self.places, self.look))
        self.body.addLayout(row(None, self.button))
        self.body.addWidget(self.progress)
        self.body.addWidget(self.notice)
        self.body.addWidget(self.log)
        self.look.clicked.connect(self.look_wanted)
        self.button.clicked.connect(self._on_button)
        self.progress.cancel_wanted.connect(self._on_cancel)
        self.places.currentIndexChanged.connect(self._show)
        self._show()

    @property
    def tool_words(self) -> str:
        """What it says of the tool."""
        return self._tool.text()

    def set_tool(self, words: str, *, ready: bool | None) -> None:
        """Say which tool there is (ready), how to get it (not ready), or that it is looked for (None)."""
        self._ready = bool(ready)
        self._tool.setText(words)
        self._symbol.set_icon(*_LOOKS[ready])
        self._show()

    def set_places(self, places: Sequence[tuple[str, str]], usual: str = "") -> None:
        """The places to flash to, as (key, words); keeps what is chosen, else takes `usual`."""
        chosen = str(self.places.currentData() or usual)
        blocked = self.places.blockSignals(True)
        self.places.clear()
        for key, words in (*places, ("", _NOWHERE)):
            self.places.addItem(words, key)
        known = [key for key in (chosen, usual, "") if self.places.findData(key) >= 0]
        self.places.setCurrentIndex(self.places.findData(known[0]))
        self.places.blockSignals(blocked)
        self._show()

    def set_running(self, running: bool) -> None:
        """It runs, or no longer."""
        if running:
            self.notice.show_sentence("")
            self.log.clear()
            self.log.show()
        self._running = running
        focused = QApplication.focusWidget()
        was_here = focused is not None and self.isAncestorOf(focused)
        self._show()
        if not running and was_here:
            self.button.setFocus()
        self.progress.set_running(running, "Starting…")
        self.progress.cancel.setEnabled(running)
        if running:
            self.progress.cancel.setFocus()

    def set_progress(self, share: float, words: str) -> None:
        """How far it is, 0 to 1."""
        self.progress.set_progress(share, words)

    def add_lines(self, lines: Sequence[str]) -> None:
        """Add to the log; it stays at its end, unless the user has scrolled up."""
        bar = self.log.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 1
        self.log.appendPlainText("\n".join(lines))
        if follows:
            bar.setValue(bar.maximum())

    def show_result(self, sentence: str, *, failed: bool = False, stopped: bool = False) -> None:
        """How it ended."""
        tone = Tone.DANGER if failed else Tone.WARNING if stopped else Tone.INFO
        self.notice.show_sentence(sentence, tone)

    def forget(self) -> None:
        """Another export: what was said of the one before is of no use."""
        self.notice.show_sentence("")
        self.log.clear()
        self.log.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: more stands there than before."""
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            self.grown.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Qt: what stands above it has become higher, so that it may be out of sight."""
        super().moveEvent(event)
        if event.pos().y() > event.oldPos().y():
            self.grown.emit()

    @Slot()
    def _show(self, *_: object) -> None:
        self.button.setText("Build and flash" if self.places.currentData() else "Build")
        self.button.setEnabled(self._ready and not self._running)
        set_role(self.button, "primary" if self._ready else "")
        self.places.setEnabled(self._ready and not self._running)
        self.look.setEnabled(not self._running)

    @Slot()
    def _on_button(self) -> None:
        self.start_wanted.emit(str(self.places.currentData() or ""))

    @Slot()
    def _on_cancel(self) -> None:
        self.progress.cancel.setEnabled(False)
        self.progress.words.setText("Stopping…")
        self.cancel_wanted.emit()


_LOOKS: dict[bool | None, tuple[str, str]] = {
    True: ("done", "good"),
    False: ("info", "muted"),
    None: ("waiting", "muted"),
}
