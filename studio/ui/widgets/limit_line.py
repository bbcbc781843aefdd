"""What the board allows, as a line in a plot with its words beside it."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor


class LimitLine:
    """An upright line at `limit`; its words stand at the foot, on the side where there is room."""

    def __init__(self, plot: Any) -> None:
        """`plot` is the pyqtgraph.PlotWidget that it is drawn in."""
        self._box = plot.getViewBox()
        self._limit: float | None = None
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._words = pg.TextItem(anchor=(1, 1))
        plot.addItem(self._line, ignoreBounds=True)
        plot.addItem(self._words, ignoreBounds=True)
        self._box.sigRangeChanged.connect(self._place)

    @property
    def words(self) -> str:
        """What stands beside the line; "" where it is hidden."""
        return "" if self._limit is None else str(self._words.toPlainText())

    def set_limit(self, limit: float | None, words: str, color: str) -> None:
        """Draw it there, in a hex colour; None hides it."""
        self._limit = limit
        self._line.setVisible(limit is not None)
        self._words.setVisible(limit is not None)
        if limit is None:
            return
        self._line.setPen(pg.mkPen(QColor(color), width=1.5, style=Qt.PenStyle.DashLine))
        self._line.setValue(limit)
        self._words.setText(words, color=QColor(color))
        self._place()

    @Slot()
    def _place(self, *_range: object) -> None:
        if self._limit is None:
            return
        (left, right), (bottom, _) = self._box.viewRange()
        self._words.setVisible(left < self._limit < right)
        close = self._limit - left < (right - left) / 2
        self._words.setAnchor((0, 1) if close else (1, 1))
        self._words.setPos(self._limit, bottom)
