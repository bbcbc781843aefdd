"""How long the window's thread does not answer: a watchdog that ticks in it."""

import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

LIMIT_MS = 50.0
TICK_MS = 5


def waited_for_a_core_ms() -> float:
    """How long this thread was ready to run and had no core so far (Linux counts it; elsewhere 0)."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6
    except OSError:
        return 0.0


class Watchdog(QObject):
    """Ticks every 5 ms in the window's thread; a longer gap is time in which the window did not answer.

    The time that the thread stood in line for a core, because the compiler and the worker had them, is
    taken off: it says something about the machine, not about the window.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps_ms: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._last = (0.0, 0.0)

    def start(self) -> None:
        """Begin anew."""
        self.gaps_ms.clear()
        self._last = (time.perf_counter() * 1000, waited_for_a_core_ms())
        self._timer.start(TICK_MS)

    @property
    def worst_ms(self) -> float:
        """The longest gap so far."""
        return max(self.gaps_ms)

    def _tick(self) -> None:
        now, waited = time.perf_counter() * 1000, waited_for_a_core_ms()
        before, waited_before = self._last
        self.gaps_ms.append(now - before - (waited - waited_before))
        self._last = (now, waited)
