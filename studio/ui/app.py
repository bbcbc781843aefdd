"""The application: starts Qt, the theme and the window, and shows what nobody caught."""

import gc
import logging
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from studio.core import places
from studio.core.errors import StudioError
from studio.ui import theme
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from studio.ui.worker_client import WorkerClient


class Catcher(QObject):
    """Takes exceptions that nobody caught: the log gets them whole, the window a sentence."""

    caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = logging.getLogger("studio")

    def install(self) -> None:
        """Take exceptions of this thread and of all others."""
        sys.excepthook = self.take
        threading.excepthook = lambda given: self.take(
            given.exc_type, given.exc_value or given.exc_type(), given.exc_traceback
        )

    def take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log the exception and say it in a sentence."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._log.error("%s", "".join(traceback.format_exception(kind, error, trace)))
        if isinstance(error, StudioError):
            self.caught.emit(str(error))
            return
        self.caught.emit(
            f"Something went wrong inside the studio ({kind.__name__}: {error}). Your project is still here: "
            f"save it, then carry on or restart. {log_file()} has the details."
        )


def log_file() -> Path:
    """Where the window's log is written."""
    return places.cache() / "studio.log"


def make_application(argv: Sequence[str]) -> QApplication:
    """The QApplication (the one there is, or a new one) with the user's palette."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(list(argv) or ["tinyml-studio"])
    app.setApplicationName("TinyML Studio")
    app.setDesktopFileName("tinyml-studio")
    wanted = str(settings().value("mode", theme.Mode.SYSTEM.value))
    theme.apply(app, theme.Mode(wanted) if wanted in set(theme.Mode) else theme.Mode.SYSTEM)
    return app


def settings() -> QSettings:
    """What the window remembers: its palette and its size."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "tinyml-studio", "window")


def run(argv: Sequence[str], project: Path | None) -> int:
    """Open the window, with `project` (a project, model or data) if given; returns when it is closed."""
    _start_log()
    app = make_application(argv)
    session = Session(WorkerClient([sys.executable, "-m", "studio.worker", "--warm"]))
    window = MainWindow(session)
    catcher = Catcher(app)
    catcher.caught.connect(window.show_problem, Qt.ConnectionType.QueuedConnection)
    catcher.install()
    app.styleHints().colorSchemeChanged.connect(lambda _scheme: _follow_system(app))
    remembered = settings()
    window.menus.mode_chosen.connect(lambda mode: remembered.setValue("mode", mode))
    geometry = remembered.value("geometry")
    if geometry is not None:
        window.restoreGeometry(geometry)
    screen = window.screen().availableGeometry()
    window.resize(window.size().boundedTo(screen.size()))  # a small screen shows all of it
    window.show()
    session.start()
    imports = threading.Thread(target=_import_plots, name="imports")
    imports.start()
    QTimer.singleShot(400, window.make_pages)
    QTimer.singleShot(
        3000, gc.freeze
    )  # what lives as long as the window is not gone through at each collection
    if project is not None:
        QTimer.singleShot(0, window, lambda: window.open_paths([project]))
    try:
        return app.exec()
    finally:
        remembered.setValue("geometry", window.saveGeometry())
        session.close()
        imports.join()
        sys.excepthook = sys.__excepthook__


def _follow_system(app: QApplication) -> None:
    if theme.mode() is theme.Mode.SYSTEM:
        theme.apply(app, theme.Mode.SYSTEM)


def _import_plots() -> None:
    """Import what only later pages need, beside the window's first turns rather than before them."""
    import pyqtgraph  # noqa: F401

    import studio.ui.pages.review  # noqa: F401


def _start_log() -> None:
    log = logging.getLogger("studio")
    if log.handlers:
        return
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        log.addHandler(logging.FileHandler(log_file(), encoding="utf-8", delay=True))
    except OSError:
        log.addHandler(logging.NullHandler())
