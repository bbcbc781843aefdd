"""A switch: a few words side by side of which one holds, moved by mouse, Tab and arrow keys."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import GRID


class _Word(QAbstractButton):
    """One of the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2 * GRID, metrics.height() + GRID)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        focused = self.hasFocus()
        painter.setPen(QPen(QColor(chosen.accent), 1.5) if focused else Qt.PenStyle.NoPen)
        ground = (
            chosen.accent_soft if self.isChecked() else chosen.raised if self.underMouse() else "transparent"
        )
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(area, 4, 4)
        ink = chosen.before if not self.isEnabled() else chosen.text if self.isChecked() else chosen.muted
        painter.setPen(QColor(ink))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())


class Switch(QWidget):
    """Shows the words for `choices` (value, words); `chosen` tells the value that the user went to."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._name = name
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QAbstractButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        for value, words in choices:
            button = _Word(words)
            button.setAccessibleName(f"{name}: {words}")
            self._group.addButton(button)
            self._row.addWidget(button)
            self.buttons[value] = button
        next(iter(self.buttons.values())).setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._group.buttonToggled.connect(self._on_toggled)
        self._quiet = False

    @property
    def value(self) -> str:
        """What holds."""
        return next(value for value, button in self.buttons.items() if button.isChecked())

    def set_value(self, value: str) -> None:
        """Show this without saying that it was chosen."""
        self._quiet = True
        self.buttons[value].setChecked(True)
        self._quiet = False

    def set_words(self, value: str, words: str) -> None:
        """Write one of the choices differently."""
        button = self.buttons[value]
        if button.text() != words:
            button.setText(words)
            button.setAccessibleName(f"{self._name}: {words}")
            button.updateGeometry()

    @Slot(QAbstractButton, bool)
    def _on_toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked and not self._quiet:
            self.chosen.emit(self.value)
