"""The numbers inside one layer: how often each weight and each output value occurs, and which can be stored."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from studio.core.formatting import show_count
from studio.core.study import Histogram, LayerInside
from studio.ui import theme
from studio.ui.widgets.layer_plot import decimal_ticks
from studio.ui.widgets.legend import Key
from studio.ui.widgets.plot import Plot

_NEAREST_STEPS = 4.0  # pixels; storable numbers that lie closer are not all drawn
_PANELS = (("Weights", "before"), ("Outputs (activations)", "after"))


class HistogramPlot(Plot):
    """Two histograms side by side; thin lines are the numbers that can be stored (quantization steps)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Numbers inside", parent)
        self._inside: LayerInside | None = None
        self._stale = False
        self.log_button = QToolButton(autoRaise=True)
        self.log_button.setCheckable(True)
        self.log_button.setText("log")
        self.log_button.setToolTip("Count on a logarithmic scale, so that rare values can be seen")
        self.log_button.setAccessibleName("Logarithmic count")
        self.tools.addWidget(self.log_button)
        self.log_button.toggled.connect(self._on_log)

    @property
    def inside(self) -> LayerInside | None:
        """What is shown."""
        return self._inside

    def set_inside(self, name: str, inside: LayerInside | None, *, stale: bool = False) -> None:
        """Show the insides of the layer of this name."""
        self._inside, self._stale = inside, stale
        self._hovered = None
        self.set_heading(f"Numbers inside {name}" if name else "Numbers inside")
        panels = self._shown()
        keys = [Key("how often", "after")] if any(histogram for histogram, _ in panels) else []
        if any(histogram and step for histogram, step in panels):
            keys.append(Key("can be stored", "warning"))
        self.set_keys(keys)
        parts = []
        if inside is not None and inside.weights is not None and inside.sparsity:
            parts.append(f"{inside.sparsity * 100:.0f} % of its weights are zero")
        self.set_note("; ".join(parts))
        self.surface.update()

    def words_at(self, place: int) -> str:
        """The range of a bin and how often it occurs; places count the bins of both histograms."""
        panel, at = divmod(place, 1 << 16)
        histogram, step = self._shown()[panel]
        if histogram is None:
            return ""
        width = (histogram.high - histogram.low) / len(histogram.counts)
        low = histogram.low + at * width
        total = max(1, sum(histogram.counts))
        count = histogram.counts[at]
        words = f"{_PANELS[panel][0]} from {low:.4g} to {low + width:.4g}: {show_count(count)} ({count / total:.1%})"
        return words + (f", one step is {step:.4g}" if step else "")

    def place_at(self, point: QPointF) -> int | None:
        """The bin at a point."""
        for panel, (histogram, _) in enumerate(self._shown()):
            box = self._box(QRectF(self.surface.rect()), panel)
            if histogram is not None and box.contains(point):
                at = int((point.x() - box.left()) / box.width() * len(histogram.counts))
                return (panel << 16) + min(at, len(histogram.counts) - 1)
        return None

    def pick(self, place: int) -> None:
        """A bin cannot be selected."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Both histograms, or words where there is none."""
        if self._empty:
            super().paint(painter, area)
            return
        for panel, (histogram, step) in enumerate(self._shown()):
            box = self._box(area, panel)
            painter.setPen(QColor(theme.colors().muted))
            if histogram is None or not any(histogram.counts):
                words = "It has no weights of its own." if panel == 0 else "Its outputs were not looked at."
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
                continue
            self._paint_panel(painter, box, panel, histogram, step)

    def _paint_panel(
        self, painter: QPainter, box: QRectF, panel: int, histogram: Histogram, step: float
    ) -> None:
        chosen = theme.colors()
        metrics = QFontMetricsF(self.font())
        span = (histogram.high - histogram.low) or 1.0
        title = _PANELS[panel][0]
        every = self._every(box, span, step)
        if step:
            nth = "" if every == 1 else f", every {every}th drawn"
            up_to = "up to " if panel == 0 else ""  # each channel has a step of its own
            title += f" · step {up_to}{step:.3g}{nth}"
        else:
            title += " · float, no steps"
        head = QRectF(box.left(), box.top() - metrics.height() - 2, box.width(), metrics.height())
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, title)
        if step:
            color = QColor(chosen.warning)
            color.setAlphaF(0.4)
            painter.setPen(color)
            first, last = math.ceil(histogram.low / step), math.floor(histogram.high / step)
            for k in range(first, last + 1):
                if k % every == 0:
                    x = box.left() + (k * step - histogram.low) / span * box.width()
                    painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        heights = [self._height(count) for count in histogram.counts]
        most = max(heights) or 1.0
        width = box.width() / len(heights)
        for at, height in enumerate(heights):
            if not height:
                continue
            color = QColor(chosen.after)
            hovered = self._hovered == (panel << 16) + at
            color.setAlphaF(0.35 if self._stale else 1.0 if hovered else 0.8)
            tall = max(1.0, height / most * box.height())
            painter.fillRect(
                QRectF(box.left() + at * width, box.bottom() - tall, max(1.0, width - 1), tall), color
            )
        painter.setPen(QColor(chosen.border))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QColor(chosen.muted))
        for tick in decimal_ticks(histogram.low, histogram.high, max(2, int(box.width() // 70))):
            x = box.left() + (tick - histogram.low) / span * box.width()
            place = QRectF(x - 40, box.bottom() + 3, 80, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, f"{tick:.4g}".replace("-", "−"))

    def _box(self, area: QRectF, panel: int) -> QRectF:
        metrics = QFontMetricsF(self.font())
        gap = 4.0 * theme.GRID
        width = (area.width() - gap) / 2 - 2 * theme.GRID
        left = theme.GRID + panel * (width + gap + theme.GRID)
        line = metrics.height() + 6
        return QRectF(left, line, max(20.0, width), max(20.0, area.height() - 2 * line))

    @staticmethod
    def _every(box: QRectF, span: float, step: float) -> int:
        """1 where all storable numbers can be told apart, else the power of two of those that are drawn."""
        every = 1
        while step and box.width() * every * step / span < _NEAREST_STEPS and every < 1 << 20:
            every *= 2
        return every

    def _height(self, count: int) -> float:
        return math.log10(1 + count) if self.log_button.isChecked() else float(count)

    def _shown(self) -> tuple[tuple[Histogram | None, float], tuple[Histogram | None, float]]:
        inside = self._inside
        if inside is None:
            return (None, 0.0), (None, 0.0)
        return (inside.weights, inside.weight_step), (inside.activations, inside.activation_step)

    @Slot(bool)
    def _on_log(self, _log: bool) -> None:
        self.surface.update()
