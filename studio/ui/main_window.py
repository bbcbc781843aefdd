"""The window: stepper, pages, gauges and status line, and the wires between them and the session."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from studio.core.board import find_board
from studio.core.build import Fit
from studio.core.errors import StudioError
from studio.core.pipeline import fit_of
from studio.core.project import SUFFIX, Project
from studio.core.results import Results
from studio.core.steps import Step
from studio.ui.choosing import PROJECT_FILES, choose_place
from studio.ui.dropped import Kind, in_order, kind_of
from studio.ui.garbage import collect_here
from studio.ui.icons import icon
from studio.ui.menus import Menus
from studio.ui.page_stack import PageStack
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.gauges import GaugeBar
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.status import StatusLine
from studio.ui.widgets.stepper import Stepper


class MainWindow(QMainWindow):
    """The one window. Pages other than the first are made when they are shown or when nothing else is to do."""

    page_shown = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        collect_here()
        self._session = session
        self._step = Step.MODEL
        self._forecast: Fit | None = None
        self.setWindowIcon(icon("studio", "accent"))
        self.setMinimumSize(900, 600)
        self.resize(1280, 800)
        self.setAcceptDrops(True)

        self.stepper = Stepper()
        self.notice = Notice(closable=True)
        self._told = ""  # the Model page's problem that the notice shows on another page
        self.gauges = GaugeBar()
        self.status = StatusLine()
        self._pages = PageStack(session)
        self._lay_out()
        self.menus = Menus(self, session)
        self._connect()
        self.show_step(Step.MODEL)
        self._refresh()

    @property
    def session(self) -> Session:
        """The session this window shows."""
        return self._session

    @property
    def step(self) -> Step:
        """The step whose page is shown."""
        return self._step

    def page(self, step: Step) -> QWidget:
        """The page of a step, made when it is first asked for."""
        return self._pages.page(step)

    def show_step(self, step: Step) -> None:
        """Show the page of a step."""
        self._step = step
        self._pages.show_step(step)
        self.stepper.set_current(step)
        self.page_shown.emit(step.value)

    def make_pages(self) -> None:
        """Make the pages that were not shown yet, one for each turn of the event loop."""
        self._pages.make_rest()

    def show_problem(self, sentence: str) -> None:
        """Show a sentence above whatever page is shown."""
        self.notice.show_sentence(sentence, Tone.DANGER)

    def open_paths(self, paths: list[Path]) -> None:
        """Open files and folders, whatever they are; asks before a project takes the place of unsaved work."""
        self.notice.show_sentence("")
        if any(_is_project(path) for path in paths) and not self.may_lose_work():
            return
        self._session.opening.open_paths(in_order(paths))

    def new_project(self) -> None:
        """Begin with nothing."""
        if self.may_lose_work():
            self._session.new_project()
            self.show_step(Step.MODEL)

    def open_sample(self, name: str) -> None:
        """Open a sample that comes with the studio."""
        if self.may_lose_work():
            self._session.opening.open_sample(name)

    def save(self) -> bool:
        """Save to the project's file; asks for one where there is none yet. True when all is saved now."""
        if self._session.file is None:
            self.save_as().exec()
        else:
            self._save_to(None)
        return not self._session.modified

    def save_as(self) -> QFileDialog:
        """Ask for a place and save there."""
        name = f"{self._session.project.name}{SUFFIX}"
        return choose_place(self, "Save the project", PROJECT_FILES, SUFFIX, name, self._save_to)

    def may_lose_work(self) -> bool:
        """True when nothing is unsaved, was saved now, or the user lets it go. The one modal question."""
        writing = self.focusWidget()
        if writing is not None:
            writing.clearFocus()  # what is typed at this moment is work too
            writing.setFocus()
        if not self._session.modified:
            return True
        button = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self,
            "Unsaved changes",
            f"Save the changes to “{self._session.project.name}”?",
            button.Save | button.Discard | button.Cancel,
            button.Save,
        )
        if answer == button.Save:
            return self.save()
        return bool(answer == button.Discard)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: ask for unsaved changes, then end the worker."""
        if not self.may_lose_work():
            event.ignore()
            return
        self._session.close()
        self._pages.close_all()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Qt: take files and folders."""
        if _paths_of(event.mimeData()):
            event.acceptProposedAction()
            self._pages.light(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Qt: nothing hovers any more."""
        self._pages.light(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Qt: open what was dropped."""
        self._pages.light(False)
        event.acceptProposedAction()
        paths = _paths_of(event.mimeData())
        # Opening may ask a question; the program that the files came from must not wait for the answer.
        QTimer.singleShot(0, self, lambda: self.open_paths(paths))

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        strip = QVBoxLayout()
        strip.setContentsMargins(3 * GRID, 0, 3 * GRID, 0)
        strip.addWidget(self.notice)
        right.addLayout(strip)
        right.addWidget(self._pages, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.stepper)
        upper.addLayout(right, 1)
        middle = QWidget()
        whole = QVBoxLayout(middle)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(self.gauges)
        whole.addWidget(self.status)
        self.setCentralWidget(middle)
        middle.setFocus()  # no ring around the first step before a key is pressed

    def _connect(self) -> None:
        session, pages = self._session, self._pages
        pages.step_wanted.connect(self._on_step_wanted)
        pages.forecast_changed.connect(self._on_forecast)
        pages.measured_changed.connect(self._refresh)
        self.stepper.step_chosen.connect(self._on_step_wanted)
        self.notice.cure_wanted.connect(self._on_model_page_wanted)
        self.gauges.board_wanted.connect(self._on_board_wanted)
        self.status.cancel_wanted.connect(session.cancel)
        QShortcut(QKeySequence("Esc"), self, session.cancel)
        session.project_changed.connect(self._on_project_changed)
        session.results_changed.connect(self._on_results_changed)
        session.job_started.connect(self.status.begin_job)
        session.job_progressed.connect(self.status.set_progress)
        session.job_ended.connect(self.status.end_job)
        session.worker_state_changed.connect(self.status.set_engine)
        session.failed.connect(self._on_failed)
        session.told.connect(self.notice.show_sentence)
        session.exported.connect(self._refresh)
        session.live_changed.connect(self._refresh)
        session.file_changed.connect(self._on_file_changed)
        self.status.set_engine(session.worker_state)

    def _save_to(self, path: Path | None) -> None:
        """Save there; None is where it was opened from, and is not written over what others saved meanwhile."""
        if self._session.save(path):
            self.notice.show_sentence("")
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Bring marks, gauges and title up to date."""
        session = self._session
        project, results, previous = session.project, session.results, session.previous
        try:
            self.stepper.set_states(session.step_states())
            stale = "" if results.build is not None else "Measuring…" if session.busy else "Before the change"
            now = fit_of(project, results)
            if now is not None:
                self.gauges.set_fit(self._pages.compiled(now), find_board(project.board))
            elif self._forecast is not None:
                self.gauges.set_fit(self._forecast, find_board(project.board))
            else:
                self.gauges.set_fit(
                    self._pages.compiled(fit_of(project, previous)), find_board(project.board), stale=stale
                )
        except StudioError as error:
            self.show_problem(str(error))
        self.setWindowTitle(f"{project.name}[*] — TinyML Studio")
        self.setWindowModified(session.modified)

    @Slot(object)
    def _on_forecast(self, forecast: Fit | None) -> None:
        """While a slider's result is awaited the gauges show what is estimated of it."""
        self._forecast = forecast
        self._refresh()

    @Slot(object)
    def _on_project_changed(self, project: Project) -> None:
        self._refresh()

    @Slot(object)
    def _on_results_changed(self, results: Results) -> None:
        self._refresh()
        self._tell_of_model_page(results)

    def _tell_of_model_page(self, results: Results) -> None:
        """What went wrong with the model or the data stands on the Model page; on others the notice says so."""
        found = results.problem("load") or results.problem("inspect_data")
        sentence = found.sentence if found is not None and found.cure is None else ""
        if sentence == self._told:
            return
        if sentence and self._step is not Step.MODEL:
            self.notice.show_sentence(sentence, Tone.DANGER, "Model page")
        elif self._told and self.notice.sentence == self._told:
            self.notice.show_sentence("")
        self._told = sentence

    @Slot(object)
    def _on_file_changed(self, file: Path | None) -> None:
        self.notice.show_sentence("")
        self._refresh()

    @Slot(str, str)
    def _on_failed(self, step: str, sentence: str) -> None:
        if step == "file":
            self.show_problem(sentence)

    @Slot(str)
    def _on_step_wanted(self, step: str) -> None:
        """A step, or a place on its page as "review#limits"."""
        name, _, place = step.partition("#")
        self.show_step(Step(name))
        show = getattr(self.page(Step(name)), "show_question", None)
        if place and show is not None:
            show(place)

    @Slot()
    def _on_model_page_wanted(self) -> None:
        self.notice.show_sentence("")
        self.show_step(Step.MODEL)

    @Slot()
    def _on_board_wanted(self) -> None:
        self.show_step(Step.EXPORT)


def _paths_of(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _is_project(path: Path) -> bool:
    try:
        return kind_of(path) is Kind.PROJECT
    except StudioError:
        return False
