"""The application: up in under a second without TensorFlow, and no exception goes unsaid."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.ui import theme
from studio.ui.app import Catcher, log_file, make_application, settings

ROOT = Path(__file__).parents[2]
START = """
import sys
from PySide6.QtCore import QTimer
from studio.ui import main_window
shown = main_window.MainWindow.showEvent
def show(window, event):
    shown(window, event)
    QTimer.singleShot(0, window.close)
main_window.MainWindow.showEvent = show
from studio.ui.app import run
run(["studio"], None)
assert not {"tensorflow", "keras", "unicorn", "ai_edge_litert"} & set(sys.modules)
"""


def test_the_window_comes_up_without_tensorflow_or_the_emulator(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TINYML_STUDIO_CACHE": str(tmp_path)}
    environment |= {"XDG_CONFIG_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", START],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_an_exception_becomes_a_sentence_and_the_log_has_it_whole(qtbot: QtBot) -> None:
    catcher = Catcher()
    with qtbot.waitSignal(catcher.caught) as caught:
        try:
            raise ValueError("seven")
        except ValueError as error:
            catcher.take(type(error), error, error.__traceback__)
    assert caught.args is not None
    assert "ValueError: seven" in caught.args[0]
    assert str(log_file()) in caught.args[0]


def test_a_sentence_that_nobody_caught_is_shown_as_it_is(qtbot: QtBot) -> None:
    catcher = Catcher()
    with qtbot.waitSignal(catcher.caught) as caught:
        catcher.take(StudioError, StudioError("The disk is full."), None)
    assert caught.args == ["The disk is full."]


def test_the_palette_that_was_chosen_last_is_used_again(qapp: QApplication) -> None:
    settings().setValue("mode", "dark")
    make_application([])
    assert theme.mode() is theme.Mode.DARK
    settings().setValue("mode", "no such mode")
    make_application([])
    assert theme.mode() is theme.Mode.SYSTEM


def test_none_outlives_any_number_of_qt_calls() -> None:
    """PySide6 6.12 on Python 3.11 drops a reference to None with every call that returns it."""
    script = (
        "import studio.ui\nfrom PySide6.QtCore import QObject\nthing = QObject()\n"
        "for _ in range(300_000): thing.setObjectName('x')\nprint('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout == "alive\n", done.stderr
