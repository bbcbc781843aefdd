"""Candidates side by side: their figures and the choices in which they differ, against the first."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from studio.core.comparison import Line
from studio.ui import theme

_WIDEST = 200


class ComparisonTable(QTableWidget):
    """One column for each candidate, one row for each property; hidden while there is nothing to compare."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Comparison of the selected candidates")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(26)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setMaximumSectionSize(_WIDEST)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.setCornerButtonEnabled(False)
        self.setMinimumHeight(120)
        self.hide()

    def set_lines(self, names: Sequence[str], lines: Sequence[Line]) -> None:
        """Show these properties of the candidates called `names`."""
        self.setVisible(bool(lines))
        self.setColumnCount(len(names) if lines else 0)
        self.setRowCount(len(lines))
        self.setHorizontalHeaderLabels(list(names) if lines else [])
        self.setVerticalHeaderLabels([line.name for line in lines])
        muted = QColor(theme.colors().muted)
        for place, line in enumerate(lines):
            for column, cell in enumerate(line.cells):
                text = f"{cell.text}   {cell.change}" if cell.change else cell.text
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if cell.change == "same" or not line.differs:
                    item.setForeground(muted)
                self.setItem(place, column, item)
