"""The live sessions as holders of ports: asked from the thread that flashes, answered in the window's."""

import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.device.link import Link
from studio.ui.board_session import BoardSession

_PATIENCE_SECONDS = 3.0


class SessionHolder(QObject):
    """A device.toolchains.ports_again.PortHolder for BoardSessions, whose methods need the window's thread."""

    _release_wanted = Signal(str)
    _reclaim_wanted = Signal(str)

    def __init__(self, boards: Callable[[], Iterable[BoardSession]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._boards = boards
        self._answered = threading.Event()
        self._lent: Link | None = None
        self._holder: BoardSession | None = None
        self._release_wanted.connect(self._on_release, Qt.ConnectionType.QueuedConnection)
        self._reclaim_wanted.connect(self._on_reclaim, Qt.ConnectionType.QueuedConnection)

    def release(self, port: str) -> None:
        """Let go of the port, if a session holds it; returns when it is free. Not for the window's thread."""
        self._answered.clear()
        self._release_wanted.emit(port)
        if self._answered.wait(_PATIENCE_SECONDS) and self._lent is not None:
            self._lent.release(_PATIENCE_SECONDS)
            self._lent = None

    def reclaim(self, port: str) -> None:
        """Connect again, to where the board is now, if a session held it before."""
        self._reclaim_wanted.emit(port)

    @Slot(str)
    def _on_release(self, port: str) -> None:
        self._lent = self._holder = None
        for board in self._boards():
            self._lent = board.let_go(port)
            if self._lent is not None:
                self._holder = board
                break
        self._answered.set()

    @Slot(str)
    def _on_reclaim(self, port: str) -> None:
        holder, self._holder = self._holder, None
        if holder is not None and holder in tuple(self._boards()):
            holder.take_back(port)
