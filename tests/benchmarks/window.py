"""How long the window does not answer while a slider moves and results arrive: the longest gap of each of ten walks.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.window

The sample digits, every page made, the real worker; time that the window's thread stood in line for a core is taken
off. `ratio` is the median of the longest gaps ÷ the limit of 50 ms. One JSON line at the end.
"""

import gc
import json
import statistics
import tempfile
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.core.steps import Step
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.ui.test_responsive import LIMIT_MS, Watchdog, move_a_slider, open_a_sample

WALKS = 10


def main() -> None:
    """Open the sample once, then move its slider again and again."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYML_STUDIO_CACHE", str(Path(folder)))
        app = QApplication([])
        window = MainWindow(Session())
        window.show()
        for step in Step:
            window.page(step)
        open_a_sample(window)
        gc.collect()
        gc.freeze()  # as the app does once it stands
        gaps = []
        for _ in range(WALKS):
            dog = Watchdog()
            dog.start()
            move_a_slider(window)
            gaps.append(dog.worst_ms)
        window.may_lose_work = lambda: True  # type: ignore[method-assign]
        window.close()
        app.processEvents()
    middle = statistics.median(gaps)
    print(
        f"longest gap of a walk: median {middle:.0f} ms, largest {max(gaps):.0f} ms (limit {LIMIT_MS:.0f} ms)"
    )
    print(
        json.dumps(
            {
                "benchmark": "window",
                "walks": WALKS,
                "gaps_ms": gaps,
                "median_ms": middle,
                "ratio": middle / LIMIT_MS,
            }
        )
    )


if __name__ == "__main__":
    main()
