"""The events of a board: labels that began and ended, connections, losses, resets, other models, its log."""

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from studio.core.live_events import EventKind, LiveEvent
from studio.ui.board_session import MOST_EVENTS, BoardSession
from studio.ui.theme import GRID
from studio.ui.widgets.event_table import EventTable
from studio.ui.widgets.layouts import label, row

_ALL = "All events"


class EventView(QWidget):
    """A table that stays at its end while one does not scroll back; a click on a row tells its time (`time_wanted`)."""

    time_wanted = Signal(float)

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self.kind = QComboBox()
        self.kind.setAccessibleName("Kind of events")
        self.kind.addItem(_ALL, "")
        for kind in EventKind:
            self.kind.addItem(kind.value.capitalize(), kind)
        self.model = EventTable(MOST_EVENTS)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName("Events")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(3 * GRID)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        metrics = self.fontMetrics()
        self.table.setColumnWidth(0, metrics.horizontalAdvance("00:00:00.000") + 3 * GRID)
        self.table.setColumnWidth(1, metrics.horizontalAdvance(EventKind.CONNECTION.value) + 3 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.kind, label("Click an event to see it in the traces.", "small"), None))
        layout.addWidget(self.table, 1)
        self.model.add(board.events)

        self.kind.currentIndexChanged.connect(self._on_kind)
        self.table.clicked.connect(self._on_clicked)
        board.events_added.connect(self._on_events)
        board.cleared.connect(self.model.clear)

    @Slot()
    def _on_kind(self, *_: object) -> None:
        kind = self.kind.currentData()
        self.model.set_kind(EventKind(kind) if kind else None)
        self.table.scrollToBottom()

    @Slot(tuple)
    def _on_events(self, fresh: tuple[LiveEvent, ...]) -> None:
        bar = self.table.verticalScrollBar()
        is_at_end = bar.value() >= bar.maximum()
        self.model.add(fresh)
        if is_at_end:
            self.table.scrollToBottom()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        time_s = self.model.events[index.row()].time_s
        if time_s is not None:
            self.time_wanted.emit(time_s)
