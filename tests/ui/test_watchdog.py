"""The watchdog of the benchmarks: a window that is held up does not escape it."""

import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.watchdog import LIMIT_MS, Watchdog
from tests.ui.walks import wait


def test_the_watchdog_bites(qapp: QApplication) -> None:
    dog = Watchdog()
    dog.start()
    QTimer.singleShot(20, lambda: time.sleep(0.08))
    wait(lambda: len(dog.gaps_ms) > 10)
    assert dog.worst_ms > LIMIT_MS
