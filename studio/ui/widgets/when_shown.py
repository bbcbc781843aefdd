"""Work that waits until it can be seen: hidden pages cost nothing while results come in."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class WhenShown(QObject):
    """Calls `refresh` at once while `widget` is visible, else when it is shown next."""

    def __init__(self, widget: QWidget, refresh: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._refresh = refresh
        self._due = False
        widget.installEventFilter(self)

    def ask(self) -> None:
        """Something changed."""
        if self._widget.isVisible():
            self._refresh()
        else:
            self._due = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: bring up to date what is about to be seen."""
        if event.type() == QEvent.Type.Show and self._due:
            self._due = False
            self._refresh()
        return False
