"""What all plots share: heading, legend, read-out, a surface that is painted, and pictures of it as PNG or SVG."""

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QPointF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from studio.core.phrases import phrase
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.widgets.layouts import label
from studio.ui.widgets.legend import Key, Legend
from studio.ui.widgets.plot_export import PictureMenu
from studio.ui.widgets.read_out import ReadOut


class Surface(QWidget):
    """The part of a plot that is painted; it hands on what the mouse and the keys do."""

    def __init__(self, plot: "Plot") -> None:
        super().__init__(plot)
        self._plot = plot
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(96)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: paint, with a frame while the keys are here."""
        painter = QPainter(self)
        self._plot.paint(painter, QRectF(self.rect()))
        if self.hasFocus() and self._plot.shows_focus:
            painter.setPen(QColor(theme.colors().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: read out."""
        self._plot.hovered(event.position(), event.buttons())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: select."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._plot.pressed(event.position(), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Qt: show all again."""
        self._plot.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: zoom where that is of use."""
        if not self._plot.zoom(event.position(), event.angleDelta().y() or event.angleDelta().x()):
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing is pointed at."""
        self._plot.hovered(None, Qt.MouseButton.NoButton)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: move the selection."""
        if not self._plot.key(event.key()):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another size may make another picture."""
        self._plot.surface_resized()


class Plot(QWidget):
    """A heading with a legend, a line that reads out, and a picture below. `picked` tells the place that was chosen.

    Who derives paints (`paint`), says where something is (`place_at`) and what it is (`words_at`).
    """

    picked = Signal(int)
    picture_wanted = Signal(str)

    def __init__(self, heading: str, parent: QWidget | None = None, body: QWidget | None = None) -> None:
        """`body` takes the place of the painted surface, for plots that are a view of their own."""
        super().__init__(parent)
        self._empty = ""
        self._marked: frozenset[int] = frozenset()
        self._current: int | None = None
        self._hovered: int | None = None
        self._note = ""
        self._heading = label(heading, "heading")
        self._read_out = ReadOut()
        self._legend = Legend()
        self.tools = QHBoxLayout()
        self.tools.setSpacing(theme.GRID // 2)
        self.save_button = QToolButton(autoRaise=True)
        self.save_button.setIcon(icon("save"))
        self.save_button.setToolTip(phrase("Save this picture as PNG or SVG, or copy it"))
        self.save_button.setAccessibleName(phrase("Save this picture"))
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.setMenu(PictureMenu(self, self))
        self.surface: QWidget = body or Surface(self)
        self.surface.setAccessibleName(heading)
        self._head = top = QHBoxLayout()
        top.setSpacing(theme.GRID)
        top.addWidget(self._heading)
        top.addSpacing(theme.GRID)
        top.addWidget(self._legend)
        top.addStretch()
        top.addLayout(self.tools)
        top.addWidget(self.save_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self._read_out)
        layout.addWidget(self.surface, 1)

    @property
    def heading(self) -> str:
        """The words above."""
        return self._heading.text()

    @property
    def read_out(self) -> str:
        """What stands in the read-out."""
        return self._read_out.words

    @property
    def empty_words(self) -> str:
        """What stands in the place of a picture; "" while there is one."""
        return self._empty

    @property
    def keys(self) -> tuple[Key, ...]:
        """The legend."""
        return self._legend.keys

    @property
    def marked(self) -> frozenset[int]:
        """The places that are marked as selected."""
        return self._marked

    @property
    def current(self) -> int | None:
        """The place that is read out while the mouse points at none."""
        return self._current

    @property
    def shows_focus(self) -> bool:
        """True where a frame says that the keys are here."""
        return True

    def set_heading(self, heading: str) -> None:
        """Change the words above the picture."""
        self._heading.setText(heading)
        self.surface.setAccessibleName(heading)

    def let_heading_wrap(self) -> None:
        """Give the heading the whole width, and more lines where that is too little."""
        self._heading.setWordWrap(True)
        self._head.setStretch(0, 1)

    def set_keys(self, keys: Iterable[Key]) -> None:
        """Show this legend."""
        self._legend.set_keys(keys)

    def set_empty(self, words: str) -> None:
        """Say what to do in the place of the picture; "" shows the picture."""
        self._empty = words
        self.surface.update()

    def set_note(self, words: str) -> None:
        """What the read-out says while nothing is pointed at or selected."""
        self._note = words
        self._write_read_out()

    def mark(self, places: Iterable[int], current: int | None = None) -> None:
        """Mark these places; `current` is read out."""
        self._marked = frozenset(places)
        self._current = current
        self.marks_changed()
        self._write_read_out()
        self.surface.update()

    def sizeHint(self) -> QSize:
        """Qt: room for a plot."""
        return QSize(420, 220)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: draw again in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.colors_changed()
            self.surface.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: pictures."""
        self.save_button.menu().popup(event.globalPos())

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture; here only the words of an empty one."""
        if self._empty:
            painter.setPen(QColor(theme.colors().muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(24, 0, -24, 0), flags, self._empty)

    def place_at(self, point: QPointF) -> int | None:
        """What lies under a point of the surface."""
        return None

    def words_at(self, place: int) -> str:
        """The read-out of a place."""
        return ""

    def marks_changed(self) -> None:
        """Another selection is about to be painted."""

    def colors_changed(self) -> None:
        """The palette is another one."""

    def surface_resized(self) -> None:
        """The surface has another size."""

    def show_all(self) -> None:
        """Zoom out."""

    def zoom(self, point: QPointF, turn: int) -> bool:
        """The wheel turned over a point; False where there is nothing to zoom."""
        return False

    def key(self, key: int) -> bool:
        """A key was pressed; False where it means nothing here."""
        return False

    def hovered(self, point: QPointF | None, buttons: Qt.MouseButton) -> None:
        """The mouse is at a point of the surface, or left it."""
        place = None if point is None or self._empty else self.place_at(point)
        if place != self._hovered:
            self._hovered = place
            self._write_read_out()
            self.surface.update()

    def pressed(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """The mouse was pressed at a point of the surface."""
        place = None if self._empty else self.place_at(point)
        if place is not None:
            self.pick(place)

    def pick(self, place: int) -> None:
        """Select a place, as a click on it does."""
        self.mark((place,), place)
        self.picked.emit(place)

    def draw_body(self, painter: QPainter, area: QRectF) -> None:
        """The plot itself, inside `area` of a picture."""
        painter.translate(area.topLeft())
        self.paint(painter, QRectF(QPointF(0, 0), area.size()))

    def picture_size(self) -> QSizeF:
        """The size of a picture: the plot as it is on the screen, with room for the legend."""
        size = self.surface.size()
        return QSizeF(max(480, size.width()) + 2 * theme.GRID, max(200, size.height()) + 8 * theme.GRID)

    def _write_read_out(self) -> None:
        place = self._hovered if self._hovered is not None else self._current
        words = self.words_at(place) if place is not None and not self._empty else ""
        self._read_out.set_words(words or self._note)
