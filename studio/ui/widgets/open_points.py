"""The list of what is still open: each point is a button that leads to where it is settled."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from studio.core.phrases import phrase
from studio.ui.icons import icon

_ICON, _AIR = 18, 5  # pixels
_LOWEST = 96  # pixels
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One point: the place where it is settled and its sentence; `blocks` tells a blocker from a warning."""

    place: str
    sentence: str
    blocks: bool = True


class _WrappedText(QStyledItemDelegate):
    """Draws icon and sentence itself: Qt's own delegate measures wrapped text otherwise than it draws it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Qt: as high as the wrapped sentence."""
        view = self.parent()
        assert isinstance(view, QListWidget)
        width = view.viewport().width() - 2 * view.spacing()
        room = QRect(0, 0, width - _ICON - 3 * _AIR, 10_000)
        text = option.fontMetrics.boundingRect(room, _WRAP, index.data())
        return QSize(width, max(text.height(), _ICON) + 2 * _AIR)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: draw the background, the icon and the sentence."""
        view, rect, state = self.parent(), option.rect, option.state
        assert isinstance(view, QListWidget)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        view.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        symbol: QIcon = index.data(Qt.ItemDataRole.DecorationRole)
        mode = QIcon.Mode.Selected if chosen else QIcon.Mode.Normal
        symbol.paint(painter, QRect(rect.x() + _AIR, rect.y() + _AIR, _ICON, _ICON), mode=mode)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.setPen(view.palette().color(role))
        painter.drawText(rect.adjusted(_ICON + 2 * _AIR, _AIR, -_AIR, -_AIR), _WRAP, index.data())


class OpenPoints(QListWidget):
    """Points as rows; clicking one, or Enter on it, says its place."""

    point_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[OpenPoint, ...] = ()
        self.setItemDelegate(_WrappedText(self))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setSpacing(2)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(phrase("Open points"))
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)

    def sizeHint(self) -> QSize:
        """Qt: low; it takes the room that is left."""
        return QSize(super().sizeHint().width(), _LOWEST)

    @property
    def points(self) -> tuple[OpenPoint, ...]:
        """What is shown."""
        return self._points

    def set_points(self, points: tuple[OpenPoint, ...]) -> None:
        """Show these."""
        if points == self._points:
            return
        self._points = points
        self.clear()
        for point in points:
            symbol = icon("blocked", "danger") if point.blocks else icon("warning", "warning")
            item = QListWidgetItem(symbol, point.sentence)
            item.setData(Qt.ItemDataRole.UserRole, point.place)
            item.setToolTip(point.sentence)
            self.addItem(item)

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        self.point_wanted.emit(item.data(Qt.ItemDataRole.UserRole))
