"""A scrolling plot of scores over time, one line for each class or value."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.widgets.layouts import label, row

SHOWN_S = 12.0
_MOST_DOTS = 150

_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)

Times = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]


class ScorePlot(QWidget):
    """Follows the last twelve seconds; while it is held still, the mouse moves and zooms in time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._classifies = True
        self._times: Times = np.zeros(0)
        self._scores: Scores = np.zeros((0, 0), np.float32)
        self._curves: list[pg.PlotDataItem] = []
        self._truths: list[pg.PlotDataItem] = []
        self._held = False
        self._read_out = label("", "muted")
        self._read_out.setMinimumWidth(1)
        self._plot = pg.PlotWidget(background=None)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.setAccessibleName("Scores over time")
        self._plot.setLabel("bottom", "time on the board (s)")
        self._plot.getAxis("bottom").enableAutoSIPrefix(False)
        self._plot.getAxis("left").enableAutoSIPrefix(False)
        self._plot.setMinimumHeight(160)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GRID // 2)
        self._heading = label("Scores", "heading")
        layout.addLayout(row(self._heading, None, self._read_out))
        layout.addWidget(self._plot, 1)
        self._plot.scene().sigMouseMoved.connect(self._hover)
        self._paint()

    @property
    def read_out(self) -> str:
        """What the mouse points at."""
        return self._read_out.text()

    @property
    def shown_times(self) -> Times:
        """The times that are drawn."""
        return self._times

    def set_names(self, names: tuple[str, ...], *, classifies: bool) -> None:
        """Draw one line for each of these; scores of classes go from 0 to 1, values have an axis that adapts."""
        self._names, self._classifies = names, classifies
        self._heading.setText("Scores of the classes" if classifies else "Values (dotted: what was expected)")
        self._paint()

    def set_data(self, times: Times, scores: Scores, truths: Scores | None = None) -> None:
        """Show scores [n, K] at times [n], copied; `truths` [n, K], where known, as thin dotted lines."""
        first = int(np.searchsorted(times, times[-1] - SHOWN_S)) if len(times) and not self._held else 0
        self._times, self._scores = times[first:].copy(), scores[first:].copy()
        self._draw_lines()
        for place, curve in enumerate(self._truths):
            curve.setData(
                self._times,
                truths[first:, place] if truths is not None else np.full(len(self._times), np.nan),
            )
        if not self._held:
            end = float(times[-1]) if len(times) else 0.0
            self._plot.setXRange(max(0.0, end - SHOWN_S), max(end, SHOWN_S), padding=0)

    def hold(self, held: bool) -> None:
        """Stand still, or follow the newest again."""
        self._held = held
        self._plot.setMouseEnabled(held, False)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: draw again in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing is pointed at."""
        super().leaveEvent(event)
        self._read_out.setText("")

    def _paint(self) -> None:
        chosen = theme.colors()
        for axis in ("left", "bottom"):
            self._plot.getAxis(axis).setPen(chosen.border)
            self._plot.getAxis(axis).setTextPen(chosen.muted)
        self._plot.showGrid(y=True, alpha=0.15)
        self._plot.clear()
        self._curves, self._truths = [], []
        for place in range(len(self._names)):
            if not self._classifies:
                pen = pg.mkPen(chosen.muted, width=1, style=Qt.PenStyle.DotLine)
                self._truths.append(self._plot.plot(pen=pen, connect="finite"))
            self._curves.append(self._plot.plot(pen=line_pen(place)))
        if self._classifies:
            self._plot.setYRange(0.0, 1.02, padding=0)
        else:
            self._plot.enableAutoRange(axis="y")
        if len(self._names) == self._scores.shape[-1]:
            self._draw_lines()

    def _draw_lines(self) -> None:
        """Each result is a dot too, as long as there are few enough to tell apart."""
        symbol = "o" if len(self._times) <= _MOST_DOTS else None
        for place, curve in enumerate(self._curves):
            color = theme.series_color(place)
            curve.setData(
                self._times,
                self._scores[:, place],
                symbol=symbol,
                symbolSize=5,
                symbolBrush=color,
                symbolPen=color,
            )

    @Slot(object)
    def _hover(self, position: QPointF) -> None:
        box = self._plot.getViewBox()
        if not len(self._times) or not box.sceneBoundingRect().contains(position):
            self._read_out.setText("")
            return
        at = float(box.mapSceneToView(position).x())
        place = min(int(np.searchsorted(self._times, at)), len(self._times) - 1)
        scores = self._scores[place]
        if self._classifies:
            best = int(np.argmax(scores))
            words = f"{self._names[best]} {float(scores[best]) * 100:.1f} %"
        else:
            words = ", ".join(
                f"{name} {float(score):.3f}" for name, score in zip(self._names, scores, strict=True)
            )
        self._read_out.setText(f"{self._times[place]:.1f} s: {words}")


def line_pen(place: int) -> object:
    """The pen of the series at `place`: its colour, and dashes where the colours begin again."""
    known = len(theme.colors().series)
    return pg.mkPen(theme.series_color(place), width=2, style=_DASHES[place // known % len(_DASHES)])
