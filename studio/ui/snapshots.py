"""Pictures of every page for one project: the window's own journey, with or without a screen."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from studio.core.errors import StudioError
from studio.core.project import Project
from studio.core.recipe import Recipe
from studio.core.steps import Step
from studio.core.storage import write_error
from studio.ui import theme
from studio.ui.app import make_application
from studio.ui.dropped import kind_of
from studio.ui.main_window import MainWindow
from studio.ui.pages.live import LivePage
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session

_PIPELINE_SECONDS = 600.0
_FIRST_FRAME_SECONDS = 30.0
_DRAWN_SECONDS = 20.0
_POLL_MS = 20
_REVIEWED = {"design": "D1", "development": "V6", "deployment": "P5"}
_BROKEN = "V7"


def save_page_pictures(
    project: Path | Project,
    folder: Path,
    size: tuple[int, int] = (1280, 800),
    dark: bool = False,
    live_seconds: float = 4.0,
    tries: tuple[Recipe, ...] = (),
) -> tuple[Path, ...]:
    """Open the window with the project (or its file), let it work to the end, and write a PNG of each page to `folder`.

    The stages of the review come after the pages, each with a question's evidence opened, and the viewer of samples
    where compression broke some. `tries` are measured first, so that the trade-off has more than one point. The Live
    page shows the virtual board after `live_seconds`, where there is firmware to run. Works without a screen; the text
    then needs a font on the system (Debian: fonts-dejavu-core). Raises StudioError when the project cannot be opened or
    the pictures cannot be written.
    """
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if isinstance(project, Path):
        kind_of(project)  # what cannot be opened is said before a window is made
    app = make_application(sys.argv[:1])
    before = theme.mode()
    theme.apply(app, theme.Mode.DARK if dark else theme.Mode.LIGHT)
    session = Session()
    window = MainWindow(session)
    sentences: list[str] = []
    session.failed.connect(lambda step, sentence: sentences.append(sentence) if step == "file" else None)
    try:
        window.resize(*size)
        window.show()
        if isinstance(project, Project):
            session.begin(project, None)
        else:
            session.opening.open_path(project)
        if sentences:
            raise StudioError(sentences[0])
        _wait(lambda: not session.busy, _PIPELINE_SECONDS)
        own = session.project.recipe
        for recipe in (*tries, *((own,) if tries else ())):
            session.take(recipe)
            _wait(lambda: not session.busy, _PIPELINE_SECONDS)
        pages = [_picture(app, window, step, folder, live_seconds) for step in Step]
        return (*pages, *_review_pictures(window, folder))
    finally:
        window.may_lose_work = lambda: True  # type: ignore[method-assign]  # nobody is there to answer
        window.close()
        window.deleteLater()
        theme.apply(app, before)


def _picture(app: QApplication, window: MainWindow, step: Step, folder: Path, live_seconds: float) -> Path:
    window.show_step(step)
    page = window.page(step)
    if isinstance(page, LivePage):
        _watch(page, window.session, live_seconds)
    _wait(lambda: False, 0.3)  # plots draw after they were laid out
    return _saved(window, folder / f"{list(Step).index(step) + 1}_{step.value}.png")


def _review_pictures(window: MainWindow, folder: Path) -> list[Path]:
    window.show_step(Step.REVIEW)
    page = window.page(Step.REVIEW)
    assert isinstance(page, ReviewPage)
    _wait(lambda: not page.turns.busy, _DRAWN_SECONDS)
    pictures = []
    for name, question in _REVIEWED.items():
        page.show_question(question)
        evidence = page.card(question).evidence
        row = next(iter(evidence.rows.values()), None) if evidence is not None else None
        if row is not None:
            row.open()
            _wait(lambda row=row: not row.drawing, _DRAWN_SECONDS)  # type: ignore[misc]
        _wait(lambda: False, 0.3)
        page.show_question(question)  # what was opened has moved it
        _wait(lambda: False, 0.3)
        pictures.append(_saved(window, folder / f"review_{name}.png"))
    if window.session.reviewing.samples(_BROKEN):
        page.looking.look(_BROKEN)
        _wait(lambda: page.stack.currentIndex() > 0, _DRAWN_SECONDS)
        _wait(lambda: False, 0.3)
        pictures.append(_saved(window, folder / "review_samples.png"))
    return pictures


def _saved(window: MainWindow, path: Path) -> Path:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(path, error) from error
    if not window.grab().save(str(path), "PNG"):
        raise StudioError(f"{path} could not be written. Choose another folder.")
    return path


def _watch(page: LivePage, session: Session, seconds: float) -> None:
    build = session.results.build
    if build is None or not build.firmware:
        return
    page.connect_button.click()
    if _wait(lambda: session.live, _FIRST_FRAME_SECONDS):
        _wait(lambda: not session.live, seconds)


def _wait(until: Callable[[], bool], seconds: float) -> bool:
    """Let the window work until `until` is true; False when `seconds` went by before."""
    loop = QEventLoop()
    poll = QTimer()
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    poll.start(_POLL_MS)
    end = QTimer(singleShot=True)
    end.timeout.connect(loop.quit)
    end.start(round(seconds * 1000))
    if not until():
        loop.exec()
    return until()
