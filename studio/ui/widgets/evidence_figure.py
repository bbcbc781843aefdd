"""One drawing of a check on the screen: a plot, a table, or maps over samples, under its heading."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.core.checks.input_details import EvidenceMap
from studio.core.drawings.drawing import Drawing, Intervals, Lines, SampleMaps, Table
from studio.core.looks import Look, Seen
from studio.core.phrases import phrase
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading
from studio.ui.widgets.heat_view import HeatView
from studio.ui.widgets.interval_plot import IntervalPlot
from studio.ui.widgets.layouts import label
from studio.ui.widgets.legend import Key
from studio.ui.widgets.line_plot import LinePlot
from studio.ui.widgets.recoloured import Recoloured
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.sight_panel import SightPanel

Values = npt.NDArray[np.float32]


class ReadSamples(Protocol):
    """Reads samples aside, and calls back once they are there."""

    def __call__(self, rows: tuple[int, ...], then: Callable[[Values, tuple[int, ...]], None], /) -> None:
        """Samples of the test split (row numbers), as float32 [n, *shape] and their shape."""

    def look(
        self,
        looks: tuple[Look, ...],
        then: Callable[[tuple[Seen, ...]], None],
        failed: Callable[[str], None],
        /,
    ) -> None:
        """Samples of any split, with what is known of them; or a sentence that says why not."""


_HIGHEST = 320  # pixels; longer lists scroll
_MOST_MAPS = 8


class EvidenceFigure(QWidget):
    """Made for one drawing; `body` is what draws it. `picture_wanted` gives a plot to save, and "png" or "svg"."""

    picture_wanted = Signal(object, str)

    def __init__(
        self, drawing: Drawing, labels: tuple[str, ...], read: ReadSamples, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        self.body: QWidget
        if isinstance(drawing, Intervals):
            plot = IntervalPlot()
            plot.set_intervals(drawing)
            plot.picture_wanted.connect(lambda suffix: self.picture_wanted.emit(plot, suffix))
            self.body = plot
            layout.addWidget(_lower(plot))
            layout.addWidget(_Names([("━", key) for key in plot.keys]))
        elif isinstance(drawing, Lines):
            lines = LinePlot()
            lines.set_lines(drawing)
            lines.picture_wanted.connect(lambda suffix: self.picture_wanted.emit(lines, suffix))
            self.body = lines
            layout.addWidget(lines)
            marks = ["╌" if line.dashed else "━" for line in drawing.lines]
            cross = f"✕&nbsp;{drawing.cross_words}" if drawing.cross is not None else ""
            layout.addWidget(_Names(list(zip(marks, lines.keys, strict=True)), cross))
        elif isinstance(drawing, Table):
            layout.addWidget(label(drawing.heading, "heading", wrap=True))
            table = self._table(drawing)
            if drawing.sights and isinstance(table, FigureTable):
                self.body = SightPanel(drawing.sights, table, labels, read.look)
            layout.addWidget(self.body)
        else:
            layout.addWidget(label(drawing.heading, "heading", wrap=True))
            layout.addWidget(self._maps(drawing, labels, read))
        if drawing.note:
            layout.addWidget(label(drawing.note, "small", wrap=True))

    def _table(self, drawing: Table) -> QWidget:
        if not drawing.rows:
            self.body = label(phrase("None."), "muted")
            if not drawing.columns:
                self.body.hide()
            return self.body
        headings = [Heading(one.words, one.words, one.figures) for one in drawing.columns]
        widest = max(range(len(headings)), key=lambda at: sum(len(line[at].text) for line in drawing.rows))
        table = FigureTable(drawing.heading, headings, wide=widest, parent=self)
        table.set_rows(
            [
                tuple(
                    Cell(one.text, one.order if one.order is not None else one.text.casefold())
                    for one in line
                )
                for line in drawing.rows
            ]
        )
        table.setTabKeyNavigation(False)
        rows = len(drawing.rows) + 1
        table.setFixedHeight(min(rows * table.verticalHeader().defaultSectionSize() + 2 * GRID, _HIGHEST))
        self.body = table
        return table

    def _maps(self, drawing: SampleMaps, labels: tuple[str, ...], read: ReadSamples) -> QWidget:
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, GRID)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        samples = (
            [one for one in drawing.rows[0].maps[:_MOST_MAPS] if one is not None] if drawing.rows else []
        )
        places: list[tuple[int, HeatView, EvidenceMap]] = []
        headings = []
        for line, row in enumerate(drawing.rows):
            headings.append(label(row.heading, "muted"))
            headings[-1].setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(headings[-1], 3 * line, 0, 1, _MOST_MAPS + 1)
            shown = list(zip(row.maps, row.captions, row.tips, strict=True))[:_MOST_MAPS]
            for at, (one, caption, tip) in enumerate(shown):
                below = label(caption, "small")
                below.setToolTip(tip)
                below.setIndent(GRID // 2)  # as the words in the picture
                grid.addWidget(below, 3 * line + 2, at)
                if one is None:
                    continue
                view = HeatView()
                view.setFixedWidth(140)
                view.setToolTip(tip)
                grid.addWidget(view, 3 * line + 1, at)
                places.append((at, view, one))
        grid.setColumnStretch(_MOST_MAPS, 1)
        scrolled = QScrollArea()  # sideways: Scrolled stays where it is
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QFrame.Shape.NoFrame)
        scrolled.setWidget(inside)
        scrolled.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        for heading in headings:  # they stay in sight
            scrolled.horizontalScrollBar().valueChanged.connect(heading.setIndent)
        scrolled.setFixedHeight(inside.sizeHint().height() + 2 * GRID)

        def fill(values: Values, shape: tuple[int, ...]) -> None:
            for at, view, one in places:
                if isValid(view):
                    view.set_sample(values[at], shape, _title(one, labels), tone=_tone(one))
                    view.set_map(one)

        if samples:
            read(tuple(one.row for one in samples), fill)
        self.body = inside
        return scrolled


def _lower(plot: IntervalPlot) -> QWidget:
    """The plot, scrolling where it is high."""
    if plot.sizeHint().height() <= _HIGHEST:
        return plot
    scrolled = Scrolled(plot)
    scrolled.setFixedHeight(_HIGHEST)
    return scrolled


def _title(one: EvidenceMap, labels: tuple[str, ...]) -> str:
    truth, answer = (labels[at] if at < len(labels) else str(at) for at in (one.truth, one.answer))
    return truth if one.truth == one.answer else f"{truth} → {answer}"


def _tone(one: EvidenceMap) -> str:
    return "good" if one.truth == one.answer else "warning"


class _Names(QLabel):
    """A legend that wraps: a mark in its colour before each name, in the palette in force."""

    def __init__(self, keys: list[tuple[str, Key]], more: str = "") -> None:
        super().__init__()
        self._keys = keys
        self._more = more
        set_role(self, "small")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._write()
        Recoloured(self, self._write)

    def _write(self) -> None:
        parts = []
        for mark, key in self._keys:
            name = key.name.replace("&", "&amp;").replace("<", "&lt;")
            parts.append(f'<span style="color:{key.hex}">{mark}</span>&nbsp;{name}')
        self.setText(" &nbsp; ".join([*parts, self._more] if self._more else parts))
