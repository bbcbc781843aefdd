"""The table of layers: what each is, and what it costs before and after compression."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from studio.core.build import Source, layer_cost
from studio.core.formatting import show_bytes, show_count, show_shape
from studio.core.layers import LayerPair

_SORT = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ROWS_MEASURED = 60
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its explanation, the text and the value it sorts by."""

    heading: str
    tip: str
    text: Callable[[LayerPair], str]
    order: Callable[[LayerPair], float | str]
    number: bool = True


def _instructions(pair: LayerPair) -> str:
    if pair.build is None:
        return ""
    count, source = layer_cost(pair.build)
    return show_count(count) if source is Source.MEASURED else f"≈ {show_count(count)}"


def _weights(pair: LayerPair) -> str:
    before = show_bytes(pair.before.weight_bytes) if pair.before else "–"
    after = show_bytes(pair.after.weight_bytes) if pair.after else "gone"
    return before if pair.after and before == after else f"{before} → {after}"


def _weights_order(pair: LayerPair) -> float:
    return float(pair.after.weight_bytes if pair.after else pair.layer.weight_bytes)


COLUMNS = (
    Column("#", "Place in the model", lambda pair: str(pair.number), lambda pair: float(pair.number)),
    Column(
        "Layer",
        "Name given by its maker",
        lambda pair: pair.short_name,
        lambda pair: pair.short_name.lower(),
        False,
    ),
    Column(
        "Operator",
        "What the board computes",
        lambda pair: pair.layer.operator,
        lambda pair: pair.layer.operator,
        False,
    ),
    Column(
        "Output",
        "Shape: batch × height × width × channels, or as the operator has it",
        lambda pair: show_shape(pair.layer.output_shape),
        lambda pair: float(pair.layer.activation_bytes),
    ),
    Column(
        "Parameters",
        "Weights and biases",
        lambda pair: show_count(pair.layer.parameters),
        lambda pair: float(pair.layer.parameters),
    ),
    Column(
        "MACs",
        "Multiply-accumulates for one inference",
        lambda pair: show_count(pair.layer.macs),
        lambda pair: float(pair.layer.macs),
    ),
    Column("Weights", "Storage for constants, before → after compression", _weights, _weights_order),
    Column(
        "Activations",
        "Memory for its outputs (activation), after compression",
        lambda pair: show_bytes(pair.layer.activation_bytes),
        lambda pair: float(pair.layer.activation_bytes),
    ),
    Column(
        "Instructions",
        "Cortex-M4 instructions for one inference, counted on the virtual board; ≈ estimated, before it ran there",
        _instructions,
        lambda pair: float(layer_cost(pair.build)[0]) if pair.build else -1.0,
    ),
)

_PARAMETERS = next(place for place, column in enumerate(COLUMNS) if column.heading == "Parameters")
_ROOM_FOR_ALL = 880


class LayerModel(QAbstractTableModel):
    """The layer pairs as rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[LayerPair, ...] = ()

    @property
    def pairs(self) -> tuple[LayerPair, ...]:
        """The rows, unsorted."""
        return self._pairs

    def set_pairs(self, pairs: tuple[LayerPair, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self._pairs = pairs
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """One row for each pair."""
        return 0 if parent.isValid() else len(self._pairs)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """The columns above."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Text, order, alignment and the whole name as a tip."""
        if not index.isValid():
            return None
        pair, column = self._pairs[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(pair)
        if role == _SORT:
            return column.order(pair)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.number else _LEFT
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1:
            return pair.layer.name
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Headings with their explanations."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.heading
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column.number else _LEFT
        return None


class LayerTable(QTableView):
    """A sortable table of layer pairs; its selection is one pair."""

    layer_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LayerModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(_SORT)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Layers")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def set_pairs(self, pairs: tuple[LayerPair, ...]) -> None:
        """Show these pairs; the selection stays on the same number where it still exists."""
        selected = self.selected
        self._model.set_pairs(pairs)
        self.select(selected if selected is not None and selected < len(pairs) else None)

    @property
    def selected(self) -> int | None:
        """The number of the selected pair."""
        rows = self.selectionModel().selectedRows()
        return self._sorted.mapToSource(rows[0]).row() if rows else None

    def select(self, number: int | None) -> None:
        """Select the pair of this number and bring it into sight."""
        if number == self.selected:
            return
        if number is None:
            self.clearSelection()
            return
        index = self._sorted.mapFromSource(self._model.index(number, 0))
        self.selectRow(index.row())
        self.scrollTo(index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is little room, parameters go first: the weights say the same."""
        super().resizeEvent(event)
        self.setColumnHidden(_PARAMETERS, event.size().width() < _ROOM_FOR_ALL)

    def sizeHintForColumn(self, column: int) -> int:
        """Qt: the widest text of the first rows, and some air. Asking the style for each cell takes far longer."""
        metrics = self.fontMetrics()
        texts = (COLUMNS[column].text(pair) for pair in self._model.pairs[:_ROWS_MEASURED])
        return max((metrics.horizontalAdvance(text) for text in texts), default=0) + 24

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, _now: QItemSelection, _before: QItemSelection) -> None:
        selected = self.selected
        self.layer_selected.emit(-1 if selected is None else selected)
