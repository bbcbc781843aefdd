"""The list of what is still open: each point is a button that leads to where it is settled."""

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from studio.ui.icons import icon


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """One point: the place where it is settled and its sentence; `blocks` tells a blocker from a warning."""

    place: str
    sentence: str
    blocks: bool = True


class OpenPoints(QListWidget):
    """Points as rows; clicking one, or Enter on it, says its place."""

    point_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[OpenPoint, ...] = ()
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setSpacing(2)
        self.setIconSize(QSize(18, 18))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Open points")
        self.itemClicked.connect(self._on_item)
        self.itemActivated.connect(self._on_item)

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
