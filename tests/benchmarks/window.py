"""How long the window does not answer: the longest gap while a sample opens, and of ten walks of a slider.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.window

The sample digits, every page made, the real worker; time that the window's thread stood in line for a core is taken
off. A slider's limit is 50 ms. The first result of a sample fills the Model page at once, whose limit is 150 ms.
`ratio` is the median of the slider's longest gaps ÷ its limit. One JSON line at the end.
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
from tests.benchmarks.watchdog import LIMIT_MS, Watchdog
from tests.ui.walks import move_a_slider, open_a_sample

WALKS = 10
OPENING_LIMIT_MS = 150.0


def main() -> None:
    """Open the sample once, then move its slider again and again."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYML_STUDIO_CACHE", str(Path(folder)))
        app = QApplication([])
        window = MainWindow(Session())
        window.show()
        for step in Step:
            window.page(step)
        gc.collect()
        gc.freeze()  # as the app does once it stands
        dog = Watchdog()
        dog.start()
        open_a_sample(window)
        opening = dog.worst_ms
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
    print(f"longest gap while a sample opens: {opening:.0f} ms (limit {OPENING_LIMIT_MS:.0f} ms)")
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
                "opening_ms": opening,
                "opening_ratio": opening / OPENING_LIMIT_MS,
            }
        )
    )


if __name__ == "__main__":
    main()
