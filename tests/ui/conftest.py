"""A screenless Qt, settings and a cache of their own, and windows that are closed again."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.review import journal
from studio.ui import theme
from studio.ui.garbage import collect_here
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from studio.ui.worker_client import WorkerClient
from tests.caches import own_cache

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def own_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("ui")
    cache = own_cache(folder / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYML_STUDIO_CACHE", str(cache))
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings"))
        yield folder


@pytest.fixture(scope="package", autouse=True)
def uses_own_places(own_places: Path) -> Iterator[None]:
    """Tests of other packages that ran in between have caches of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYML_STUDIO_CACHE", str(own_places / "cache"))
        yield


@pytest.fixture(scope="package", autouse=True)
def garbage_stays_here(qapp: QApplication) -> Iterator[None]:
    """As in the app, widgets die in the window's thread; what stood before these tests is not gone through."""
    gc.collect()
    gc.freeze()
    collect_here()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture(autouse=True)
def collected_after_each(garbage_stays_here: None) -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def own_reviews(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reviews of projects without a file are logged by model: what one test opened is not opened in the next."""
    monkeypatch.setattr(journal, "cache", lambda: tmp_path / "reviews-cache")


@pytest.fixture(autouse=True)
def light_theme(qapp: QApplication) -> None:
    if not qapp.styleSheet() or theme.mode() is not theme.Mode.LIGHT:
        theme.apply(qapp, theme.Mode.LIGHT)


@pytest.fixture
def make_window(qtbot: QtBot) -> Iterator[Callable[[WorkerClient | None], MainWindow]]:
    """Makes windows; they close without a question when the test ends."""
    windows: list[MainWindow] = []

    def make(worker: WorkerClient | None = None) -> MainWindow:
        window = MainWindow(Session(worker))
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield make
    for window in windows:
        window.may_lose_work = lambda: True  # type: ignore[method-assign]
        window.close()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
