"""The curves of training: loss and the metric for each epoch, and which epoch is kept."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.core.metric import Metric
from studio.core.study import CurvePoint
from studio.ui import theme
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.legend import Key
from studio.ui.widgets.picture_button import PictureButton

_EMPTY = "The curves of “Recover accuracy” and “Train the student” are drawn here while they run."
_MOST_TICKS = 10
_LEGEND = (
    ("━", "after", "validation"),
    ("╌", "muted", "training loss"),
    ("╌", "before", "before training"),
    ("│", "good", "kept"),
)


class CurvePlot(QWidget):
    """Above the metric on the validation samples, below the losses; hovering reads an epoch out."""

    picture_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: tuple[CurvePoint, ...] = ()
        self._before: float | None = None
        self._best: int | None = None
        self._metric = Metric.ACCURACY
        self._hovered: int | None = None
        self._due = False  # to be drawn when it is shown next
        self._plots: list[Any] = []
        self._lines: dict[str, Any] = {}
        self._legend = QHBoxLayout()
        self._legend.setSpacing(GRID + GRID // 2)
        self._read_out = label("", "muted")
        self._read_out.setMinimumWidth(1)
        self._empty = label(_EMPTY, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = row(None)
        top.addLayout(self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self._empty, 1)
        self.picture = PictureButton(self, self)
        below = row(self._read_out, self.picture)
        below.setStretch(0, 1)
        layout.addLayout(below)
        self._draw_legend()
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._make_plots)
        self._later.start()

    @property
    def made(self) -> bool:
        """False for the first turns of the event loop, before there are plots."""
        return len(self._plots) == 2

    @property
    def read_out(self) -> str:
        """What stands in the read-out."""
        return self._read_out.text()

    @property
    def heading(self) -> str:
        """The words above a picture of this."""
        return "Training"

    @property
    def keys(self) -> tuple[Key, ...]:
        """The legend of a picture of this."""
        return tuple(Key(words, color) for _, color, words in _LEGEND)

    def picture_size(self) -> QSizeF:
        """How large a picture of this is."""
        return QSizeF(self.size())

    def draw_body(self, painter: QPainter, area: QRectF) -> None:
        """Draw both plots for a picture."""
        half = area.height() / 2
        for place, plot in enumerate(self._plots):
            part = QRectF(area.left(), area.top() + place * half, area.width(), half)
            plot.render(painter, part, aspectRatioMode=Qt.AspectRatioMode.IgnoreAspectRatio)

    @property
    def shown_epochs(self) -> int:
        """How many epochs are drawn."""
        return len(self._curve)

    def set_curve(
        self, curve: Sequence[CurvePoint], before: float | None, best: int | None, *, metric: Metric
    ) -> None:
        """Draw these epochs; `before` is the metric before training, `best` the epoch that is kept."""
        state = (tuple(curve), before, best, metric)
        if state == (self._curve, self._before, self._best, self._metric):
            return
        self._curve, self._before, self._best, self._metric = state
        self._draw()

    def sizeHint(self) -> QSize:
        """Qt: room for two plots."""
        return QSize(480, 300)

    def minimumSizeHint(self) -> QSize:
        """Qt: what can still be read."""
        return QSize(280, 200)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: draw again in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_legend()
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: draw what came in while nobody saw it."""
        super().showEvent(event)
        if self._due:
            self._draw()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing is pointed at."""
        super().leaveEvent(event)
        self._hovered = None
        self._show_read_out()

    def _make_plots(self) -> None:
        """One plot in each turn of the event loop: each takes tens of milliseconds."""
        plot = pg.PlotWidget(background=None, enableMenu=False)
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setMinimumHeight(80)
        for name in ("left", "bottom"):
            plot.getAxis(name).enableAutoSIPrefix(False)
        plot.getAxis("left").setWidth(56)
        plot.scene().sigMouseMoved.connect(self._hover_over(plot))
        kept = pg.InfiniteLine(angle=90, movable=False)
        first = not self._plots
        names = ("before", "accuracy") if first else ("loss", "validation_loss")
        for name in names:
            self._lines[name] = pg.PlotDataItem(antialias=True)
            plot.addItem(self._lines[name])
        self._lines["kept" if first else "kept below"] = kept
        plot.addItem(kept, ignoreBounds=True)
        plot.setAccessibleName("Metric of each epoch" if first else "Loss of each epoch")
        if not first:
            plot.setXLink(self._plots[0])
            plot.getAxis("bottom").setLabel("epoch")
        self._plots.append(plot)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(len(self._plots), plot, 1)
        if self.made:
            self._draw()
        else:
            plot.hide()
            self._later.start()

    def _draw(self) -> None:
        if not self.made:
            return
        self._due = not self.isVisible()
        if self._due:
            return
        for plot in self._plots:
            plot.setVisible(bool(self._curve))
        self._empty.setVisible(not self._curve)
        self.picture.setVisible(bool(self._curve))
        if not self._curve:
            self._show_read_out()
            return
        chosen = theme.colors()
        for plot in self._plots:
            plot.setBackground(chosen.base)
            for name in ("left", "bottom"):
                plot.getAxis(name).setPen(chosen.border)
                plot.getAxis(name).setTextPen(chosen.muted)
            plot.showGrid(y=True, alpha=0.12)
        scale = 100 if self._metric.is_share else 1
        self._plots[0].getAxis("left").setLabel(
            "accuracy, %" if self._metric.is_share else self._metric.value
        )
        self._plots[1].getAxis("left").setLabel("loss")
        epochs = [point.epoch for point in self._curve]
        dotted = len(epochs) < 3
        for plot in self._plots:
            plot.getAxis("bottom").setTickSpacing(levels=[(math.ceil(len(epochs) / _MOST_TICKS), 0)])
        for name, color, style in _SERIES:
            values = [float(getattr(point, name)) for point in self._curve]
            line = self._lines[name]
            drawn = QColor(str(getattr(chosen, color)))
            line.setData(epochs, [value * (scale if name == "accuracy" else 1) for value in values])
            line.setPen(pg.mkPen(drawn, width=1, style=style))
            line.setSymbol("o" if dotted else None)
            line.setSymbolBrush(drawn)
        ends = [epochs[0], max(epochs[-1], epochs[0] + 1)]
        known = [] if self._before is None else [self._before * scale] * 2
        self._lines["before"].setData(ends if known else [], known)
        self._lines["before"].setPen(pg.mkPen(QColor(chosen.before), width=1, style=Qt.PenStyle.DashLine))
        for name in ("kept", "kept below"):
            self._lines[name].setVisible(bool(self._best))
            self._lines[name].setPen(pg.mkPen(QColor(chosen.good), width=1))
            self._lines[name].setValue(self._best or 0)
        self._show_read_out()

    def _draw_legend(self) -> None:
        while self._legend.count():
            item = self._legend.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        chosen = theme.colors()
        for sign, color, words in _LEGEND:
            entry = QLabel(f'<span style="color:{getattr(chosen, color)}">{sign}</span> {words}')
            entry.setTextFormat(Qt.TextFormat.RichText)
            theme.set_role(entry, "small")
            self._legend.addWidget(entry)

    def _show_read_out(self) -> None:
        if not self._curve:
            self._read_out.setText("")
            return
        place = len(self._curve) - 1 if self._hovered is None else self._hovered
        point = self._curve[min(place, len(self._curve) - 1)]
        metric = self._metric.say(point.accuracy)
        self._read_out.setText(
            f"Epoch {point.epoch}: {metric}, loss {point.loss:.3f} (validation {point.validation_loss:.3f})"
        )

    def _hover_over(self, plot: Any) -> Callable[[QPointF], None]:
        @Slot(object)
        def hover(position: QPointF) -> None:
            box = plot.getViewBox()
            if not self._curve or not box.sceneBoundingRect().contains(position):
                return
            at = float(box.mapSceneToView(position).x())
            near = min(range(len(self._curve)), key=lambda place: abs(self._curve[place].epoch - at))
            self._hovered = near
            self._show_read_out()

        return hover


_SERIES = (
    ("accuracy", "after", Qt.PenStyle.SolidLine),
    ("validation_loss", "after", Qt.PenStyle.SolidLine),
    ("loss", "muted", Qt.PenStyle.DashLine),
)
