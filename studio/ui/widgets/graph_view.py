"""The parts of a drawn model: a box for a layer, and a view that pans and zooms."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from studio.core.layers import Family
from studio.ui import theme

BOX = QSizeF(148, 46)
ZOOM = 1.2
_SMALLEST, _LARGEST = 0.02, 3.0
_READABLE = 0.55  # below this scale names are not drawn


def family_color(family: Family) -> str:
    """The colour of a kind of operator in the palette in force."""
    return theme.series_color(list(Family).index(family))


class Marking(Protocol):
    """Who knows which boxes are selected."""

    @property
    def marked(self) -> frozenset[int]:
        """Their numbers."""

    def font(self) -> QFont:
        """The font of their names."""


@dataclass(frozen=True, slots=True)
class Node:
    """A layer to draw: `share` (0 to 1) is its size next to the largest, `inputs` the nodes that it reads."""

    name: str
    operator: str
    family: Family
    share: float
    words: str
    inputs: tuple[int, ...]
    faded: bool = False


class Box(QGraphicsItem):
    """One layer."""

    def __init__(self, graph: Marking, number: int, node: Node, place: QPointF) -> None:
        super().__init__()
        self.number = number
        self.node = node
        self._graph = graph
        self.setPos(place)
        self.setAcceptHoverEvents(True)

    def boundingRect(self) -> QRectF:
        """Qt: the box and its frame."""
        return QRectF(QPointF(0, 0), BOX).adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Qt: the family's colour, the name, the operator, and a bar for the size."""
        chosen = theme.colors()
        box = QRectF(QPointF(0, 0), BOX)
        marked = self.number in self._graph.marked
        color = QColor(family_color(self.node.family))
        scale = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setOpacity(0.45 if self.node.faded else 1.0)
        if scale < _READABLE / 3:
            painter.fillRect(box, QColor(chosen.accent) if marked else color)
            return
        painter.setPen(QPen(QColor(chosen.accent if marked else chosen.border), 3 if marked else 1))
        painter.setBrush(QColor(chosen.accent_soft if marked else chosen.base))
        painter.drawRect(box)
        painter.fillRect(QRectF(0, 0, 6, box.height()), color)
        painter.fillRect(QRectF(12, box.height() - 8, box.width() - 18, 4), QColor(chosen.raised))
        painter.fillRect(QRectF(12, box.height() - 8, (box.width() - 18) * self.node.share, 4), color)
        if scale < _READABLE:
            return
        font = QFont(self._graph.font())
        font.setPixelSize(12)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        elide = Qt.TextElideMode.ElideRight
        painter.setPen(QColor(chosen.text))
        painter.drawText(QPointF(12, 15), metrics.elidedText(self.node.name, elide, box.width() - 18))
        painter.setPen(QColor(chosen.muted))
        painter.drawText(QPointF(12, 31), metrics.elidedText(self.node.operator, elide, box.width() - 18))


class GraphView(QGraphicsView):
    """Pans with the mouse, zooms with the wheel."""

    key_pressed = Signal(int)
    pointed = Signal(int)
    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setMinimumHeight(96)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._pressed_at = QPointF()

    def zoom(self, factor: float) -> None:
        """Larger or smaller, within reason."""
        scale = self.transform().m11() * factor
        if _SMALLEST <= scale <= _LARGEST:
            self.scale(factor, factor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: zoom."""
        self.zoom(ZOOM if event.angleDelta().y() > 0 else 1 / ZOOM)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: the graph knows what keys mean."""
        self.key_pressed.emit(event.key())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: begin to pan."""
        self._pressed_at = event.position()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Qt: a click selects, a drag has panned."""
        super().mouseReleaseEvent(event)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        moved = (event.position() - self._pressed_at).manhattanLength()
        if event.button() == Qt.MouseButton.LeftButton and moved < 4:
            number = self._number_at(event)
            if number >= 0:
                self.clicked.emit(number)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: pan, or say what is pointed at."""
        super().mouseMoveEvent(event)
        if not event.buttons():
            self.pointed.emit(self._number_at(event))

    def _number_at(self, event: QMouseEvent) -> int:
        item = self.itemAt(event.position().toPoint())
        return item.number if isinstance(item, Box) else -1
