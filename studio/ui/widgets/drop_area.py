"""The empty page: a place to drop a model on, and cards of samples to begin with."""

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label
from studio.ui.widgets.symbol import Symbol


class DropArea(QWidget):
    """A dashed frame that invites to drop a file, with a button for those who rather pick it.

    The window takes the drops themselves, anywhere; this says so, and lights up while something hovers.
    """

    open_wanted = Signal()

    def __init__(self, invitation: str, button: str, formats: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lit = False
        self.open_button = QPushButton(icon("open", "on_accent"), f" {button}")
        set_role(self.open_button, "primary")
        centre = Qt.AlignmentFlag.AlignHCenter
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 4 * GRID, 3 * GRID, 4 * GRID)
        layout.setSpacing(GRID + GRID // 2)
        heading = label(invitation, "title")
        words = label(formats, "muted", wrap=True)
        words.setAlignment(centre)
        layout.addStretch(1)
        layout.addWidget(Symbol("drop", "accent", 48), 0, centre)
        layout.addWidget(heading, 0, centre)
        layout.addWidget(self.open_button, 0, centre)
        layout.addWidget(words)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.open_button.clicked.connect(self.open_wanted)

    def set_lit(self, lit: bool) -> None:
        """Light up while something that can be opened hovers over the window."""
        self._lit = lit
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the dashed frame."""
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(chosen.accent if self._lit else chosen.before), 1.5, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(QColor(chosen.accent_soft if self._lit else chosen.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)


class SampleCard(QAbstractButton):
    """A sample as one big button: what it is, in a title and a line."""

    def __init__(self, symbol: str, title: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(f"Open the sample {title}")
        self.setAccessibleDescription(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID // 2)
        parts = (Symbol(symbol, "accent", 24), label(title, "heading"), label(words, "muted", wrap=True))
        for part in parts:
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(part)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Return opens it as a click does; Space is Qt's own."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Qt: light up."""
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: go dark."""
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the card."""
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(QColor(chosen.accent if lit else chosen.border), 1.5 if lit else 1))
        painter.setBrush(QColor(chosen.accent_soft if self.isDown() else chosen.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
