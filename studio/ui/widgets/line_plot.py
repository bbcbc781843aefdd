"""A plot of lines on two axes, linear or those of detection curves, with the intervals of their points."""

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.core.drawings.drawing import Line, Lines
from studio.core.phrases import phrase
from studio.ui import theme
from studio.ui.widgets.legend import Key
from studio.ui.widgets.plot import Plot

_REACH = 14.0  # pixels from a point within which it is read out
_MOST_DOTS = 80  # on one line; more run into each other


class LinePlot(Plot):
    """Hovering reads out the nearest point; the arrow keys walk along the points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._drawn: Lines | None = None
        self.let_heading_wrap()
        self._points: list[tuple[Line, int]] = []
        self._inside = QRectF()
        self.surface.setMinimumHeight(220)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is drawn."""
        return self._drawn.lines if self._drawn is not None else ()

    def set_lines(self, drawn: Lines) -> None:
        """Draw these; the legend stands elsewhere where there are many."""
        self._drawn = drawn
        self.set_heading(drawn.heading)
        self._points = [
            (line, place) for line in drawn.lines if not line.dashed for place in range(len(line.points))
        ]
        self.set_keys(Key(line.name, line.color) for line in drawn.lines)
        self._legend.hide()  # long names would widen the page; the figure writes them below
        self.surface.update()

    def sizeHint(self) -> QSize:
        """Qt: room for a plot."""
        return QSize(420, 280)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Axes, lines, points with intervals, and the marked point."""
        drawn = self._drawn
        if drawn is None:
            super().paint(painter, area)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        left = max(metrics.horizontalAdvance(drawn.y.show(one)) for one in drawn.y.ticks(6)) + 26
        ends = max(metrics.horizontalAdvance(drawn.x.show(one)) for one in drawn.x.ticks(6))
        self._inside = inside = area.adjusted(left, 8, -max(16, ends / 2 + 4), -38)
        self._paint_axes(painter, inside, metrics, drawn)
        painter.save()
        painter.setClipRect(inside.adjusted(-5, -5, 5, 5))
        for line in drawn.lines:
            self._paint_line(painter, line)
        if drawn.cross is not None:
            self._paint_cross(painter, self._at(drawn.cross))
        painter.restore()

    def place_at(self, point: QPointF) -> int | None:
        """The point nearest to the mouse."""
        far = [
            ((self._at(line.points[place]) - point).manhattanLength(), number)
            for number, (line, place) in enumerate(self._points)
        ]
        nearest, number = min(far, default=(_REACH + 1, 0))
        return number if nearest <= _REACH else None

    def words_at(self, place: int) -> str:
        """A point in words."""
        drawn = self._drawn
        if drawn is None or place >= len(self._points):
            return ""
        line, at = self._points[place]
        x, y = line.points[at]
        words = f"{line.name}: {drawn.x.words} {drawn.x.show(x)}, {drawn.y.words} {drawn.y.show(y)}"
        if line.ends:
            low, high = line.ends[at]
            between = phrase("(95 %: {low} to {high})", low=drawn.y.show(low), high=drawn.y.show(high))
            words = f"{words} {between}"
        return words

    def key(self, key: int) -> bool:
        """Left and right walk along the points."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key))
        if step is None or not self._points:
            return False
        place = 0 if self.current is None else self.current + step
        if not 0 <= place < len(self._points):
            return False
        self.pick(place)
        return True

    def _at(self, point: tuple[float, float]) -> QPointF:
        drawn, inside = self._drawn, self._inside
        if drawn is None:
            return QPointF()
        x = inside.left() + drawn.x.at(point[0]) * inside.width()
        return QPointF(x, inside.bottom() - drawn.y.at(point[1]) * inside.height())

    def _paint_axes(self, painter: QPainter, inside: QRectF, metrics: QFontMetricsF, drawn: Lines) -> None:
        chosen = theme.colors()
        grid, ink = QPen(QColor(chosen.border), 1), QColor(chosen.muted)
        last = -1e9
        for tick in drawn.x.ticks(max(2, int(inside.width() // 80))):
            x = inside.left() + drawn.x.at(tick) * inside.width()
            painter.setPen(grid)
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
            words = drawn.x.show(tick)
            half = metrics.horizontalAdvance(words) / 2
            if x - half > last:
                painter.setPen(ink)
                painter.drawText(QPointF(x - half, inside.bottom() + metrics.ascent() + 3), words)
                last = x + half + 6
        last = 1e9
        for tick in drawn.y.ticks(max(2, int(inside.height() // 36))):
            y = inside.bottom() - drawn.y.at(tick) * inside.height()
            painter.setPen(grid)
            painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
            if y + metrics.height() < last:
                painter.setPen(ink)
                words = drawn.y.show(tick)
                x = inside.left() - 6 - metrics.horizontalAdvance(words)
                painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), words)
                last = y
        painter.setPen(ink)
        below = QRectF(
            inside.left(), inside.bottom() + metrics.height() + 4, inside.width(), metrics.height()
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignHCenter), drawn.x.words)
        painter.save()
        painter.translate(metrics.ascent(), inside.center().y())
        painter.rotate(-90)
        painter.drawText(QPointF(-metrics.horizontalAdvance(drawn.y.words) / 2, 0), drawn.y.words)
        painter.restore()

    def _paint_line(self, painter: QPainter, line: Line) -> None:
        color = QColor(Key(line.name, line.color).hex)
        style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
        points = [self._at(point) for point in line.points]
        painter.setPen(QPen(color, 1.5, style))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for one, other in pairwise(points):
            if line.steps:
                corner = QPointF(other.x(), one.y())
                painter.drawLine(one, corner)
                painter.drawLine(corner, other)
            else:
                painter.drawLine(one, other)
        faint = QColor(color)
        faint.setAlpha(140)
        for (x, _), (low, high) in zip(line.points, line.ends, strict=False):
            painter.setPen(QPen(faint, 2))
            painter.drawLine(self._at((x, low)), self._at((x, high)))
        if line.dots and len(points) <= _MOST_DOTS:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            for point in points:
                painter.drawEllipse(point, 3, 3)
        for number in (self._hovered, self.current):
            if number is not None and number < len(self._points) and self._points[number][0] is line:
                painter.setPen(QPen(QColor(theme.colors().text), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(points[self._points[number][1]], 6, 6)

    def _paint_cross(self, painter: QPainter, here: QPointF) -> None:
        painter.setPen(QPen(QColor(theme.colors().text), 2))
        for dx, dy in ((6, 6), (6, -6)):
            painter.drawLine(here - QPointF(dx, dy), here + QPointF(dx, dy))
