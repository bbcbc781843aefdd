"""Python's garbage is collected in the window's thread alone.

Widgets in cycles die where the garbage is collected; Python collects wherever memory is asked for, and a widget that
dies in another thread takes the whole process with it.
"""

import gc

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

_LOOK_MS = 300


class Garbage(QObject):
    """Looks a few times a second whether a generation is due, by Python's own thresholds, and collects it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return


def collect_here() -> None:
    """From now on, for as long as there is an application."""
    app = QCoreApplication.instance()
    if app is not None and app.findChild(Garbage) is None:
        Garbage(app)
    gc.disable()
