"""A scrolling plot of scores over time, one line for each class or value."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.widgets.layouts import label, row

SHOWN_S = 12.0
_MOST_DOTS = 150

Times = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]


class _AgoAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Seconds before the newest result, without a sign."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The text for each tick."""
        return [f"{abs(value):g}" for value in values]


class ScorePlot(QWidget):
    """Shows the last twelve seconds up to now; while it is held still, the mouse moves and zooms in time.

    Time is counted back from the newest result: that way neither the axes nor the view change while lines run,
    and each frame draws the lines alone.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._classifies = True
        self._ago: Times = np.zeros(0)
        self._scores: Scores = np.zeros((0, 0), np.float32)
        self._curves: list[pg.PlotDataItem] = []
        self._truths: list[pg.PlotDataItem] = []
        self._held = False
        self._heading = label("Scores", "heading")
        self._read_out = label("", "muted")
        self._read_out.setMinimumWidth(1)
        self._dots = pg.ScatterPlotItem(size=6, pen=None)
        self._plot = pg.PlotWidget(
            background=None, enableMenu=False, axisItems={"bottom": _AgoAxis("bottom")}
        )
        self._plot.hideButtons()
        self._plot.setMouseEnabled(False, False)
        self._plot.setAccessibleName("Scores over time")
        self._plot.setLabel("bottom", "seconds ago, by the board's clock")
        for name in ("left", "bottom"):
            axis = self._plot.getAxis(name)
            axis.enableAutoSIPrefix(False)
            axis.setCacheMode(axis.CacheMode.DeviceCoordinateCache)
        self._plot.setXRange(-SHOWN_S, 0, padding=0.005)
        self._plot.setMinimumHeight(160)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GRID // 2)
        layout.addLayout(row(self._heading, None, self._read_out))
        layout.addWidget(self._plot, 1)
        self._plot.scene().sigMouseMoved.connect(self._hover)
        self._paint()

    @property
    def read_out(self) -> str:
        """What the mouse points at."""
        return self._read_out.text()

    @property
    def shown_count(self) -> int:
        """How many results are drawn."""
        return len(self._ago)

    def set_names(self, names: tuple[str, ...], *, classifies: bool) -> None:
        """Draw one line for each of these; scores of classes go from 0 to 1, values have an axis that adapts."""
        if (names, classifies) == (self._names, self._classifies):
            return
        self._names, self._classifies = names, classifies
        self._heading.setText("Scores of the classes" if classifies else "Values (grey: what was expected)")
        self._ago, self._scores = np.zeros(0), np.zeros((0, len(names)), np.float32)
        self._paint()

    def set_data(self, times: Times, scores: Scores, truths: Scores | None = None) -> None:
        """Show scores [n, K] at times [n], copied; `truths` [n, K], where known, as grey lines."""
        first = int(np.searchsorted(times, times[-1] - SHOWN_S)) if len(times) and not self._held else 0
        self._ago = times[first:] - times[-1] if len(times) else np.zeros(0)
        self._scores = scores[first:].copy()
        for place, curve in enumerate(self._truths):
            known = truths[first:, place].copy() if truths is not None else np.full(len(self._ago), np.nan)
            curve.setData(self._ago, known)
        self._draw_lines()

    def hold(self, held: bool) -> None:
        """Stand still, or follow the newest again."""
        self._held = held
        self._plot.setMouseEnabled(held, False)
        if not held:
            self._plot.setXRange(-SHOWN_S, 0, padding=0.005)

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
        self._plot.clear()
        self._curves, self._truths = [], []
        for place in range(len(self._names)):
            if not self._classifies:
                self._truths.append(self._plot.plot(pen=pg.mkPen(chosen.muted, width=1), connect="finite"))
            # One pixel wide: Qt draws wider lines some twenty times slower.
            self._curves.append(self._plot.plot(pen=pg.mkPen(line_color(place), width=1)))
        self._plot.addItem(self._dots)
        if self._classifies:
            self._plot.setYRange(0.0, 1.02, padding=0)
        else:
            self._plot.enableAutoRange(axis="y")
        self._draw_lines()

    def _draw_lines(self) -> None:
        """The highest score of each result is a dot too, as long as there are few enough to tell apart."""
        for place, curve in enumerate(self._curves):
            curve.setData(self._ago, self._scores[:, place])
        if self._scores.size == 0 or len(self._ago) > _MOST_DOTS:
            self._dots.clear()
            return
        best = self._scores.argmax(axis=1)
        brushes = [pg.mkBrush(line_color(place)) for place in range(len(self._names))]
        heights = self._scores[np.arange(len(best)), best]
        self._dots.setData(self._ago, heights, brush=[brushes[place] for place in best])

    @Slot(object)
    def _hover(self, position: QPointF) -> None:
        box = self._plot.getViewBox()
        if not len(self._ago) or not box.sceneBoundingRect().contains(position):
            self._read_out.setText("")
            return
        at = float(box.mapSceneToView(position).x())
        place = min(int(np.searchsorted(self._ago, at)), len(self._ago) - 1)
        scores = self._scores[place]
        if self._classifies:
            best = int(np.argmax(scores))
            words = f"{self._names[best]} {float(scores[best]) * 100:.1f} %"
        else:
            pairs = zip(self._names, scores, strict=True)
            words = ", ".join(f"{name} {float(score):.3f}" for name, score in pairs)
        self._read_out.setText(f"{-self._ago[place]:.1f} s ago: {words}")


def line_color(place: int) -> QColor:
    """The colour of the series at `place`; darker, then lighter, where the theme's colours begin again."""
    color = QColor(theme.series_color(place))
    turn = place // len(theme.colors().series)
    return color if turn == 0 else color.darker(160) if turn % 2 else color.lighter(140)
