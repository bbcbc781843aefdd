"""How long the answers took: a histogram with the middle and the slow end marked."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from studio.core.formatting import show_time
from studio.core.study import Histogram
from studio.core.validation import Times
from studio.ui import theme
from studio.ui.widgets.layer_plot import decimal_ticks
from studio.ui.widgets.legend import Key
from studio.ui.widgets.plot import Plot


class LatencyPlot(Plot):
    """Answers by the time between question and answer; lines where half and 95 % of them are in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Question to answer", parent)
        self._spread: Histogram | None = None
        self._times: Times | None = None
        self.set_empty("No times yet.")

    def set_times(self, spread: Histogram | None, times: Times | None) -> None:
        """Show these; None says that there are none."""
        self._spread, self._times = spread, times
        self._hovered = None
        keys = (Key("answers", "after"), Key("half (p50)", "text"), Key("95 % (p95)", "warning"))
        self.set_keys(keys if times else ())
        self.set_empty("" if times else "No times yet.")
        self.set_note(
            f"Half within {show_time(times.p50)}, 95 % within {show_time(times.p95)}, "
            f"all within {show_time(times.worst)}"
            if times
            else ""
        )

    def words_at(self, place: int) -> str:
        """The bin's times and how many answers took so long."""
        if self._spread is None:
            return ""
        width = (self._spread.high - self._spread.low) / len(self._spread.counts)
        low = self._spread.low + place * width
        last = place == len(self._spread.counts) - 1
        ends = f"{show_time(low)} or more" if last else f"{show_time(low)} to {show_time(low + width)}"
        return f"{ends}: {self._spread.counts[place]} answers"

    def place_at(self, point: QPointF) -> int | None:
        """The bin at a point."""
        box = self._box(QRectF(self.surface.rect()))
        if self._spread is None or not box.contains(point):
            return None
        count = len(self._spread.counts)
        return min(int((point.x() - box.left()) / box.width() * count), count - 1)

    def pick(self, place: int) -> None:
        """A bin cannot be selected."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """The bars, the two lines and the times below."""
        if self._empty or self._spread is None or self._times is None:
            super().paint(painter, area)
            return
        chosen, box, spread = theme.colors(), self._box(area), self._spread
        most, width = max(1, *spread.counts), box.width() / len(spread.counts)
        for at, count in enumerate(spread.counts):
            color = QColor(chosen.after)
            color.setAlphaF(1.0 if self._hovered == at else 0.8)
            tall = max(1.0, count / most * box.height()) if count else 0.0
            painter.fillRect(
                QRectF(box.left() + at * width, box.bottom() - tall, max(1.0, width - 1), tall), color
            )
        for value, ink in ((self._times.p50, chosen.text), (self._times.p95, chosen.warning)):
            x = box.left() + min(1.0, (value - spread.low) / (spread.high - spread.low)) * box.width()
            painter.setPen(QColor(ink))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.setPen(QColor(chosen.border))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(chosen.muted))
        high = QFontMetricsF(self.font()).height()
        for tick in decimal_ticks(spread.low, spread.high, max(2, int(box.width() // 90))):
            x = box.left() + (tick - spread.low) / (spread.high - spread.low) * box.width()
            painter.drawText(
                QRectF(x - 45, box.bottom() + 3, 90, high), Qt.AlignmentFlag.AlignCenter, show_time(tick)
            )

    def _box(self, area: QRectF) -> QRectF:
        line = QFontMetricsF(self.font()).height() + 6
        return area.adjusted(3 * theme.GRID, 4, -3 * theme.GRID, -line)
