"""How much each layer minds compression: a map of layers by probes, filled while it is measured."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from studio.core.study import LayerSensitivity, Probe
from studio.ui import theme
from studio.ui.widgets.layer_plot import LayerPlot
from studio.ui.widgets.legend import Key

# Points of accuracy lost: where one shade ends and the next begins.
_BOUNDS = (0.5, 2.0, 5.0, 10.0)
_SHADES = (0.05, 0.25, 0.45, 0.7, 1.0)
_NAMES = ("up to 0.5", "2", "5", "10", "more points lost")


class SensitivityMap(LayerPlot):
    """Columns are the layers that have weights, rows the probes; arrows move, Enter and a click select the layer."""

    measure_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sensitivity: accuracy if only this layer is changed", parent)
        self._rows: tuple[LayerSensitivity | None, ...] = ()
        self._baseline: float | None = None
        self._metric = "accuracy"
        self._probe = 0
        self.measure_button = QPushButton("Measure")
        self.measure_button.setToolTip("Change one layer at a time and measure the accuracy")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedSize(96, theme.GRID)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName("How far the sensitivity is measured")
        self.cancel_button = QPushButton("Cancel")
        self.cancel_button.setToolTip("Stop measuring the sensitivity")
        for part in (self.progress, self.cancel_button, self.measure_button):
            self.tools.addWidget(part)
        self.measure_button.clicked.connect(self.measure_wanted)
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.set_running(False)

    @property
    def probe(self) -> Probe:
        """The row that is read out."""
        return tuple(Probe)[self._probe]

    @property
    def filled(self) -> int:
        """How many layers have been measured."""
        return sum(row is not None for row in self._rows)

    def set_running(self, running: bool, share: float = 0.0) -> None:
        """Show how far the measuring is, and Cancel; or Measure."""
        self.progress.setVisible(running)
        self.cancel_button.setVisible(running)
        self.measure_button.setVisible(not running)
        self.progress.setValue(round(share * 1000))

    def set_rows(
        self,
        names: Sequence[str],
        rows: Sequence[LayerSensitivity | None],
        baseline: float | None,
        marks: Sequence[str] = (),
        metric: str = "accuracy",
    ) -> None:
        """Show one column for each of `names`; None where nothing is measured yet. `baseline` is the float model's."""
        self._rows = tuple(rows)
        self._metric = metric
        known = [score for row in rows if row is not None for score in row.scores if score is not None]
        self._baseline = baseline if baseline is not None else max(known, default=None)
        self.set_keys(
            Key(name, self._shade(shade).name()) for name, shade in zip(_NAMES, _SHADES, strict=True)
        )
        self.set_names(names, marks)

    def colors_changed(self) -> None:
        """The shades belong to the palette."""
        if self._names:
            self.set_rows(self._names, self._rows, self._baseline, self._marks, self._metric)

    def words_at(self, place: int) -> str:
        """What the probe does to this layer, and the other probes."""
        if place >= len(self._rows):
            return ""
        row = self._rows[place]
        if row is None:
            return f"{self._names[place]}: not measured yet"
        parts = []
        for probe, score in zip(Probe, row.scores, strict=False):
            words = f"{probe.value} {self._show(score)}"
            parts.append(f"▸ {words}" if probe is self.probe else words)
        before = f" (float {self._show(self._baseline)})" if self._baseline is not None else ""
        return f"{self._names[place]}{before}: {', '.join(parts)}"

    def hovered(self, point: QPointF | None, buttons: Qt.MouseButton) -> None:
        """Read out the cell under the mouse."""
        if point is not None and not self._empty and self.place_at(point) is not None:
            inside = self.inside(QRectF(self.surface.rect()))
            row = int((point.y() - inside.top()) / inside.height() * len(Probe))
            if row != self._probe and 0 <= row < len(Probe):
                self._probe = row
                self._hovered = None
                self.surface.update()
        super().hovered(point, buttons)

    def key(self, key: int) -> bool:
        """Up and down go from probe to probe."""
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._names and not self._empty:
            step = 1 if key == Qt.Key.Key_Down else -1
            self._probe = min(len(Probe) - 1, max(0, self._probe + step))
            self._write_read_out()
            self.surface.update()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self._current is not None:
            self.pick(self._current)
            return True
        return super().key(key)

    def left_room(self, metrics: QFontMetricsF) -> float:
        """The probes' names."""
        return max(metrics.horizontalAdvance(probe.value) for probe in Probe) + 10

    def paint_axis(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """The probes."""
        high = inside.height() / len(Probe)
        for row, probe in enumerate(Probe):
            here = row == self._probe and (self._current is not None or self._hovered is not None)
            painter.setPen(QColor(theme.colors().text if here else theme.colors().muted))
            box = QRectF(0, inside.top() + row * high, inside.left() - 6, high)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, probe.value)

    def paint_inside(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """A cell for each layer and probe, with its loss where there is room."""
        metrics = QFontMetricsF(self.font())
        high = inside.height() / len(Probe)
        for place in self.seen():
            left, right = self.x_of(place - 0.5, area), self.x_of(place + 0.5, area)
            row = self._rows[place]
            for number in range(len(Probe)):
                score = row.scores[number] if row is not None and number < len(row.scores) else None
                gap = 1.0 if right - left > 6 else 0.0
                box = QRectF(left + gap, inside.top() + number * high + 1, right - left - 2 * gap, high - 2)
                self._paint_cell(painter, metrics, box, row is not None, score)
                if number == self._probe and place in (self._hovered, self._current):
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    painter.setPen(QPen(QColor(theme.colors().text), 2))
                    painter.drawRect(box.adjusted(1, 1, -1, -1))

    def _paint_cell(
        self, painter: QPainter, metrics: QFontMetricsF, box: QRectF, measured: bool, score: float | None
    ) -> None:
        chosen = theme.colors()
        if score is None or self._baseline is None:
            painter.setPen(QColor(chosen.border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            if measured and box.width() > 10:
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "–")
            return
        lost = (self._baseline - score) * 100
        shade = _SHADES[sum(lost > bound for bound in _BOUNDS)]
        color = self._shade(shade)
        painter.fillRect(box, color)
        text = "0" if abs(lost) < 0.05 else f"{-lost:+.1f}".replace("-", "−")
        if metrics.horizontalAdvance(text) < box.width() - 2 and metrics.height() <= box.height() + 2:
            on_dark = color.lightnessF() < 0.55
            painter.setPen(QColor("#ffffff" if on_dark else "#1b1f24"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    @staticmethod
    def _shade(share: float) -> QColor:
        """From the ground to a strong blue: one hue, so that everybody sees the order."""
        chosen = theme.colors()
        low, high = QColor(chosen.raised), QColor("#9dd6f8" if chosen.dark else "#0b3a75")
        parts = ((a + (b - a) * share) for a, b in zip(low.getRgb()[:3], high.getRgb()[:3], strict=True))  # type: ignore[index]
        return QColor(*(round(part) for part in parts))

    def _show(self, score: float | None) -> str:
        if score is None:
            return "–"
        return f"{score * 100:.1f} %" if self._metric == "accuracy" else f"{score:.4f}"
