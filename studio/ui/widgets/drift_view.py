"""Drift to look at: one row for each comparison with the test set, and the two distributions of the chosen one."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QBrush, QColor, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from studio.core.drift import Change, Compared, Drift
from studio.ui import theme
from studio.ui.theme import GRID
from studio.ui.widgets.bar_plot import BarPlot, BarSeries

_HEADINGS = (
    ("Compared", "What came now, against the same of the test set"),
    ("Change", "What can be said of it"),
    ("Index", "Population stability index: below 0.1 little has changed, above 0.25 much"),
    ("Chance", "The index stays below this in 95 of 100 cases where nothing has changed"),
    ("Distance", "The largest distance between the two cumulative distributions (Kolmogorov-Smirnov)"),
)
_COLORS = {Change.MUCH: "warning", Change.SOME: "warning", Change.NONE: "good", Change.CANNOT_TELL: "muted"}


class DriftView(QWidget):
    """A table and a plot with one selection."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drift: Drift | None = None
        self._names: tuple[str, ...] = ()
        self.table = QTableWidget(0, len(_HEADINGS))
        self.table.setAccessibleName("Comparisons with the test set")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(3 * GRID)
        for place, (heading, tip) in enumerate(_HEADINGS):
            item = QTableWidgetItem(heading)
            item.setToolTip(tip)
            self.table.setHorizontalHeaderItem(place, item)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        self.plot = BarPlot("Test set and now", lambda share: f"{share * 100:.0f} %")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.table)
        layout.addWidget(self.plot, 1)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.set_drift(None, ())

    @property
    def chosen(self) -> Compared | None:
        """The comparison that is drawn."""
        place = self.table.currentRow()
        rows = self._drift.rows if self._drift is not None else ()
        return rows[place] if 0 <= place < len(rows) else None

    def set_drift(self, found: Drift | None, names: tuple[str, ...]) -> None:
        """Show these comparisons; `names` are those of the labels. The selection stays where it can."""
        self._drift, self._names = found, names
        if self.isVisible():
            self._show()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what was found meanwhile."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        rows = self._drift.rows if self._drift is not None else ()
        self.table.blockSignals(True)
        if self.table.rowCount() != len(rows):
            self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            known = row.change is not Change.CANNOT_TELL
            distance = "" if row.distance is None or not known else f"{row.distance:.3f}"
            texts = (row.name, row.change.value, f"{row.psi:.3f}" if known else "", _limit(row), distance)
            for column, text in enumerate(texts):
                self._put(place, column, text, row)
        if rows and self.table.currentRow() < 0:
            self.table.selectRow(0)
        self._fit()
        self.table.blockSignals(False)
        self._draw()

    def _fit(self) -> None:
        """As wide as its columns, up to half of the view."""
        header = self.table.horizontalHeader()
        wanted = sum(header.sectionSizeHint(place) for place in range(2, len(_HEADINGS))) + 3 * GRID
        wanted += self.table.columnWidth(0) + self.table.columnWidth(1)
        self.table.setFixedWidth(min(wanted, max(46 * GRID, self.width() * 3 // 5)))

    def _put(self, place: int, column: int, text: str, row: Compared) -> None:
        item = self.table.item(place, column)
        if item is None:
            item = QTableWidgetItem()
            if column > 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(place, column, item)
        item.setText(text)
        item.setToolTip(row.sentence)
        if column == 1:
            item.setForeground(QBrush(QColor(getattr(theme.colors(), _COLORS[row.change]))))

    def _draw(self) -> None:
        row = self.chosen
        if row is None:
            self.plot.set_empty("Nothing to compare yet.")
            self.plot.set_bars((), ())
            self.plot.set_note("")
            return
        self.plot.set_empty("")
        self.plot.set_heading(f"{row.name}: test set and now")
        if row.distance is None:
            names = list(self._names)
        else:
            width = (row.high - row.low) / len(row.now)
            names = [f"{row.low + (place + 0.5) * width:.2f}" for place in range(len(row.now))]
        self.plot.set_bars(
            names, (BarSeries("test set", "before", row.before), BarSeries("now", "after", row.now)), names
        )
        self.plot.set_note(row.sentence)

    @Slot()
    def _on_selected(self) -> None:
        self._draw()


def _limit(row: Compared) -> str:
    return f"{row.chance:.3f}" if row.chance < 100 else ""
