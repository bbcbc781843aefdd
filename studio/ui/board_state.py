"""How the connection to a board stands."""

from enum import StrEnum


class BoardState(StrEnum):
    """How the connection stands, in the words that are shown."""

    IDLE = "Not connected"
    STARTING = "Starting the virtual board…"
    CONNECTING = "Connecting…"
    LISTENING = "Waiting for the board's first words…"
    LIVE = "Connected"
    AWAY = "Looking for the board…"
    LENT = "Lent to another program"
    LOST = "Connection lost"

    @property
    def is_over(self) -> bool:
        """True where nothing is connected and nobody looks for the board."""
        return self in (BoardState.IDLE, BoardState.LOST)
