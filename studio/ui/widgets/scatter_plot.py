"""Targets against answers as points: on the line they are right."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.widgets.layer_plot import decimal_ticks
from studio.ui.widgets.legend import Key
from studio.ui.widgets.plot import Plot

_MOST_POINTS = 4000  # of each series; more hide each other and take time to draw
_NEAR = 10.0  # pixels around a point that belong to it

Values = npt.NDArray[np.float64]


class ScatterPlot(Plot):
    """Points (target, answer) before and after compression; a click picks the nearest, arrow keys go by target."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(heading, parent)
        self._targets: Values = np.zeros(0)
        self._before: Values = np.zeros(0)
        self._after: Values = np.zeros(0)
        self._order: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._span = (0.0, 1.0)
        self.set_keys((Key("before", "before"), Key("after", "after")))

    def set_points(self, targets: Values, before: Values, after: Values) -> None:
        """Draw these, each [N]; a place is a number from 0 to N−1."""
        self._targets, self._before, self._after = targets, before, after
        self._order = np.argsort(targets, kind="stable").astype(np.int64)
        every = np.concatenate([targets, before, after]) if len(targets) else np.zeros(1)
        low, high = float(every.min()), float(every.max())
        edge = (high - low) * 0.03 or 0.5
        self._span = (low - edge, high + edge)
        self._hovered = None
        self.mark((), None)

    def inside(self, area: QRectF) -> QRectF:
        """Where the points go."""
        metrics = QFontMetricsF(self.font())
        left = max(metrics.horizontalAdvance(_tick(tick)) for tick in self._ticks()) + 10
        return area.adjusted(left + metrics.height(), 6, -8, -(2 * metrics.height() + 6))

    def point_of(self, place: int, *, before: bool = False) -> QPointF:
        """Where a point is on the surface."""
        answers = self._before if before else self._after
        inside = self.inside(QRectF(self.surface.rect()))
        return QPointF(self._x(float(self._targets[place]), inside), self._y(float(answers[place]), inside))

    def place_at(self, point: QPointF) -> int | None:
        """The nearest point that is near enough."""
        if not len(self._targets):
            return None
        inside = self.inside(QRectF(self.surface.rect()))
        low, high = self._span
        x = inside.left() + (self._targets - low) / (high - low) * inside.width()
        nearest, found = _NEAR**2, None
        for answers in (self._after, self._before):
            y = inside.bottom() - (answers - low) / (high - low) * inside.height()
            away = np.square(x - point.x()) + np.square(y - point.y())
            place = int(away.argmin())
            if away[place] < nearest:
                nearest, found = float(away[place]), place
        return found

    def words_at(self, place: int) -> str:
        """Target and answers."""
        target, before, after = (
            float(values[place]) for values in (self._targets, self._before, self._after)
        )
        return f"target {target:.4g}: answered {before:.4g} before, {after:.4g} after"

    def key(self, key: int) -> bool:
        """Left and Right go to the next target, Home and End to the ends."""
        last = len(self._order) - 1
        if last < 0:
            return False
        now = int(np.flatnonzero(self._order == self._current)[0]) if self._current is not None else -1
        steps = {
            Qt.Key.Key_Left: max(0, now - 1),
            Qt.Key.Key_Right: min(last, now + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        for known, place in steps.items():
            if key == known:
                self.pick(int(self._order[place]))
                return True
        return False

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Axes, the line of right answers, and the points."""
        if self._empty or not len(self._targets):
            super().paint(painter, area)
            return
        chosen = theme.colors()
        inside = self.inside(area)
        self._paint_axes(painter, area, inside)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high = self._span
        painter.setPen(QPen(QColor(chosen.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(
            QPointF(self._x(low, inside), self._y(low, inside)),
            QPointF(self._x(high, inside), self._y(high, inside)),
        )
        step = -(-len(self._targets) // _MOST_POINTS)
        size = 5 if len(self._targets) <= 500 else 3
        for answers, color, wider in ((self._before, chosen.before, 2), (self._after, chosen.after, 0)):
            ink = QColor(color)
            ink.setAlphaF(0.7)
            painter.setPen(QPen(ink, size + wider, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            points = zip(self._targets[::step], answers[::step], strict=True)
            painter.drawPoints(
                QPolygonF([QPointF(self._x(float(x), inside), self._y(float(y), inside)) for x, y in points])
            )
        place = self._hovered if self._hovered is not None else self._current
        if place is not None:
            self._paint_ring(painter, inside, place)

    def _paint_ring(self, painter: QPainter, inside: QRectF, place: int) -> None:
        chosen = theme.colors()
        x = self._x(float(self._targets[place]), inside)
        before, after = (self._y(float(answers[place]), inside) for answers in (self._before, self._after))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(chosen.text), 1))
        painter.drawLine(QPointF(x, before), QPointF(x, after))
        for y, color in ((before, chosen.before), (after, chosen.after)):
            painter.setBrush(QColor(color))
            painter.setPen(QPen(QColor(chosen.text), 1.5))
            painter.drawEllipse(QPointF(x, y), 4.5, 4.5)

    def _paint_axes(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        chosen = theme.colors()
        metrics = QFontMetricsF(self.font())
        line = metrics.height()
        for tick in self._ticks():
            x, y = self._x(tick, inside), self._y(tick, inside)
            painter.setPen(QColor(chosen.border))
            painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))
            painter.setPen(QColor(chosen.muted))
            left = QRectF(area.left() + line, y - line / 2, inside.left() - area.left() - line - 6, line)
            painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _tick(tick))
            below = QRectF(x - 40, inside.bottom() + 2, 80, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, _tick(tick))
        middle = Qt.AlignmentFlag.AlignCenter
        painter.drawText(
            QRectF(inside.left(), area.bottom() - line - 1, inside.width(), line), middle, "target"
        )
        painter.save()
        painter.translate(area.left(), inside.bottom())
        painter.rotate(-90)
        painter.drawText(QRectF(0, 0, inside.height(), line), middle, "answer")
        painter.restore()

    def _ticks(self) -> list[float]:
        return decimal_ticks(*self._span)

    def _x(self, value: float, inside: QRectF) -> float:
        low, high = self._span
        return inside.left() + (value - low) / (high - low) * inside.width()

    def _y(self, value: float, inside: QRectF) -> float:
        low, high = self._span
        return inside.bottom() - (value - low) / (high - low) * inside.height()


def _tick(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")
