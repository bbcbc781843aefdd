"""Work in small steps, one in each turn of the event loop, so that a page is made without holding the window up."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

Step = Callable[[], bool]
"""Does a little, and says whether there is more to do."""


class Turns(QObject):
    """Steps that were asked for, one after the other; nothing runs while none is left."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: list[Step] = []
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._take)

    @property
    def busy(self) -> bool:
        """True while there is more to do."""
        return bool(self._steps)

    def has(self, step: Step) -> bool:
        """True while this step has more to do."""
        return step in self._steps

    def ask(self, step: Step, *, first: bool = False) -> None:
        """Take this step until it is done; `first` before all others."""
        if first or step not in self._steps:
            others = [one for one in self._steps if one != step]
            self._steps = [step, *others] if first else [*others, step]
        self._timer.start()

    @Slot()
    def _take(self) -> None:
        if self._steps:
            step = self._steps[0]
            if not step():
                self._steps = [one for one in self._steps if one != step]
        if not self._steps:
            self._timer.stop()
