"""The list of boards: what each has, and whether the model fits it."""

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from studio.core.board import Board
from studio.core.build import Fit
from studio.core.formatting import show_bytes
from studio.ui.icons import icon

_HEADINGS = ("Board", "Core", "Storage", "Memory", "Fits?")
_ROOM_FOR_CORE = 520
_CORE_WORDS = {
    "cortex-m0plus": "Cortex-M0+",
    "cortex-m4": "Cortex-M4",
    "cortex-m7": "Cortex-M7",
    "cortex-m33": "Cortex-M33",
    "cortex-a": "Cortex-A",
    "xtensa-lx6": "Xtensa LX6",
    "xtensa-lx7": "Xtensa LX7",
    "risc-v": "RISC-V",
    "avr": "AVR",
}


def core_words(board: Board) -> str:
    """The core as data sheets write it."""
    return _CORE_WORDS.get(board.core.value, board.core.value)


def clock_words(board: Board) -> str:
    """The clock in MHz or GHz."""
    megahertz = board.clock_hz / 1e6
    return f"{megahertz / 1000:g} GHz" if megahertz >= 1000 else f"{megahertz:g} MHz"


class BoardList(QTreeWidget):
    """One row for each board; `board_chosen` gives the id of the one that the user picked."""

    board_chosen = Signal(str)

    def __init__(self, boards: tuple[Board, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: dict[str, QTreeWidgetItem] = {}
        self.setColumnCount(len(_HEADINGS))
        self.setHeaderLabels(list(_HEADINGS))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setIconSize(QSize(16, 16))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAccessibleName("Boards")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for board in boards:
            item = QTreeWidgetItem(
                [
                    board.name,
                    f"{core_words(board)}, {clock_words(board)}",
                    show_bytes(board.flash_bytes),
                    show_bytes(board.ram_bytes),
                    "",
                ]
            )
            item.setData(0, Qt.ItemDataRole.UserRole, board.id)
            item.setToolTip(3, f"{show_bytes(board.free_ram_bytes)} of it are free")
            for column in (2, 3):
                item.setTextAlignment(column, right)
            self.addTopLevelItem(item)
            self._rows[board.id] = item
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(64)
        self.currentItemChanged.connect(self._on_current)

    @property
    def board_id(self) -> str | None:
        """The board that is selected."""
        item = self.currentItem()
        return str(item.data(0, Qt.ItemDataRole.UserRole)) if item is not None else None

    def fits_words(self, board_id: str) -> str:
        """What the last column says of this board."""
        return self._rows[board_id].text(4)

    def set_board(self, board_id: str) -> None:
        """Select this board without saying so."""
        item = self._rows.get(board_id)
        blocked = self.blockSignals(True)
        if item is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif item is not self.currentItem():
            self.setCurrentItem(item)
        self.blockSignals(blocked)

    def set_fits(self, fits: dict[str, Fit]) -> None:
        """Show for each board whether the model fits; boards left out are not known."""
        for board_id, item in self._rows.items():
            fitted = fits.get(board_id)
            if fitted is None:
                item.setText(4, "")
                item.setIcon(4, icon("waiting", "muted"))
                item.setToolTip(4, "Known once the C code is built")
                continue
            gauges = {"time": fitted.compute, "memory": fitted.memory, "storage": fitted.storage}
            short = [name for name, gauge in gauges.items() if not gauge.fits]
            item.setText(4, f"no: {', '.join(short)}" if short else "fits")
            item.setToolTip(
                4, f"Too little {' and '.join(short)}" if short else "Time, memory and storage suffice"
            )
            item.setIcon(4, icon("blocked", "danger") if short else icon("done", "good"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is little room, the name matters more than the core."""
        super().resizeEvent(event)
        self.setColumnHidden(1, event.size().width() < _ROOM_FOR_CORE)

    @Slot(QTreeWidgetItem, QTreeWidgetItem)
    def _on_current(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None:
            self.board_chosen.emit(item.data(0, Qt.ItemDataRole.UserRole))
