"""What tests and benchmarks do with a window and its real worker: open a sample, move a slider, wait for what comes."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from studio.core.recipe import Recipe
from studio.core.steps import Step
from studio.ui.main_window import MainWindow

_POLL_MS = 10


def wait(until: Callable[[], bool], seconds: float = 120.0) -> None:
    """Let the window go on until this is so."""
    loop, poll, end = QEventLoop(), QTimer(), QTimer(singleShot=True)
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    end.timeout.connect(loop.quit)
    poll.start(_POLL_MS)
    end.start(round(seconds * 1000))
    loop.exec()
    assert until(), "it took too long"


def done(window: MainWindow) -> bool:
    """Everything of the project is measured, and nothing went wrong."""
    session = window.session
    assert session.results.problems == ()
    return not session.busy and session.results.evaluation is not None


def open_a_sample(window: MainWindow) -> None:
    """Open digits and wait until it is measured."""
    window.new_project()
    window.open_sample("digits")
    wait(lambda: done(window))
    build = window.session.results.build
    assert build is not None
    assert build.measurement is not None


def move_a_slider(window: MainWindow) -> None:
    """Ten moves of the pruning slider at once, their result, and back."""
    window.show_step(Step.COMPRESS)
    for percent in range(2, 21, 2):
        recipe = Recipe(pruning=percent / 100)
        window.session.change(replace(window.session.project, recipe=recipe), merge="pruning")
        QCoreApplication.processEvents()
    wait(lambda: done(window))
    window.session.undo()
    wait(lambda: done(window))
