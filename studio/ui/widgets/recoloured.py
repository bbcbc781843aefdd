"""What is written in a colour of the palette is written again when the palette changes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class Recoloured(QObject):
    """Calls `write` for `widget` whenever its palette changed; lives as long as the widget."""

    def __init__(self, widget: QWidget, write: Callable[[], None]) -> None:
        super().__init__(widget)
        self._write = write
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: looks on, and takes nothing away."""
        if event.type() == QEvent.Type.PaletteChange:
            self._write()
        return False
