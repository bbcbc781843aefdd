"""PySide's emit must not wear Python's True out."""

import subprocess
import sys

PROGRAM = """
import studio.ui
from PySide6.QtCore import QObject, Signal

class Bell(QObject):
    rung = Signal()

bell = Bell()
for _ in range(20_000):
    bell.rung.emit()
print("alive")
"""


def test_twenty_thousand_signals_do_not_end_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "alive"
    assert done.returncode == 0, done.stderr
