"""A plot of grouped bars, two or more for each name, with a read-out, a selection and intervals."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui import theme

_WIDTH = 0.8  # of a group, in units of the axis


@dataclass(frozen=True, slots=True)
class BarSeries:
    """One bar for each name; `color` names a colour of the theme, `values` None where there is no bar.

    `intervals` are (low, high) for the bars that have one, by the place of the bar.
    """

    name: str
    color: str
    values: tuple[float | None, ...]
    intervals: tuple[tuple[int, float, float], ...] = ()


class ShownAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A vertical axis whose numbers are written by one of the studio's formatters; sizes go in powers of two."""

    def __init__(self, show: Callable[[float], str], *, binary: bool) -> None:
        super().__init__("left")
        self._show = show
        self._binary = binary

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Where the ticks are."""
        if not self._binary:
            found: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return found
        step = 2.0 ** max(0, math.ceil(math.log2(max(high, 1.0) / 5)))
        return [(step, [step * place for place in range(int(high / step) + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The text for each tick."""
        return [self._show(value) for value in values]


class BarPlot(QWidget):
    """Bars in groups under a heading; hovering reads them out, clicking selects the group."""

    bar_selected = Signal(int)

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
        super().__init__(parent)
        self._show = show
        self._top = top
        self._names: tuple[str, ...] = ()
        self._marks: tuple[str, ...] = ()
        self._series: tuple[BarSeries, ...] = ()
        self._selected: int | None = None
        self._hovered: int | None = None

        self._heading = QLabel(heading)
        theme.set_role(self._heading, "heading")
        self._read_out = QLabel()
        theme.set_role(self._read_out, "muted")
        self._read_out.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._legend = QHBoxLayout()
        self._legend.setSpacing(theme.GRID)
        self._plot: Any = None  # a pyqtgraph.PlotWidget, once it is made
        self._binary = binary

        top_row = QHBoxLayout()
        top_row.addWidget(self._heading)
        top_row.addSpacing(theme.GRID)
        top_row.addLayout(self._legend)
        top_row.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GRID // 2)
        layout.addLayout(top_row)
        layout.addWidget(self._read_out)
        layout.addStretch(0)
        # A plot takes tens of milliseconds to make: each in a turn of the event loop of its own.
        later = QTimer(self, singleShot=True, interval=0)
        later.timeout.connect(self._make_plot)
        later.start()

    @property
    def made(self) -> bool:
        """False for the first turns of the event loop, before there is a plot."""
        return self._plot is not None

    @property
    def read_out(self) -> str:
        """What stands in the read-out."""
        return self._read_out.text()

    @property
    def series(self) -> tuple[BarSeries, ...]:
        """The bars as they are drawn."""
        return self._series

    @property
    def selected(self) -> int | None:
        """The selected group."""
        return self._selected

    def set_heading(self, heading: str) -> None:
        """Change the words above the plot."""
        self._heading.setText(heading)
        if self._plot is not None:
            self._plot.setAccessibleName(heading)

    def set_bars(self, names: Sequence[str], series: Sequence[BarSeries], marks: Sequence[str] = ()) -> None:
        """Show one group for each of `names`; `marks` are shorter names for where there is little room."""
        self._names = tuple(names)
        self._marks = tuple(marks) or tuple(names)
        self._series = tuple(series)
        self._hovered = None
        if self._selected is not None and self._selected >= len(self._names):
            self._selected = None
        self._draw()

    def select(self, place: int | None) -> None:
        """Mark the group at `place`, or none."""
        self._selected = place
        self._mark_selected()
        self._show_read_out()

    def sizeHint(self) -> QSize:
        """Room for a plot beside another."""
        return QSize(420, 240)

    def changeEvent(self, event: QEvent) -> None:
        """Draw again in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the names to the new width."""
        super().resizeEvent(event)
        self._write_names()

    def leaveEvent(self, event: QEvent) -> None:
        """Read out the selection again."""
        super().leaveEvent(event)
        self._hovered = None
        self._show_read_out()

    def _make_plot(self) -> None:
        plot = pg.PlotWidget(
            axisItems={"left": ShownAxis(self._show, binary=self._binary)}, background=None, enableMenu=False
        )
        plot.setMouseEnabled(False, False)
        plot.hideButtons()
        plot.setAccessibleName(self._heading.text())
        plot.getAxis("left").setStyle(maxTickLevel=0)
        plot.getAxis("left").enableAutoSIPrefix(False)
        plot.setMinimumHeight(120)
        self._region = pg.LinearRegionItem(movable=False)
        self._region.setZValue(-10)
        plot.scene().sigMouseMoved.connect(self._hover)
        plot.scene().sigMouseClicked.connect(self._click)
        self._plot = plot
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(plot, 1)
        self._draw()

    def _draw(self) -> None:
        if self._plot is None:
            return
        chosen = theme.colors()
        self._plot.setBackground(chosen.window)
        self._plot.clear()
        self._plot.addItem(self._region)
        self._region.setBrush(QColor(chosen.accent_soft))
        for line in self._region.lines:
            line.setPen(pg.mkPen(None))
        for axis in ("left", "bottom"):
            self._plot.getAxis(axis).setPen(chosen.border)
            self._plot.getAxis(axis).setTextPen(chosen.muted)
        self._plot.showGrid(y=True, alpha=0.15)
        width = _WIDTH / max(1, len(self._series))
        highest = 0.0
        for place, series in enumerate(self._series):
            shift = (place + 0.5) * width - _WIDTH / 2
            shown = [(at, value) for at, value in enumerate(series.values) if value is not None]
            highest = max([highest, *(value for _, value in shown)])
            color = QColor(getattr(chosen, series.color))
            self._plot.addItem(
                pg.BarGraphItem(
                    x=[at + shift for at, _ in shown],
                    height=[value for _, value in shown],
                    width=width * 0.92,
                    brush=color,
                    pen=pg.mkPen(None),
                )
            )
            self._draw_intervals(series, shift, chosen.text)
        upper = (self._top if self._top is not None else highest) * 1.06 or 1.0
        self._plot.setYRange(0, upper, padding=0)
        self._plot.setXRange(-0.6, max(len(self._names), 1) - 0.4, padding=0)
        self._draw_legend()
        self._write_names()
        self._mark_selected()
        self._show_read_out()

    def _draw_intervals(self, series: BarSeries, shift: float, color: str) -> None:
        for place, low, high in series.intervals:
            value = series.values[place]
            if value is None:
                continue
            item = pg.ErrorBarItem(
                x=np.array([place + shift]),
                y=np.array([value]),
                top=np.array([max(0.0, high - value)]),
                bottom=np.array([max(0.0, value - low)]),
                beam=0.12,
                pen=pg.mkPen(color, width=1.5),
            )
            self._plot.addItem(item)

    def _draw_legend(self) -> None:
        while self._legend.count():
            item = self._legend.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for series in self._series:
            color = getattr(theme.colors(), series.color)
            label = QLabel(f'<span style="color:{color}">■</span> {series.name}')
            label.setTextFormat(Qt.TextFormat.RichText)
            self._legend.addWidget(label)

    def _write_names(self) -> None:
        if self._plot is None:
            return
        axis = self._plot.getAxis("bottom")
        if not self._names:
            axis.setTicks([[]])
            return
        metrics = QFontMetricsF(QFont(self.font()))
        room = self._plot.getViewBox().width() / len(self._names) - 6
        written = self._names
        if max(metrics.horizontalAdvance(name) for name in self._names) > room:
            written = self._marks
        step = 1
        widest = max(metrics.horizontalAdvance(name) for name in written)
        if widest > room and len(self._names) > 12:
            step = max(1, round(widest / max(room, 4.0) + 0.5))
        ticks = [
            (place, metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(room * step, 12.0)))
            for place, name in enumerate(written)
            if place % step == 0
        ]
        axis.setTicks([ticks])

    def _mark_selected(self) -> None:
        if self._plot is None:
            return
        self._region.setVisible(self._selected is not None)
        if self._selected is not None:
            self._region.setRegion((self._selected - 0.5, self._selected + 0.5))

    def _show_read_out(self) -> None:
        place = self._hovered if self._hovered is not None else self._selected
        if place is None or place >= len(self._names):
            self._read_out.setText("")
            return
        parts = []
        for series in self._series:
            value = series.values[place]
            words = f"{series.name} {self._show(value) if value is not None else '–'}"
            for at, low, high in series.intervals:
                if at == place:
                    words += f" (95 %: {self._show(low)} to {self._show(high)})"
            parts.append(words)
        self._read_out.setText(f"{self._names[place]}: {', '.join(parts)}")

    def _place_at(self, position: QPointF) -> int | None:
        if self._plot is None:
            return None
        box = self._plot.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            return None
        place = round(box.mapSceneToView(position).x())
        return place if 0 <= place < len(self._names) else None

    @Slot(object)
    def _hover(self, position: QPointF) -> None:
        self._hovered = self._place_at(position)
        self._show_read_out()

    @Slot(object)
    def _click(self, event: object) -> None:
        place = self._place_at(event.scenePos())  # type: ignore[attr-defined]
        if place is not None:
            self.select(place)
            self.bar_selected.emit(place)
