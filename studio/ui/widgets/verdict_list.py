"""Which layers run on a microcontroller: the counts first, then every layer with its verdict."""

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from studio.core.model import Model
from studio.core.verdict import LayerVerdict, Runs, count_of, summary
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.switch import Switch

_HEADINGS = ("Layer", "Operator", "On a microcontroller")
_MARKS = {
    Runs.AS_IT_IS: ("done", "good"),
    Runs.AFTER_CHANGE: ("working", "accent"),
    Runs.CANNOT: ("blocked", "danger"),
}
_ROW = 3 * GRID
_WIDTHS = (160, 150)
_NARROW = 420

_Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractTableModel):
    """The rows of the table."""

    rows: tuple[LayerVerdict, ...] = ()  # of the class: Qt still asks while Python takes the object apart

    def set_rows(self, rows: tuple[LayerVerdict, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many columns."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the headings."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: what a cell shows."""
        verdict = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (verdict.layer, verdict.operator, _short(verdict))[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == len(_HEADINGS) - 1:
            return icon(*_MARKS[verdict.verdict])
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{verdict.layer} ({verdict.operator}): {sentence(verdict)}"
        return None


class VerdictList(QWidget):
    """The counts, a switch for which verdicts are listed, the list, and the whole words of the selected one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: Model | None = None
        self.heading = label("On a microcontroller", "heading")
        self.counts = label("", "muted")
        self.switch = Switch(
            "Layers shown",
            (("all", "All"), (Runs.AFTER_CHANGE.value, "Change"), (Runs.CANNOT.value, "Cannot")),
        )
        self.words = label("", "muted", wrap=True)
        self._rows = _Rows(self)
        self.table = QTableView()
        self.table.setModel(self._rows)
        self.table.setAccessibleName("Layers and whether they run on a microcontroller")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setIconSize(QSize(2 * GRID, 2 * GRID))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setMinimumHeight(5 * _ROW)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.heading, None, self.switch))
        layout.addWidget(self.counts)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.words)
        self.switch.chosen.connect(self._on_chosen)
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.set_model(None)

    @property
    def shown(self) -> tuple[LayerVerdict, ...]:
        """The verdicts that are listed now."""
        return self._rows.rows

    def set_model(self, model: Model | None) -> None:
        """Show the verdicts on this model; None while there is none."""
        self._model = model
        verdicts = model.verdicts if model is not None else ()
        cannot = count_of(verdicts, Runs.CANNOT)
        self.counts.setText(f"{summary(verdicts)}." if verdicts else "")
        set_role(self.counts, "danger" if cannot else "muted")
        for runs, words in ((Runs.AFTER_CHANGE, "Change"), (Runs.CANNOT, "Cannot")):
            count = count_of(verdicts, runs)
            self.switch.set_words(runs.value, f"{words} {count}")
            self.switch.buttons[runs.value].setEnabled(count > 0)
        self.switch.set_words("all", f"All {len(verdicts)}")
        self.switch.set_value(Runs.CANNOT.value if cannot else "all")
        self._fill()
        if cannot:
            self.table.selectRow(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is little room, the operator stands in the tool tip alone."""
        is_narrow = event.size().width() < _NARROW
        self.table.setColumnHidden(1, is_narrow)

    def _fill(self) -> None:
        wanted = self.switch.value
        verdicts = self._model.verdicts if self._model is not None else ()
        self._rows.set_rows(tuple(one for one in verdicts if wanted in ("all", one.verdict.value)))
        self.words.setText("")
        self.words.hide()

    @Slot(str)
    def _on_chosen(self, value: str) -> None:
        self._fill()

    @Slot(QItemSelection, QItemSelection)
    def _on_selected(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows:
            self.words.setText(sentence(self._rows.rows[rows[0].row()]))
        self.words.setVisible(bool(rows))


def sentence(verdict: LayerVerdict) -> str:
    """The verdict in words, the change or the cure behind it."""
    known = {Runs.AS_IT_IS: "Runs", Runs.AFTER_CHANGE: "Runs after a change", Runs.CANNOT: "Cannot run"}
    words = known[verdict.verdict]
    if not verdict.words:
        return f"{words}."
    return f"{words}: {verdict.words[:1].lower()}{verdict.words[1:]}"


def _short(verdict: LayerVerdict) -> str:
    """The verdict where there is little room: that it runs, the change, or that it cannot and why."""
    if verdict.verdict is Runs.AS_IT_IS:
        return "Runs"
    return verdict.words if verdict.verdict is Runs.AFTER_CHANGE else sentence(verdict)
