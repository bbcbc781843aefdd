"""Does the model fit the board: compute, memory and storage against what there is, in gauges and a sentence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox

from studio.core.board import Board
from studio.core.build import Fit
from studio.core.formatting import show_bytes, show_time
from studio.ui.theme import GRID
from studio.ui.widgets.board_list import clock_words, core_words
from studio.ui.widgets.gauges import OneGauge
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.notice import Notice

_LONGEST_MS = 60_000


class FitCard(Card):
    """`deadline` is the time that the person allows for one answer; `notice` says what does not fit."""

    def __init__(self) -> None:
        super().__init__("Does it fit?")
        self._about = label("", "muted", wrap=True)
        self._source = label()
        self._source.setTextFormat(Qt.TextFormat.RichText)
        self._source.setOpenExternalLinks(True)
        self.compute = OneGauge(
            "Compute", "compute", show_time, "Time for one inference, against the time you allow."
        )
        self.memory = OneGauge("Memory", "memory", show_bytes, "RAM: working buffer, data and stack.")
        self.storage = OneGauge("Storage", "storage", show_bytes, "Flash: weights and code.")
        self.notice = Notice()
        self.deadline = QSpinBox(minimum=1, maximum=_LONGEST_MS, suffix=" ms")
        self.deadline.setAccessibleName("Time allowed for one inference")
        self.deadline.setToolTip("How long one answer may take")
        self.body.setSpacing(GRID + GRID // 2)
        for part in (self.compute, self.memory, self.storage, self.notice):
            self.body.addWidget(part)
        self.body.addLayout(row(label("Time allowed for one inference"), None, self.deadline))
        self.body.addSpacing(GRID)
        self.body.addWidget(self._about)
        self.body.addWidget(self._source)
        self.body.addStretch(1)

    def set_deadline(self, milliseconds: int) -> None:
        """Show the time allowed."""
        blocked = self.deadline.blockSignals(True)
        self.deadline.setValue(milliseconds)
        self.deadline.blockSignals(blocked)

    def set_board(self, board: Board | None) -> None:
        """Say what the board is and has; None where the project's is not in the list."""
        if board is None:
            self._about.setText("This project names a board that is not in the list. Choose one.")
            self._source.setText("")
            return
        words = f"{board.name}: {core_words(board)} at {clock_words(board)}; {show_bytes(board.free_ram_bytes)} of "
        words += f"{show_bytes(board.ram_bytes)} RAM are free for you."
        words += (
            " It needs no hardware: the Live page starts it."
            if board.virtual
            else " Once exported, the studio builds and flashes the files with your tools, where it knows them."
        )
        self._about.setText(words)
        self._source.setText(f'<a href="{board.source}">Where these figures come from</a>')
        self._source.setToolTip(board.source)

    def set_fit(self, fitted: Fit | None, *, stale: str) -> None:
        """Show the three; `stale` says why they are not those of the present model ("": they are)."""
        self.compute.set_gauge(fitted.compute if fitted else None, stale=stale)
        self.memory.set_gauge(fitted.memory if fitted else None, stale=stale)
        self.storage.set_gauge(fitted.storage if fitted else None, stale=stale)
