"""A field for an answer's words: grows with them, and says when they are worth keeping."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

_REST_MS = 1200
_MOST_LINES = 8


class AnswerField(QPlainTextEdit):
    """Words are committed when the field is left, when typing rests, and before any shortcut such as Ctrl+S."""

    committed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept = ""
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.commit)
        self.textChanged.connect(self._on_typed)

    def set_text(self, text: str) -> None:
        """Show `text` as what is kept; the cursor stays where the words are the same."""
        self._kept = text
        if text != self.toPlainText():
            blocked = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(blocked)
            self.updateGeometry()
        self._rest.stop()

    @Slot()
    def commit(self) -> None:
        """Say what was typed, if it is new."""
        self._rest.stop()
        text = self.toPlainText()
        if text != self._kept:
            self._kept = text
            self.committed.emit(text)

    def sizeHint(self) -> QSize:
        """Two to eight lines, as many as the words need."""
        lines = min(max(2, self._lines()), _MOST_LINES)
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        return QSize(240, lines * self.fontMetrics().lineSpacing() + frame)

    def minimumSizeHint(self) -> QSize:
        """As high as the hint."""
        return QSize(120, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """A shortcut with Ctrl is about to act on the project: what was typed has to be in it."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
            and event.key() not in (Qt.Key.Key_Control, Qt.Key.Key_Z, Qt.Key.Key_Y)
        ):
            self.commit()
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving keeps the words."""
        super().focusOutEvent(event)
        self.commit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another number of lines."""
        super().resizeEvent(event)
        self.updateGeometry()

    def _lines(self) -> int:
        return round(self.document().size().height())

    @Slot()
    def _on_typed(self) -> None:
        self.updateGeometry()
        self._rest.start()
