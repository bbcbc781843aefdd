"""A plot of bars: one or several side by side for each name, each of one part or of parts that stand on each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.widgets.layer_plot import LayerPlot, binary_ticks, decimal_ticks
from studio.ui.widgets.legend import Key

_WIDTH = 0.8  # of a group, in units of the axis


@dataclass(frozen=True, slots=True)
class BarSeries:
    """One bar for each name; `color` names a colour of the theme (see Key), `values` None where there is no bar.

    `intervals` are (low, high) for the bars that have one, by the place of the bar. Series that follow each other
    with the same `stack` stand on each other. `stale`: drawn faintly, because new values are on their way.
    `words` say a bar in the read-out where its value alone does not.
    """

    name: str
    color: str
    values: tuple[float | None, ...]
    intervals: tuple[tuple[int, float, float], ...] = ()
    stack: str = ""
    stale: bool = False
    words: tuple[str, ...] = ()


class BarPlot(LayerPlot):
    """Bars in groups; hovering reads them out, clicking selects the group."""

    def __init__(
        self,
        heading: str,
        show: Callable[[float], str],
        *,
        top: float | None = None,
        binary: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`show` writes a value with its unit; `top` fixes the upper end of the axis, `binary` is for sizes."""
        super().__init__(heading, parent)
        self._show = show
        self._top = top
        self._binary = binary
        self._series: tuple[BarSeries, ...] = ()
        self._low, self._high = 0.0, 1.0

    @property
    def series(self) -> tuple[BarSeries, ...]:
        """The bars as they are drawn."""
        return self._series

    @property
    def selected(self) -> int | None:
        """The place that is read out."""
        return self._current

    def set_show(self, show: Callable[[float], str], *, top: float | None = None) -> None:
        """Write values in another unit from now on."""
        self._show, self._top = show, top

    def set_bars(self, names: Sequence[str], series: Sequence[BarSeries], marks: Sequence[str] = ()) -> None:
        """Show one group for each of `names`; `marks` are shorter names for where there is little room."""
        self._series = tuple(series)
        totals = [0.0]
        for bars in self._groups():
            for place in range(len(names)):
                totals.append(sum(bar.values[place] or 0.0 for bar in bars))
        highest = self._top if self._top is not None else max(totals)
        self._low = min(0.0, *totals)
        self._high = highest + (highest - self._low) * 0.06 or 1.0
        self._low -= (self._high - self._low) * 0.03 if self._low < 0 else 0.0
        self.set_keys(Key(bar.name, bar.color) for bar in series)
        self.set_names(names, marks)

    def select(self, place: int | None) -> None:
        """Mark the group at `place`, or none."""
        self.mark(() if place is None else (place,), place)

    def words_at(self, place: int) -> str:
        """The group's name and what its bars say."""
        if place >= len(self._names):
            return ""
        parts = []
        for series in self._series:
            value = series.values[place]
            if series.words:
                words = series.words[place]
            else:
                words = f"{series.name} {self._show(value) if value is not None else '–'}"
            for at, low, high in series.intervals:
                if at == place:
                    words += f" (95 %: {self._show(low)} to {self._show(high)})"
            parts.append(words)
        return f"{self._names[place]}: {', '.join(part for part in parts if part)}"

    def left_room(self, metrics: QFontMetricsF) -> float:
        """Qt: as wide as the widest number."""
        return max((metrics.horizontalAdvance(self._show(tick)) for tick in self._ticks()), default=0.0) + 10

    def paint_axis(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """Numbers and lines."""
        self.paint_scale(painter, inside, self._ticks(), lambda value: self._y_of(value, inside), self._show)

    def paint_inside(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """The bars of the places in sight."""
        groups = self._groups()
        seen = self.seen()
        width = _WIDTH / max(1, len(groups))
        pixel = inside.width() / (self._last - self._first)
        wide = max(1.0, width * pixel * 0.92)
        per_unit = inside.height() / (self._high - self._low)
        ground = self._y_of(0.0, inside)
        painter.setPen(Qt.PenStyle.NoPen)
        for at, bars in enumerate(groups):
            left = self.x_of((at + 0.5) * width - _WIDTH / 2, area) - wide / 2
            feet = dict.fromkeys(seen, ground)
            for bar in bars:
                boxes = []
                for place in seen:
                    value = bar.values[place]
                    if value:
                        tall = value * per_unit
                        top = feet[place] - max(tall, 0.0)
                        boxes.append(QRectF(left + place * pixel, top, wide, abs(tall)))
                        feet[place] -= tall
                color = QColor(Key(bar.name, bar.color).hex)
                color.setAlphaF(0.4 if bar.stale else 1.0)
                painter.setBrush(color)
                painter.drawRects(boxes)
        for at, bars in enumerate(groups):
            for place, below, above in (interval for bar in bars for interval in bar.intervals):
                middle = self.x_of(place + (at + 0.5) * width - _WIDTH / 2, area)
                self._paint_interval(painter, inside, middle, below, above)

    def _paint_interval(
        self, painter: QPainter, inside: QRectF, middle: float, below: float, above: float
    ) -> None:
        painter.setPen(QPen(QColor(theme.colors().text), 1.5))
        low, high = self._y_of(below, inside), self._y_of(above, inside)
        painter.drawLine(QPointF(middle, low), QPointF(middle, high))
        for y in (low, high):
            painter.drawLine(QPointF(middle - 4, y), QPointF(middle + 4, y))

    def _groups(self) -> list[list[BarSeries]]:
        found: list[list[BarSeries]] = []
        for bar in self._series:
            if bar.stack and found and found[-1][0].stack == bar.stack:
                found[-1].append(bar)
            else:
                found.append([bar])
        return found

    def _ticks(self) -> list[float]:
        high = self._top if self._top is not None else self._high
        most = max(2, min(6, self.surface.height() // 36))
        return binary_ticks(high, most) if self._binary else decimal_ticks(self._low, high, most)

    def _y_of(self, value: float, inside: QRectF) -> float:
        return inside.bottom() - (value - self._low) / (self._high - self._low) * inside.height()
