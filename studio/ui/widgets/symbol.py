"""A symbol: one icon as a widget, always in the colours of the theme in force."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.icons import paint_icon


class Symbol(QWidget):
    """Shows the icon `name` in the theme's colour `color` ("text", "muted", "accent", "danger"…)."""

    def __init__(
        self, name: str, color: str = "text", size: int = 20, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._color = color
        self._size = size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, color: str) -> None:
        """Show another icon or colour."""
        self._name, self._color = name, color
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: the icon's size."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the icon."""
        painter = QPainter(self)
        paint_icon(
            painter,
            self._name,
            str(getattr(theme.colors(), self._color)),
            QRectF(0, 0, self._size, self._size),
        )
