"""The raw console of a board: what comes as text or in hex, and a line to send."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFontDatabase, QKeyEvent, QShowEvent, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.console_text import ConsoleText, Form
from studio.ui.board_session import BoardSession
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row

MOST_LINES = 5000
"""What can be scrolled back to."""

_ENDINGS = {
    "New line (\\n)": "\n",
    "Both (\\r\\n)": "\r\n",
    "Carriage return (\\r)": "\r",
    "No line ending": "",
}
_NOT_SENT = "Not sent: connect a board first."


class _Entry(QLineEdit):
    """A line with those that were sent before, on the arrow keys."""

    def __init__(self) -> None:
        super().__init__()
        self._sent: list[str] = []
        self._at = 0

    def remember(self, text: str) -> None:
        """This was sent."""
        if text and (not self._sent or self._sent[-1] != text):
            self._sent.append(text)
        self._at = len(self._sent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: up and down bring back what was sent."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self._sent:
            super().keyPressEvent(event)
            return
        self._at = min(max(0, self._at + step), len(self._sent))
        self.setText(self._sent[self._at] if self._at < len(self._sent) else "")


class ConsoleView(QWidget):
    """Costs nothing while it is not shown; then it begins with the last bytes that the link has kept."""

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._seen = 0
        self._link: object = None
        self._text = ConsoleText()
        self.output = QPlainTextEdit(readOnly=True)
        self.output.setMaximumBlockCount(MOST_LINES)
        self.output.setAccessibleName("What the board sent")
        self.output.setPlaceholderText("What the board sends appears here, byte for byte.")
        self.output.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.output.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.form = QComboBox()
        self.form.setAccessibleName("Form of the console")
        for form in Form:
            self.form.addItem(form.value, form)
        self.hold_button = QToolButton(autoRaise=True)
        self.hold_button.setCheckable(True)
        self.hold_button.setIcon(icon("pause"))
        self.hold_button.setToolTip("Hold the console still")
        self.hold_button.setAccessibleName("Hold the console still")
        self.clear_button = QToolButton(autoRaise=True)
        self.clear_button.setIcon(icon("clear"))
        self.clear_button.setToolTip("Empty the console")
        self.clear_button.setAccessibleName("Empty the console")
        self.words = label("", "small")
        self.entry = _Entry()
        self.entry.setPlaceholderText("A line to send")
        self.entry.setAccessibleName("A line to send")
        self.ending = QComboBox()
        self.ending.setAccessibleName("Line ending")
        for words, ending in _ENDINGS.items():
            self.ending.addItem(words, ending)
        self.send_button = QPushButton("Send")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.form, self.words, None, self.hold_button, self.clear_button))
        layout.addWidget(self.output, 1)
        sending = row(self.entry, self.ending, self.send_button)
        sending.setStretch(0, 1)
        layout.addLayout(sending)

        self.form.currentIndexChanged.connect(self._on_form)
        self.clear_button.clicked.connect(self.output.clear)
        self.entry.returnPressed.connect(self._on_send)
        self.send_button.clicked.connect(self._on_send)
        board.ticked.connect(self._on_ticked)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what came meanwhile."""
        super().showEvent(event)
        self._on_ticked()

    @Slot()
    def _on_ticked(self, *_: object) -> None:
        link = self._board.link
        if link is None or not self.isVisible() or self.hold_button.isChecked():
            return
        if link is not self._link:
            self._link, self._seen = link, 0
        self._seen, fresh = link.raw(self._seen)
        if fresh:
            self._append(self._text.of(fresh))

    def _append(self, text: str) -> None:
        """At the end, where one who scrolled back is left alone."""
        bar = self.output.verticalScrollBar()
        was, is_at_end = bar.value(), bar.value() >= bar.maximum()
        cursor = QTextCursor(self.output.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        bar.setValue(bar.maximum() if is_at_end else min(was, bar.maximum()))

    @Slot()
    def _on_form(self, *_: object) -> None:
        self._text = ConsoleText(Form(self.form.currentData()))
        self.output.clear()
        self._seen = 0
        self._on_ticked()

    @Slot()
    def _on_send(self) -> None:
        text = self.entry.text()
        if not self._board.send_text(text, self.ending.currentData()):
            self.words.setText(_NOT_SENT)
            return
        self.words.setText("")
        self.entry.remember(text)
        self.entry.clear()
