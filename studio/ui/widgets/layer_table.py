"""The table of layers: what each is and costs before and after compression, and what was chosen for it alone."""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from studio.core.layer_facts import LayerFacts
from studio.core.layers import LayerPair
from studio.ui.widgets.layer_columns import COLUMNS, PLACES, From
from studio.ui.widgets.layer_menu import SCHEME_KEYS
from studio.ui.widgets.layer_rows import LayerRows

_ROWS_MEASURED = 40
_AIR = 20  # pixels beside a text
_ARROW = 10  # for the mark of the sorted column
_NARROWEST_NAME = 96
_KEYS = {getattr(Qt.Key, f"Key_{key}"): scheme for scheme, key in SCHEME_KEYS.items()}


class LayerTable(QTableView):
    """Sortable rows, of which one or several are selected; keys and a menu choose for the selected layers.

    Columns are as many as there is room for, or those that the user picked with a right-click on the headings.
    """

    layer_selected = Signal(int)
    layers_selected = Signal()
    choice_wanted = Signal(str, object)
    release_wanted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = LayerRows(self)
        self._picked: set[str] | None = None
        self._chooses = False
        self.setModel(self._rows)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Layers")
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(PLACES["layer"], QHeaderView.ResizeMode.Stretch)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._on_header_menu)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    @property
    def layers(self) -> tuple[LayerFacts, ...]:
        """All layers, unsorted and unfiltered."""
        return self._rows.layers

    @property
    def shown_count(self) -> int:
        """How many layers the filter lets through."""
        return len(self._rows.rows)

    @property
    def selected(self) -> int | None:
        """The number of the selected layer that the keys are on, or of the first of several."""
        numbers = self.selected_numbers
        current = self.currentIndex()
        if current.isValid() and current.row() < len(self._rows.rows):
            number = self._rows.rows[current.row()].number
            if number in numbers:
                return number
        return numbers[0] if numbers else None

    @property
    def selected_numbers(self) -> tuple[int, ...]:
        """The numbers of all selected layers, in the order of the model."""
        rows, found = self._rows.rows, set()
        selection = self.selectionModel().selection()
        for place in range(selection.count()):  # selectedRows() would ask the model for every cell
            part = selection.at(place)
            found |= {rows[row].number for row in range(part.top(), part.bottom() + 1)}
        return tuple(sorted(found))

    @property
    def selected_layers(self) -> tuple[LayerFacts, ...]:
        """The selected layers, in the order of the model."""
        return tuple(self.layers[number] for number in self.selected_numbers)

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The keys of the columns in sight."""
        return tuple(c.key for place, c in enumerate(COLUMNS) if not self.isColumnHidden(place))

    def set_pairs(self, pairs: tuple[LayerPair, ...]) -> None:
        """Show layers of which nothing else is known."""
        self.set_layers(tuple(LayerFacts(pair) for pair in pairs))

    def set_layers(
        self, layers: tuple[LayerFacts, ...], stale: Iterable[From] = (), *, chooses: bool = False
    ) -> None:
        """Show these; what is selected stays so. `chooses`: layers can be given a choice of their own."""
        selected = [facts.name for facts in self.selected_layers]
        current = self.layers[number].name if (number := self.selected) is not None else ""
        self._chooses = chooses
        with QSignalBlocker(self.selectionModel()):
            anew = self._rows.set_layers(layers, stale)
            if anew:
                self.clearSelection()
        if anew and selected:  # compression adds and removes layers: what was number 5 may be number 6 now
            number_of = {facts.name: facts.number for facts in reversed(layers)}
            self.select_many(
                [number_of[name] for name in selected if name in number_of], number_of.get(current)
            )
        self._fit_columns()

    def set_filter(self, words: str) -> None:
        """Show only the layers that match all words."""
        selected, current = self.selected_numbers, self.selected
        with QSignalBlocker(self.selectionModel()):
            anew = self._rows.set_filter(words)
        if anew:
            self.select_many(selected, current)

    def select(self, number: int | None) -> None:
        """Select the layer of this number alone and bring it into sight; None selects nothing."""
        self.select_many(() if number is None else (number,), number)

    def select_many(self, numbers: Iterable[int], current: int | None = None) -> None:
        """Select these layers, as far as the filter shows them."""
        numbers = tuple(numbers)
        if numbers == self.selected_numbers and (current is None or current == self.selected):
            return
        selection = QItemSelection()
        for number in numbers:
            row = self._rows.row_of(number)
            if row is not None:
                selection.select(self._rows.index(row, 0), self._rows.index(row, len(COLUMNS) - 1))
        row = self._rows.row_of(current) if current is not None else None
        flags = QItemSelectionModel.SelectionFlag
        if row is not None:
            index = self._rows.index(row, PLACES["layer"])
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
            self.scrollTo(index)
        self.selectionModel().select(selection, flags.ClearAndSelect)

    def pick_columns(self, keys: Iterable[str] | None) -> None:
        """Show these columns; None shows as many as there is room for."""
        self._picked = None if keys is None else {*keys, "number", "layer"}
        self._fit_columns()

    def columns_menu(self, parent: QWidget) -> QMenu:
        """A menu with a tick for each column."""
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        for column in COLUMNS[2:]:
            action = menu.addAction(column.heading)
            action.setToolTip(column.tip)
            action.setCheckable(True)
            action.setChecked(column.key in self.shown_columns)
            action.toggled.connect(lambda shown, key=column.key: self._on_column_toggled(key, shown))
        menu.addSeparator()
        automatic = menu.addAction("As many as there is room for", lambda: self.pick_columns(None))
        automatic.setCheckable(True)
        automatic.setChecked(self._picked is None)
        return menu

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: another width has room for other columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: 4, 8, 6 and F choose how numbers are stored, Delete makes it as the rest."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        scheme = _KEYS.get(Qt.Key(event.key())) if plain else None
        if self._chooses and self.selected_numbers:
            if scheme is not None:
                self.choice_wanted.emit("scheme", scheme)
                return
            if plain and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.release_wanted.emit()
                return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Qt: the mouse's right button or the menu key; a row under the mouse that is not selected becomes so."""
        if not self._chooses:
            return
        point = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            point = self.visualRect(self.currentIndex()).bottomLeft()
        elif not self.selectionModel().isSelected(self.indexAt(point)):
            row = self.indexAt(point)
            self.select(self._rows.rows[row.row()].number if row.isValid() else None)
        if self.selected_numbers:
            self.menu_wanted.emit(self.viewport().mapToGlobal(point))

    def sizeHintForColumn(self, column: int) -> int:
        """Qt: the widest of the heading and the first rows. Asking the style for each cell takes far longer."""
        metrics = self.fontMetrics()
        text = COLUMNS[column].text
        texts = (text(facts) for facts in self._rows.rows[:_ROWS_MEASURED])
        widest = max((metrics.horizontalAdvance(words) for words in texts), default=0)
        return max(widest, metrics.horizontalAdvance(COLUMNS[column].heading) + _ARROW) + _AIR

    def _fit_columns(self) -> None:
        widths = {
            column.key: self.sizeHintForColumn(place)
            for place, column in enumerate(COLUMNS)
            if column.rank is not None or (self._picked and column.key in self._picked)
        }
        widths["layer"] = max(_NARROWEST_NAME, min(widths["layer"], 2 * _NARROWEST_NAME))
        shown = self._picked
        if shown is None:
            shown, room = set(), self.viewport().width()
            ranked = sorted((c for c in COLUMNS if c.rank is not None), key=lambda c: c.rank or 0)
            for column in ranked:
                if column.source in (From.INSIDES, From.BUILD, From.SENSITIVITY) and not self._has(
                    column.key
                ):
                    continue
                if widths[column.key] <= room or not column.rank:
                    room -= widths[column.key]
                    shown.add(column.key)
        for place, column in enumerate(COLUMNS):
            self.setColumnHidden(place, column.key not in shown)
            if column.key != "layer" and column.key in shown:
                self.setColumnWidth(place, widths[column.key])

    def _has(self, key: str) -> bool:
        text = COLUMNS[PLACES[key]].text
        return any(text(facts) for facts in self.layers[:_ROWS_MEASURED])

    def _on_column_toggled(self, key: str, shown: bool) -> None:
        keys = set(self.shown_columns)
        self.pick_columns(keys | {key} if shown else keys - {key})

    @Slot(QPoint)
    def _on_header_menu(self, point: QPoint) -> None:
        menu = self.columns_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(point))

    @Slot(QItemSelection, QItemSelection)
    def _on_selection(self, _now: QItemSelection, _before: QItemSelection) -> None:
        selected = self.selected
        self.layer_selected.emit(-1 if selected is None else selected)
        self.layers_selected.emit()
