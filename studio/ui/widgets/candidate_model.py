"""The candidates as rows of a table: what each column shows, and by what it sorts."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFont

from studio.core.candidates import Entry
from studio.core.formatting import show_bytes, show_time
from studio.core.metric import Metric
from studio.core.recipe import Recipe
from studio.ui.icons import icon
from studio.ui.widgets.table_heading import heading_data, side_of

SORT_ROLE = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Column:
    """A heading with its explanation, the text of an entry, and what it sorts by (missing figures last)."""

    heading: str
    tip: str
    text: Callable[[Entry, Metric], str]
    order: Callable[[Entry], float | str]
    number: bool = True


def _accuracy(entry: Entry, metric: Metric) -> str:
    figures = entry.figures
    if figures is None or figures.accuracy is None:
        return "–"
    return metric.show(figures.accuracy, figures.n)


def _parent(entry: Entry, _metric: Metric) -> str:
    parent = entry.figures.parent if entry.figures else None
    return parent.title if parent is not None else "–"


def _known(value: float | None) -> float:
    return float("inf") if value is None else float(value)


COLUMNS = (
    Column("Name", "Double-click or F2 to rename", lambda e, _: e.name, lambda e: e.name.lower(), False),
    Column(
        "Accuracy",
        "On the test set (R² or AUC for models that do not answer with classes)",
        _accuracy,
        lambda e: -_known(None if e.figures is None else -(e.figures.accuracy or 0.0)),
    ),
    Column(
        "Storage",
        "Flash on the board",
        lambda e, _: "–" if e.flash_bytes is None else show_bytes(e.flash_bytes),
        lambda e: _known(e.flash_bytes),
    ),
    Column(
        "Memory",
        "RAM on the board",
        lambda e, _: "–" if e.ram_bytes is None else show_bytes(e.ram_bytes),
        lambda e: _known(e.ram_bytes),
    ),
    Column(
        "Time",
        "One answer on the board",
        lambda e, _: "–" if e.inference_us is None else show_time(e.inference_us),
        lambda e: _known(e.inference_us),
    ),
    Column(
        "File",
        "Size of the .tflite",
        lambda e, _: show_bytes(e.figures.file_bytes) if e.figures else "–",
        lambda e: _known(e.figures.file_bytes if e.figures else None),
    ),
    Column("Recipe", "What was chosen", lambda e, _: e.recipe.title, lambda e: e.recipe.title, False),
    Column(
        "Made from",
        "The recipe that was at hand before",
        _parent,
        lambda e: _parent(e, Metric.ACCURACY),
        number=False,
    ),
)


class CandidateModel(QAbstractTableModel):
    """The entries as rows; names can be edited."""

    renamed = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._current: Recipe | None = None
        self._metric = Metric.ACCURACY

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows, unsorted."""
        return self._entries

    def set_entries(self, entries: tuple[Entry, ...], current: Recipe, *, metric: Metric) -> None:
        """Show these; the current one is bold."""
        self.beginResetModel()
        self._entries, self._current, self._metric = entries, current, metric
        self.endResetModel()

    def set_current(self, current: Recipe) -> None:
        """Make another one bold."""
        if current != self._current and self._entries:
            self._current = current
            last = self.index(len(self._entries) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.FontRole])

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: one row for each entry."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: the columns above."""
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Qt: the name can be edited."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 0 else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: text, order, alignment, the pin, and whole texts as tips."""
        if not index.isValid():
            return None
        entry, column = self._entries[index.row()], COLUMNS[index.column()]
        roles = Qt.ItemDataRole
        if role == roles.DisplayRole or (role == roles.EditRole and index.column() == 0):
            return column.text(entry, self._metric)
        if role == SORT_ROLE:
            return column.order(entry)
        if role == roles.TextAlignmentRole:
            return side_of(column.number)
        if role == roles.ToolTipRole:
            return column.text(entry, self._metric)
        if role == roles.DecorationRole and index.column() == 0:
            return icon("pin", "warning") if entry.pinned else icon("save", "muted") if entry.kept else None
        if role == roles.FontRole and entry.recipe == self._current:
            bold = QFont()
            bold.setWeight(QFont.Weight.DemiBold)
            return bold
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Qt: a new name was typed; whoever keeps the names gives the entries anew."""
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or index.column() != 0 or not name:
            return False
        entry = self._entries[index.row()]
        if name != entry.name:
            self.renamed.emit(entry.recipe, name)
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: headings with their explanations."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(COLUMNS):
            return None
        column = COLUMNS[section]
        return heading_data(column.heading, column.tip, column.number, role)
