"""What an inference on a virtual board would take on a real one: the estimate, and what it leaves out."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.board import find_board
from studio.core.board_time import board_time, board_time_limits, real_board
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label


class TimeLine(QWidget):
    """Shown while a virtual board runs: for the real one that it is like, and for the project's own."""

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self.words = label("", wrap=True)
        self.limits = label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.words)
        layout.addWidget(self.limits)
        self.hide()
        board.state_changed.connect(self._show)
        if board.session is not None:
            board.session.results_changed.connect(self._show)
            board.session.project_changed.connect(self._show)

    @Slot()
    def _show(self, *_: object) -> None:
        session = self._board.session
        build = session.results.build if session is not None else None
        is_on = self._board.is_virtual and self._board.state is BoardState.LIVE
        if session is None or build is None or not build.layers or not is_on:
            self.hide()
            return
        like, own = (
            real_board(find_board(self._board.virtual_id)),
            real_board(find_board(session.project.board)),
        )
        time = board_time(build, like)
        if own != like and not own.takes_float:
            time += f", and {board_time(build, own)}, the board that you chose"
        self.words.setText(f"{time[0].upper()}{time[1:]} (estimates).")
        self.limits.setText(board_time_limits(build, like))
        self.show()
