"""A plot of values below each other with their 95 % intervals, so that those with few samples are seen to be unsure."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.core.drawings.drawing import Interval, Intervals
from studio.core.phrases import phrase, phrase_count
from studio.ui import theme
from studio.ui.theme import GRID
from studio.ui.widgets.legend import Key
from studio.ui.widgets.plot import Plot

_ROW = 22  # pixels
_BELOW = 36  # pixels for the axis and its words
_NAMES = 0.38  # of the width, which the names have in any case
_PLOT = 130  # pixels that the intervals need; what is left beside them is for longer names


class IntervalPlot(Plot):
    """One row for each value; hovering and the arrow keys read them out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._drawn: Intervals | None = None
        self.let_heading_wrap()

    @property
    def rows(self) -> tuple[Interval, ...]:
        """What is drawn."""
        return self._drawn.rows if self._drawn is not None else ()

    def set_intervals(self, drawn: Intervals) -> None:
        """Draw these."""
        self._drawn = drawn
        self.set_heading(drawn.heading)
        keys = [Key(phrase("now, 95 %"), "after")]
        if any(one.before is not None for one in drawn.rows):
            keys.append(Key(phrase("before"), "before"))
        if drawn.limit is not None:
            keys.append(Key(drawn.limit_words, "warning"))
        self.set_keys(keys)
        self._legend.hide()  # it would widen the page; the figure writes it below
        self.surface.setMinimumHeight(_ROW * max(len(drawn.rows), 1) + _BELOW)
        self.surface.update()

    def sizeHint(self) -> QSize:
        """Qt: as high as the rows are."""
        return QSize(420, _ROW * max(len(self.rows), 1) + _BELOW + 7 * GRID)

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Names, how many samples, the interval, and the axis below."""
        drawn = self._drawn
        if drawn is None or not drawn.rows:
            super().paint(painter, area)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(self.font())
        counts = [f"n {one.n:,}" if one.n else "" for one in drawn.rows]
        numbers = max(metrics.horizontalAdvance(words) for words in counts)
        wide = max(metrics.horizontalAdvance(one.name) for one in drawn.rows)
        wide = max(
            wide, metrics.horizontalAdvance(drawn.axis.words) - numbers + 2 * GRID
        )  # which stands below
        names = min(wide, max(area.width() * _NAMES, area.width() - numbers - 6 * GRID - _PLOT))
        left = names + numbers + 3 * GRID
        inside = QRectF(left, 4, max(area.width() - left - 3 * GRID, 40), _ROW * len(drawn.rows))
        self._paint_axis(painter, inside, metrics, drawn)
        for place, one in enumerate(drawn.rows):
            middle = inside.top() + (place + 0.5) * _ROW
            if place in self._marked or place == self._hovered:
                stripe = QRectF(0, middle - _ROW / 2, area.width(), _ROW)
                painter.fillRect(stripe, QColor(theme.colors().accent_soft))
            painter.setPen(QColor(theme.colors().muted if one.faint else theme.colors().text))
            box = QRectF(0, middle - _ROW / 2, names, _ROW)
            flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
            words = metrics.elidedText(one.name, Qt.TextElideMode.ElideMiddle, names)
            painter.drawText(box, flags, words)
            painter.setPen(QColor(theme.colors().muted))
            painter.drawText(
                QRectF(names + GRID, middle - _ROW / 2, numbers, _ROW),
                int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
                counts[place],
            )
            self._paint_interval(painter, inside, middle, drawn, one)

    def place_at(self, point: QPointF) -> int | None:
        """The row under a point."""
        place = int((point.y() - 4) // _ROW)
        return place if 0 <= place < len(self.rows) else None

    def words_at(self, place: int) -> str:
        """A row in words."""
        drawn = self._drawn
        if drawn is None or place >= len(drawn.rows):
            return ""
        one = drawn.rows[place]
        show = drawn.axis.show
        if one.value is None and not one.n and one.high < drawn.axis.high:
            return phrase("{name}: {low} to {high}", name=one.name, low=show(one.low), high=show(one.high))
        if one.value is None:
            return phrase("{name}: no samples", name=one.name)
        parts = [f"{one.name}: {show(one.value)}"]
        if one.low != one.high:
            between = phrase("(95 %: {low} to {high})", low=show(one.low), high=show(one.high))
            parts = [f"{parts[0]} {between}"]
        if one.before is not None:
            parts.append(phrase("before {value}", value=show(one.before)))
        if one.n:
            parts.append(phrase_count("{count:,} sample", "{count:,} samples", one.n))
        words = ", ".join(parts)
        return phrase("{words}; too few to tell", words=words) if one.faint else words

    def key(self, key: int) -> bool:
        """The arrow keys go from row to row."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(key))
        if step is None or not self.rows:
            return False
        place = 0 if self.current is None else self.current + step
        if not 0 <= place < len(self.rows):
            return False
        self.pick(place)
        return True

    def _paint_axis(
        self, painter: QPainter, inside: QRectF, metrics: QFontMetricsF, drawn: Intervals
    ) -> None:
        axis, chosen = drawn.axis, theme.colors()
        bottom = inside.bottom()
        for tick in axis.ticks(max(2, int(inside.width() // 70))):
            x = inside.left() + axis.at(tick) * inside.width()
            painter.setPen(QPen(QColor(chosen.border), 1))
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, bottom))
            painter.setPen(QColor(chosen.muted))
            words = axis.show(tick)
            half = metrics.horizontalAdvance(words) / 2
            painter.drawText(QPointF(x - half, bottom + metrics.ascent() + 3), words)
        painter.setPen(QColor(chosen.muted))
        words = metrics.elidedText(axis.words, Qt.TextElideMode.ElideRight, inside.left() - 2 * GRID)
        painter.drawText(QPointF(0, bottom + metrics.ascent() + 3), words)
        if drawn.limit is not None:
            x = inside.left() + axis.at(drawn.limit) * inside.width()
            painter.setPen(QPen(QColor(chosen.warning), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, bottom))

    def _paint_interval(
        self, painter: QPainter, inside: QRectF, middle: float, drawn: Intervals, one: Interval
    ) -> None:
        chosen = theme.colors()
        band = one.value is None
        color = QColor(chosen.before if band or one.faint else chosen.after)

        def x_of(value: float) -> float:
            return inside.left() + drawn.axis.at(value) * inside.width()

        if not (band and one.faint):
            painter.setPen(QPen(color, 6 if band else 2, c=Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(x_of(one.low), middle), QPointF(x_of(one.high), middle))
        if one.before is not None:
            painter.setPen(QPen(QColor(chosen.before), 2))
            x = x_of(one.before)
            painter.drawLine(QPointF(x, middle - 6), QPointF(x, middle + 6))
        if one.value is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x_of(one.value), middle), 4, 4)
