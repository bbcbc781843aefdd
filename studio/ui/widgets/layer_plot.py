"""A plot whose horizontal axis is the layers: names below, marks, zoom with the wheel, steps with the arrow keys."""

import math
from collections.abc import Callable, Iterable, Sequence

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
        self._insides: dict[
            tuple[float, float], QRectF
        ] = {}  # where the picture goes, by the size of the surface
        self._widest, self._widest_mark = 0.0, 0.0

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
        self._insides.clear()
        another = len(names) != len(self._names)
        known = (self._names, self._marks)
        self._names = tuple(names)
        self._marks = tuple(marks) or self._names
        self._hovered = None
        if (self._names, self._marks) != known:
            self._measure()
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
        found = self._insides.get(size)
        if found is None:
            metrics = QFontMetricsF(self.font())
            found = area.adjusted(self.left_room(metrics), 6, -6, -(metrics.height() + 6))
            self._insides[size] = found
        return found

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
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._insides.clear()
            self._measure()

    def surface_resized(self) -> None:
        """Another height has other numbers at the axis."""
        self._insides.clear()

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
        self._paint_bands(painter, area, inside, self._marked, chosen.accent_soft)
        if self._hovered is not None and self._hovered not in self._marked:
            self._paint_bands(painter, area, inside, (self._hovered,), chosen.raised)
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

    def _paint_bands(
        self, painter: QPainter, area: QRectF, inside: QRectF, places: Iterable[int], color: str
    ) -> None:
        width = max(2.0, inside.width() / (self._last - self._first))
        boxes = [
            QRectF(self.x_of(place - 0.5, area), inside.top(), width, inside.height()) for place in places
        ]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawRects(boxes)

    def _measure(self) -> None:
        metrics = QFontMetricsF(self.font())
        self._widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0.0)
        self._widest_mark = max((metrics.horizontalAdvance(mark) for mark in self._marks), default=0.0)

    def _paint_names(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """Whole names, else the marks, else every so many marks."""
        pixel = inside.width() / (self._last - self._first)
        written, step = self._names, 1
        if self._widest > pixel - 6 and self._marks is not self._names:
            written = self._marks
            if self._widest_mark > pixel - 6:
                step = math.ceil((self._widest_mark + 12) / pixel)
        metrics = QFontMetricsF(self.font())
        painter.setPen(QColor(theme.colors().muted))
        seen = self.seen()
        for place in range(seen.start + -seen.start % step, seen.stop, step):
            wide = pixel * step - 4
            box = QRectF(self.x_of(place, area) - wide / 2, inside.bottom() + 4, wide, metrics.height())
            text = written[place]
            if step == 1:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(wide, 10.0))
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
