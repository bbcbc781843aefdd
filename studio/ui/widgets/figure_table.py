"""A sortable table of words and figures; a cell may show shares before and after as two thin bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from studio.ui import theme
from studio.ui.widgets.table_heading import heading_data, side_of

_ORDER = Qt.ItemDataRole.UserRole
_BARS = Qt.ItemDataRole.UserRole + 1
_ROWS_MEASURED = 60
_BAR = 3  # pixels

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, what it sorts by, and shares (0 to 1) before and after where it is to have bars."""

    text: str
    order: float | str
    bars: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading, its explanation, and whether it holds figures."""

    text: str
    tip: str
    number: bool = True


Row = Sequence[Cell]


class _Rows(QAbstractTableModel):
    """The rows as Qt asks for them."""

    def __init__(self, headings: Sequence[Heading], parent: QWidget) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self.rows: Sequence[Row] = ()

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self.rows[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cell.text
        if role == _ORDER:
            return cell.order
        if role == _BARS:
            return cell.bars
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return side_of(self._headings[index.column()].number)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._headings):
            return None
        heading = self._headings[section]
        return heading_data(heading.text, heading.tip, heading.number, role)


class _Bars(QStyledItemDelegate):
    """The text, and the bars below it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        bars = index.data(_BARS)
        if bars is None:
            return
        chosen = theme.colors()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        track = chosen.accent_soft if selected else chosen.border
        inks = (chosen.before, chosen.on_accent if selected else chosen.after)
        area = QRectF(option.rect).adjusted(6, 0, -6, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        for line, (share, color) in enumerate(zip(bars, inks, strict=True)):
            top = area.bottom() - (2 - line) * (_BAR + 1)
            painter.setBrush(QColor(track))
            painter.drawRect(QRectF(area.left(), top, area.width(), _BAR))
            painter.setBrush(QColor(color))
            painter.drawRect(QRectF(area.left(), top, area.width() * min(max(share, 0.0), 1.0), _BAR))


class FigureTable(QTableView):
    """Rows that are numbered as they were given, however they are sorted; `row_selected` tells such a number."""

    row_selected = Signal(int)

    def __init__(
        self,
        name: str,
        headings: Sequence[Heading],
        *,
        wide: int = 0,
        barred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`wide` is the column that takes what room is left; `barred` rows are high enough for bars."""
        super().__init__(parent)
        self._widths: dict[tuple[int, str], int] = {}
        self._rows = _Rows(headings, self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._rows)
        self._sorted.setSortRole(_ORDER)
        self.setModel(self._sorted)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(not barred)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(name)
        self.setMinimumSize(QSize(120, 64))
        self.verticalHeader().hide()
        line = self.fontMetrics().height()
        self.verticalHeader().setDefaultSectionSize(line + (16 if barred else 8))
        if barred:
            self.setItemDelegate(_Bars(self))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(32)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        self._quiet = False
        self.selectionModel().currentRowChanged.connect(self._on_current)

    @property
    def rows(self) -> Sequence[Row]:
        """The rows as they were given."""
        return self._rows.rows

    @property
    def shown_order(self) -> tuple[int, ...]:
        """The numbers of the rows from top to bottom."""
        places = range(self._sorted.rowCount())
        return tuple(self._sorted.mapToSource(self._sorted.index(place, 0)).row() for place in places)

    @property
    def selected(self) -> int | None:
        """The number of the selected row."""
        index = self._sorted.mapToSource(self.currentIndex())
        return index.row() if index.isValid() else None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; nothing is selected then."""
        self._quiet = True
        self._widths.clear()
        self._rows.set_rows(rows)
        self._quiet = False

    def select(self, number: int | None) -> None:
        """Select the row of this number and bring it into sight, without saying so."""
        self._quiet = True
        if number is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif number != self.selected:
            index = self._sorted.mapFromSource(self._rows.index(number, 0))
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self._quiet = False

    def sizeHintForColumn(self, column: int) -> int:
        """Qt: the widest text of the first rows, and some air. Asking the style for each cell takes far longer.

        Qt asks for the same again and again while a page is laid out.
        """
        key = (column, self.font().key())
        if key not in self._widths:
            metrics = self.fontMetrics()
            texts = (row[column].text for row in self._rows.rows[:_ROWS_MEASURED])
            self._widths[key] = max((metrics.horizontalAdvance(text) for text in texts), default=0) + 20
        return self._widths[key]

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        number = self._sorted.mapToSource(now).row()
        if number >= 0 and not self._quiet:
            self.row_selected.emit(number)
