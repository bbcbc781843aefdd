"""The live session as holder of a port: asked from the thread that flashes, answered in the window's."""

import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.device.link import Link
from studio.ui.board_session import BoardSession

_PATIENCE_SECONDS = 3.0


class SessionHolder(QObject):
    """A device.toolchains.ports_again.PortHolder for a BoardSession, whose methods need the window's thread."""

    _release_wanted = Signal(str)
    _reclaim_wanted = Signal(str)

    def __init__(self, board: BoardSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self._answered = threading.Event()
        self._let_go: Link | None = None
        self._held = False
        self._release_wanted.connect(self._on_release, Qt.ConnectionType.QueuedConnection)
        self._reclaim_wanted.connect(self._on_reclaim, Qt.ConnectionType.QueuedConnection)

    def release(self, port: str) -> None:
        """Let go of the port, if the session holds it; returns when it is free. Not for the window's thread."""
        self._answered.clear()
        self._release_wanted.emit(port)
        if self._answered.wait(_PATIENCE_SECONDS) and self._let_go is not None:
            self._let_go.close(_PATIENCE_SECONDS)
            self._let_go = None

    def reclaim(self, port: str) -> None:
        """Connect again, to where the board is now, if the session held it before."""
        self._reclaim_wanted.emit(port)

    @Slot(str)
    def _on_release(self, port: str) -> None:
        self._let_go = self._board.let_go(port)
        self._held = self._let_go is not None
        self._answered.set()

    @Slot(str)
    def _on_reclaim(self, port: str) -> None:
        if self._held:
            self._held = False
            self._board.take_back(port)
