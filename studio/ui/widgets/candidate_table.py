"""The candidates: a table to sort, rename, pin, delete and compare, by mouse and by keyboard."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from studio.core.candidates import Entry
from studio.core.comparison import compare
from studio.core.metric import Metric
from studio.core.recipe import Recipe
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.candidate_model import SORT_ROLE, CandidateModel
from studio.ui.widgets.comparison_table import ComparisonTable
from studio.ui.widgets.layouts import label, row

_WIDTHS = {0: 208, 1: 80, 2: 80, 3: 80, 4: 80, 5: 80, 6: 280, 7: 280}
_EMPTY = "Every choice that was measured stands here. Keep the good ones (Ctrl+K) and compare them."
_HINT = "Select two or more to compare them. Double-click a figure, or press Enter, to go to a candidate."


class CandidateTable(QWidget):
    """Signals carry the recipes that are meant; the names, pins and deletions are kept by the session."""

    take_wanted = Signal(object)
    keep_wanted = Signal()
    rename_wanted = Signal(object, str)
    pin_wanted = Signal(object, bool)
    drop_wanted = Signal(tuple)
    copy_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = Metric.ACCURACY
        self._model = CandidateModel()
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(SORT_ROLE)
        self.table = QTableView()
        self.table.setModel(self._sorted)
        self.comparison = ComparisonTable()
        self.hint = label(_HINT, "small", wrap=True)
        self.keep = self._action("Keep", "Ctrl+K", "save", self.keep_wanted.emit)
        self.keep.setToolTip("Keep the current choice as a candidate of the project (Ctrl+K)")
        self.take = self._action("Use", "Return", "play", self._on_take)
        self.rename = self._action("Rename", "F2", "sign", self._on_rename)
        self.pin = self._action("Pin", "P", "pin", self._on_pin)
        self.drop = self._action("Delete", "Del", "clear", self._on_drop)
        self.copy = self._action("Copy command", "Ctrl+C", "export", self._on_copy)
        self.copy.setToolTip("Copy the command that makes and measures this without a window (Ctrl+C)")
        self.keep.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.buttons = {
            action: _button_for(action) for action in (self.keep, self.take, self.rename, self.pin, self.drop)
        }
        self._set_up_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(row(*self.buttons.values(), None))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.hint)
        layout.addWidget(self.comparison, 1)
        self._model.renamed.connect(self.rename_wanted)
        self.table.selectionModel().selectionChanged.connect(self._on_selection)
        self.table.doubleClicked.connect(self._on_double_click)
        self.table.customContextMenuRequested.connect(self._on_menu)
        self._show_selection()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rows, unsorted."""
        return self._model.entries

    @property
    def selected(self) -> tuple[Entry, ...]:
        """The selected entries, in the order shown."""
        rows = sorted(self.table.selectionModel().selectedRows(), key=lambda index: index.row())
        return tuple(self._model.entries[self._sorted.mapToSource(index).row()] for index in rows)

    def set_entries(self, entries: tuple[Entry, ...], current: Recipe, *, metric: Metric) -> None:
        """Show these; what was selected stays selected, and a name that is being typed stays open."""
        if entries == self._model.entries and metric == self._metric:
            self._model.set_current(current)
            return
        if self.table.state() == QAbstractItemView.State.EditingState:
            return  # `_on_closed` brings it up to date
        chosen = [entry.recipe for entry in self.selected]
        focused = self.table.currentIndex().row()
        self._metric = metric
        self._model.set_entries(entries, current, metric=metric)
        self.select(chosen)
        if not chosen and 0 <= focused < len(entries) and self.table.hasFocus():
            self.table.selectionModel().setCurrentIndex(
                self._sorted.index(min(focused, len(entries) - 1), 0),
                QItemSelectionModel.SelectionFlag.NoUpdate,
            )
        self._show_selection()

    def select(self, recipes: Sequence[Recipe]) -> None:
        """Select the rows of these recipes."""
        selection = self.table.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag
        for place, entry in enumerate(self._model.entries):
            if entry.recipe in recipes:
                index = self._sorted.mapFromSource(self._model.index(place, 0))
                selection.setCurrentIndex(index, flags.Select | flags.Rows)

    def _action(self, text: str, keys: str, symbol: str, do: Callable[[], None]) -> QAction:
        action = QAction(icon(symbol), text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setToolTip(f"{text} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(lambda _checked=False: do())
        return action

    def _set_up_table(self) -> None:
        table = self.table
        table.setAccessibleName("Candidates")
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.setMinimumHeight(96)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        for action in (self.take, self.rename, self.pin, self.drop, self.copy):
            table.addAction(action)
        self.addAction(self.keep)

    def _show_selection(self) -> None:
        chosen = self.selected
        one = len(chosen) == 1
        self.take.setEnabled(one)
        self.rename.setEnabled(one)
        self.copy.setEnabled(one)
        self.pin.setEnabled(bool(chosen))
        self.pin.setText("Unpin" if chosen and all(entry.pinned for entry in chosen) else "Pin")
        self.drop.setEnabled(bool(chosen))
        for action, button in self.buttons.items():
            button.setEnabled(action.isEnabled())
            button.setText(action.text())
        self.hint.setText(_HINT if self._model.entries else _EMPTY)
        self.hint.setVisible(len(chosen) < 2)
        names = [entry.name for entry in chosen]
        self.comparison.set_lines(names, compare(chosen, metric=self._metric) if len(chosen) > 1 else ())

    @Slot()
    def _on_selection(self) -> None:
        self._show_selection()

    @Slot()
    def _on_take(self) -> None:
        if len(self.selected) == 1:
            self.take_wanted.emit(self.selected[0].recipe)

    @Slot()
    def _on_rename(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if len(rows) == 1:
            self.table.setFocus()
            self.table.edit(rows[0])

    @Slot()
    def _on_pin(self) -> None:
        chosen = self.selected
        pinned = not all(entry.pinned for entry in chosen)
        for entry in chosen:
            if entry.pinned != pinned:
                self.pin_wanted.emit(entry.recipe, pinned)

    @Slot()
    def _on_copy(self) -> None:
        if len(self.selected) == 1:
            self.copy_wanted.emit(self.selected[0].recipe)

    @Slot()
    def _on_drop(self) -> None:
        if self.selected:
            self.drop_wanted.emit(tuple(entry.recipe for entry in self.selected))

    @Slot(QModelIndex)
    def _on_double_click(self, index: QModelIndex) -> None:
        if index.column() != 0:
            self._on_take()

    @Slot(QPoint)
    def _on_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions([self.take, self.rename, self.pin, self.drop, self.copy])
        menu.addSeparator()
        menu.addAction(self.keep)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(place))


def _button_for(action: QAction) -> QPushButton:
    button = QPushButton(action.icon(), action.text())
    button.setToolTip(action.toolTip())
    button.clicked.connect(action.trigger)
    return button
