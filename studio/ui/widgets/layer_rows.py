"""The rows of the table of layers: filtered, sorted, and greyed where new values are on their way."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QWidget

from studio.core.layer_facts import LayerFacts
from studio.ui import theme
from studio.ui.widgets.layer_columns import COLUMNS, From
from studio.ui.widgets.table_heading import heading_data, side_of

_ROLES = frozenset(
    (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.ToolTipRole,
    )
)
_Index = QModelIndex | QPersistentModelIndex


class LayerRows(QAbstractTableModel):
    """Facts of layers in the order of the chosen column; only those that match the filter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[LayerFacts, ...] = ()
        self._rows: list[LayerFacts] = []
        self._row_of: dict[int, int] = {}
        self._stale: frozenset[From] = frozenset()
        self._filter = ""
        self._column, self._order = 0, Qt.SortOrder.AscendingOrder

    @property
    def layers(self) -> tuple[LayerFacts, ...]:
        """All layers, unsorted and unfiltered."""
        return self._all

    @property
    def rows(self) -> list[LayerFacts]:
        """What is shown, in its order."""
        return self._rows

    def row_of(self, number: int) -> int | None:
        """The row of the layer of this number, or None where it is filtered away."""
        return self._row_of.get(number)

    def set_layers(self, layers: tuple[LayerFacts, ...], stale: Iterable[From] = ()) -> bool:
        """Show these; True when rows came or went, so that a selection has to be made anew."""
        self._all = layers
        self._stale = frozenset(stale)
        return self._arrange()

    def set_filter(self, words: str) -> bool:
        """Show only layers that match all words; True when rows came or went."""
        self._filter = words.strip()
        return self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt: sort by a column; equal ones stay in the order of the model."""
        self._column, self._order = column, order
        self._arrange()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: one row for each layer that matches."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: every column; the table hides some."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: text, alignment, colour, and tips: the whole name, and why nothing can be chosen."""
        if role not in _ROLES or not index.isValid():
            return None
        facts, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(facts)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return side_of(column.number)
        if role == Qt.ItemDataRole.ForegroundRole and (column.source in self._stale or self._is_gone(facts)):
            return QBrush(QColor(theme.colors().before))
        if role == Qt.ItemDataRole.ToolTipRole:
            if column.key == "layer":
                return facts.name
            if column.key == "flash" and facts.pair.build is not None and facts.pair.build.storage:
                return f"Weights stored: {facts.pair.build.storage}"
            return (facts.locked or facts.own or "As the rest") if column.key == "own" else None
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: headings with their explanations."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(COLUMNS):
            return None
        column = COLUMNS[section]
        return heading_data(column.heading, column.tip, column.number, role)

    @staticmethod
    def _is_gone(facts: LayerFacts) -> bool:
        return facts.pair.after is None

    def _arrange(self) -> bool:
        order = COLUMNS[self._column].order
        rows = [facts for facts in self._all if not self._filter or facts.matches(self._filter)]
        rows.sort(key=order, reverse=self._order == Qt.SortOrder.DescendingOrder)
        numbers = [(facts.number, facts.name) for facts in rows]
        known = [(facts.number, facts.name) for facts in self._rows]
        if numbers == known:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return False
        if len(numbers) == len(known) and set(numbers) == set(known):
            self.layoutAboutToBeChanged.emit()
            old = self.persistentIndexList()
            whose = [self._rows[index.row()].number for index in old]
            self._take(rows)
            new = [
                self.index(self._row_of[number], index.column())
                for number, index in zip(whose, old, strict=True)
            ]
            self.changePersistentIndexList(old, new)
            self.layoutChanged.emit()
            return False
        self.beginResetModel()
        self._take(rows)
        self.endResetModel()
        return True

    def _take(self, rows: list[LayerFacts]) -> None:
        self._rows = rows
        self._row_of = {facts.number: row for row, facts in enumerate(rows)}
