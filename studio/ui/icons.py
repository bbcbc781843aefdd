"""Icons: the SVG files in resources/icons, drawn in a colour of the theme whenever they are painted."""

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.core.places import resources
from studio.ui import theme


class _ThemedEngine(QIconEngine):
    """Draws an SVG whose strokes are `currentColor` in the colour that the theme has at that moment."""

    def __init__(self, name: str, color: str) -> None:
        super().__init__()
        self._name = name
        self._color = color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        part = {QIcon.Mode.Disabled: "before", QIcon.Mode.Selected: "on_accent"}.get(mode, self._color)
        _renderer(self._name, str(getattr(theme.colors(), part))).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        found = QPixmap(size)
        found.fill(Qt.GlobalColor.transparent)
        painter = QPainter(found)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return found

    def clone(self) -> QIconEngine:
        return _ThemedEngine(self._name, self._color)


@cache
def icon(name: str, color: str = "text") -> QIcon:
    """The icon resources/icons/`name`.svg in the theme's colour `color` ("text", "muted", "accent"…)."""
    return QIcon(_ThemedEngine(name, color))


def paint_icon(painter: QPainter, name: str, color: str, rect: QRectF) -> None:
    """Draw an icon inside `rect` in a hex colour."""
    _renderer(name, color).render(painter, rect)


@cache
def _renderer(name: str, color: str) -> QSvgRenderer:
    drawing = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", color).encode()))
