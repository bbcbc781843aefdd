"""A plot whose horizontal axis is the layers: names below, marks, zoom with the wheel, steps with the arrow keys."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.widgets.plot import Plot

_LEAST_SHOWN = 4.0
_ZOOM = 0.8


class LayerPlot(Plot):
    """Places 0 to n−1 side by side, each with a name; who derives paints what stands above it (`paint_inside`)."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(heading, parent)
        self._names: tuple[str, ...] = ()
        self._marks: tuple[str, ...] = ()
        self._first, self._last = -0.5, 0.5
        self._dragged_from: float | None = None
        self._room: dict[tuple[float, float], float] = {}  # left of the picture, by the size of the surface

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the places."""
        return self._names

    @property
    def shown(self) -> tuple[float, float]:
        """From which to which place the picture goes."""
        return self._first, self._last

    def set_names(self, names: Sequence[str], marks: Sequence[str] = ()) -> None:
        """Name the places; `marks` are shorter names for where there is little room."""
        self._room.clear()
        another = len(names) != len(self._names)
        self._names = tuple(names)
        self._marks = tuple(marks) or self._names
        self._hovered = None
        if another:
            self.show_all()
        if self._current is not None and self._current >= len(names):
            self.mark((), None)
        self._write_read_out()
        self.surface.update()

    def show_all(self) -> None:
        """All places."""
        self._first, self._last = -0.5, max(len(self._names), 1) - 0.5
        self.surface.update()

    def marks_changed(self) -> None:
        """Bring the current place into sight."""
        if self._current is not None and not self._first <= self._current <= self._last:
            self._shift(self._current - (self._first + self._last) / 2)

    def zoom(self, point: QPointF, turn: int) -> bool:
        """Fewer or more places, those under the mouse stay there."""
        if len(self._names) <= _LEAST_SHOWN or not turn:
            return False
        at = self.place_of(point.x())
        width = self._last - self._first
        wanted = min(float(len(self._names)), max(_LEAST_SHOWN, width * (_ZOOM if turn > 0 else 1 / _ZOOM)))
        share = (at - self._first) / width
        self._first = at - share * wanted
        self._last = self._first + wanted
        self._shift(0.0)
        return True

    def hovered(self, point: QPointF | None, buttons: Qt.MouseButton) -> None:
        """Drag what is zoomed, read out otherwise."""
        if point is not None and buttons & Qt.MouseButton.LeftButton and self._dragged_from is not None:
            if self._last - self._first < len(self._names):
                self._shift(self._dragged_from - self.place_of(point.x()))
            return
        self._dragged_from = None
        super().hovered(point, buttons)

    def pressed(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Select, and begin to drag."""
        self._dragged_from = self.place_of(point.x())
        super().pressed(point, modifiers)

    def key(self, key: int) -> bool:
        """Arrows step from place to place, Home and End go to the ends, + and − zoom."""
        last = len(self._names) - 1
        if last < 0 or self._empty:
            return False
        now = self._current if self._current is not None else -1
        steps = {
            Qt.Key.Key_Left: max(0, now - 1),
            Qt.Key.Key_Right: min(last, now + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            middle = self.x_of(max(now, 0)) if now >= 0 else self.surface.width() / 2
            return self.zoom(QPointF(middle, 0), 1 if key == Qt.Key.Key_Plus else -1)
        for known, place in steps.items():
            if key == known:
                self.pick(place)
                return True
        return False

    def place_at(self, point: QPointF) -> int | None:
        """The layer at a point above the names."""
        area = self.inside(QRectF(self.surface.rect()))
        if not area.contains(point):
            return None
        place = round(self.place_of(point.x()))
        return place if 0 <= place < len(self._names) else None

    def left_room(self, metrics: QFontMetricsF) -> float:
        """Pixels for what stands left of the picture."""
        return 8.0

    def inside(self, area: QRectF) -> QRectF:
        """Where the picture goes, without names and axis."""
        size = (area.width(), area.height())
        if size not in self._room:
            self._room[size] = self.left_room(QFontMetricsF(self.font()))
        return area.adjusted(self._room[size], 6, -6, -(self.fontMetrics().height() + 6))

    def place_of(self, x: float, area: QRectF | None = None) -> float:
        """The place at a horizontal position of the surface."""
        inside = self.inside(area or QRectF(self.surface.rect()))
        return self._first + (x - inside.left()) / max(inside.width(), 1.0) * (self._last - self._first)

    def x_of(self, place: float, area: QRectF | None = None) -> float:
        """The horizontal position of a place."""
        inside = self.inside(area or QRectF(self.surface.rect()))
        return inside.left() + (place - self._first) / (self._last - self._first) * inside.width()

    def seen(self) -> range:
        """The places in sight."""
        return range(max(0, math.floor(self._first)), min(len(self._names), math.ceil(self._last) + 1))

    def changeEvent(self, event: QEvent) -> None:
        """Qt: another font needs other room."""
        super().changeEvent(event)
        self._room.clear()

    def surface_resized(self) -> None:
        """Another height has other numbers at the axis."""
        self._room.clear()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Marks, what is inside, and the names."""
        if self._empty or not self._names:
            super().paint(painter, area)
            return
        inside = self.inside(area)
        chosen = theme.colors()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.save()
        painter.setClipRect(inside)
        for place in self._marked:
            self._paint_band(painter, area, inside, place, chosen.accent_soft)
        if self._hovered is not None and self._hovered not in self._marked:
            self._paint_band(painter, area, inside, self._hovered, chosen.raised)
        painter.restore()
        self.paint_axis(painter, area, inside)
        painter.save()
        painter.setClipRect(inside.adjusted(-1, -6, 6, 1))
        self.paint_inside(painter, area, inside)
        painter.restore()
        self._paint_names(painter, area, inside)

    def paint_axis(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """What stands left of the picture and behind it."""

    def paint_inside(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """The picture."""

    def paint_scale(
        self,
        painter: QPainter,
        inside: QRectF,
        ticks: Sequence[float],
        y_of: Callable[[float], float],
        show: Callable[[float], str],
    ) -> None:
        """Lines and numbers of a vertical axis."""
        chosen = theme.colors()
        metrics = QFontMetricsF(self.font())
        for tick in ticks:
            y = y_of(tick)
            if not inside.top() - 1 <= y <= inside.bottom() + 1:
                continue
            painter.setPen(QColor(chosen.border))
            painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
            painter.setPen(QColor(chosen.muted))
            box = QRectF(0, y - metrics.height() / 2, inside.left() - 6, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, show(tick))

    def _paint_band(self, painter: QPainter, area: QRectF, inside: QRectF, place: int, color: str) -> None:
        left, right = self.x_of(place - 0.5, area), self.x_of(place + 0.5, area)
        painter.fillRect(QRectF(left, inside.top(), max(2.0, right - left), inside.height()), QColor(color))

    def _paint_names(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        metrics = QFontMetricsF(self.font())
        seen = self.seen()
        if not seen:
            return
        room = inside.width() / (self._last - self._first) - 6
        written, step = self._names, 1
        if max(metrics.horizontalAdvance(self._names[place]) for place in seen) > room:
            written = self._marks
            widest = max(metrics.horizontalAdvance(written[place]) for place in seen)
            if widest > room and written is not self._names:
                step = math.ceil((widest + 6) / max(room + 6, 0.5))
        painter.setPen(QColor(theme.colors().muted))
        for place in seen:
            if place % step:
                continue
            wide = (room + 6) * step - 4
            middle = self.x_of(place, area)
            box = QRectF(middle - wide / 2, inside.bottom() + 4, wide, metrics.height())
            text = metrics.elidedText(written[place], Qt.TextElideMode.ElideRight, max(wide, 10.0))
            if step > 1:
                text = written[place]
            # The outermost names may stick out on the side where there is room.
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _shift(self, places: float) -> None:
        width = self._last - self._first
        self._first = min(max(self._first + places, -0.5), len(self._names) - 0.5 - width)
        self._last = self._first + width
        self.surface.update()


def decimal_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from `low` to `high`, about as many as asked for."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return [low]
    raw = span / max(most, 1)
    scale = 10.0 ** math.floor(math.log10(raw))
    step = next(scale * factor for factor in (1, 2, 5, 10) if scale * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [step * place for place in range(first, math.floor(high / step + 1e-9) + 1)]


def binary_ticks(high: float, most: int = 5) -> list[float]:
    """Powers of two and their multiples from 0 to `high`, for sizes in bytes."""
    step = 2.0 ** max(0, math.ceil(math.log2(max(high, 1.0) / most)))
    return [step * place for place in range(int(high / step) + 1)]
