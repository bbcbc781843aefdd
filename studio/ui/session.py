"""The session: the project at hand, its history and file, and what the pages may ask of it."""

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from studio.core.board import find_board
from studio.core.bundle import Bundle
from studio.core.errors import StudioError
from studio.core.forecast import moved
from studio.core.project import History, Project
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.core.review import Level
from studio.core.steps import Step, StepState, step_states
from studio.core.study import SearchResult, Trained
from studio.ui.board_reports import BoardReports
from studio.ui.candidate_list import CandidateList, with_kept
from studio.ui.copying import Copying
from studio.ui.opening import Opening
from studio.ui.project_file import ProjectFile
from studio.ui.reviewing import Reviewing
from studio.ui.studies import Studies
from studio.ui.workbench import Workbench
from studio.ui.worker_client import WorkerClient

_MERGE_SECONDS = 3.0


class Session(QObject):
    """What the pages share. Pages read `project` and `results`, and change things only through methods here.

    `results` always belong to `project`; `previous` are the last results before a change, for showing
    greyed values until new ones arrive. `failed` names the step whose page shows the sentence ("file" for
    opening and saving, which the window shows); `told` is a sentence for the person that is no failure.
    """

    project_changed = Signal(object)
    results_changed = Signal(object)
    job_started = Signal(str)
    job_progressed = Signal(float, str)
    job_ended = Signal()
    failed = Signal(str, str)
    told = Signal(str)
    exported = Signal(object)
    file_changed = Signal(object)
    history_changed = Signal()
    worker_state_changed = Signal(str)
    live_changed = Signal(bool)
    entries_changed = Signal()

    def __init__(
        self,
        worker: WorkerClient | None = None,
        parent: QObject | None = None,
        *,
        studies_worker: WorkerClient | None = None,
    ) -> None:
        super().__init__(parent)
        self._history = History(Project())
        self._file = ProjectFile(self._history.present)
        self._bundle: Bundle | None = None
        self._bundle_of: Project | None = None
        self._live = False
        self._merge = ("", 0.0)

        self.workbench = Workbench(lambda: self.project, worker, self)
        self.workbench.results_changed.connect(self._on_results_changed)
        self.workbench.job_started.connect(self.job_started)
        self.workbench.job_progressed.connect(self.job_progressed)
        self.workbench.job_ended.connect(self.job_ended)
        self.workbench.failed.connect(self.failed)
        self.workbench.exported.connect(self._on_exported)
        self.workbench.worker_state_changed.connect(self.worker_state_changed)
        self.reviewing = Reviewing(lambda: (self.project, self.results), self._change_answers, self)
        self.reviewing.failed.connect(lambda sentence: self.failed.emit(Step.REVIEW, sentence))
        self.candidates = CandidateList(self, self)
        self.candidates.changed.connect(self.entries_changed)
        self.studies = Studies(lambda: (self.project, self.results), studies_worker, self)
        self.studies.trained_ready.connect(self._on_trained)
        self.studies.search_ready.connect(self._on_searched)
        self.studies.figures_ready.connect(self.candidates.add)
        self.copying = Copying(self)
        self.opening = Opening(self)
        self.board_reports = BoardReports(self)
        self.board_reports.validated.connect(self.workbench.set_validation)

    @property
    def project(self) -> Project:
        """The choices at hand."""
        return self._history.present

    @property
    def results(self) -> Results:
        """What is computed for the present project."""
        return self.workbench.results

    @property
    def previous(self) -> Results:
        """The present results, with what is missing filled from before the last change (same model only)."""
        return self.workbench.previous

    @property
    def history(self) -> History:
        """The projects before and after the present one."""
        return self._history

    @property
    def file(self) -> Path | None:
        """The project's file, or None while it has none."""
        return self._file.path

    @property
    def modified(self) -> bool:
        """True when there are changes that no file holds, and after a refused save, until one succeeds."""
        return self._file.lacks(self.project)

    @property
    def busy(self) -> bool:
        """True while a job runs or is about to."""
        return self.workbench.busy

    @property
    def can_undo(self) -> bool:
        """True when there is a change to take back."""
        return bool(self._history.past)

    @property
    def can_redo(self) -> bool:
        """True when there is a change to bring back."""
        return bool(self._history.future)

    @property
    def bundle(self) -> Bundle | None:
        """The export of exactly this project, if it was written."""
        return self._bundle if self._bundle_of == _exported_form(self.project) else None

    @property
    def live(self) -> bool:
        """True while a board is sending."""
        return self._live

    @property
    def worker_state(self) -> str:
        """What the worker is doing, in words."""
        return self.workbench.worker.state.value

    def step_states(self) -> dict[Step, StepState]:
        """The state mark of every step."""
        return step_states(
            self.project,
            self.results,
            exported=self.bundle is not None,
            live=self._live,
            logged=self.reviewing.logged,
        )

    def start(self) -> None:
        """Start the worker before it is needed, and let studies begin by themselves."""
        self.workbench.worker.start()
        self.studies.start()

    def change(self, project: Project, *, merge: str = "") -> None:
        """Put `project` in the present one's place; the change can be undone.

        Changes with the same `merge` word that follow each other quickly (a slider, typing) are one step
        of undo.
        """
        if project == self.project:
            return
        last, at = self._merge
        now = time.monotonic()
        before = self.project
        if merge and merge == last and now - at < _MERGE_SECONDS and self._history.past:
            past = self._history.past
            # There and back again is no step: undo would seem to do nothing.
            self._history = History(project, past[:-1] if past[-1] == project else past)
        else:
            self._history = self._history.do(project)
        self._merge = (merge, now)
        self._settle(before)

    def set_recipe(self, recipe: Recipe, merge: str = "") -> None:
        """Compress so; `merge` as in `change`. Training that was made for other weights is dropped."""
        self.change(replace(self.project, recipe=moved(self.project.recipe, recipe)), merge=merge)

    def take(self, recipe: Recipe) -> None:
        """Go to a candidate: the sliders move to its recipe."""
        self.change(replace(self.project, recipe=recipe))

    def undo(self) -> None:
        """Take the last change back."""
        self._swap(self._history.undo())

    def redo(self) -> None:
        """Bring the change that was taken back last."""
        self._swap(self._history.redo())

    def new_project(self) -> None:
        """Start with nothing; unsaved changes are gone, the window asks first."""
        self.begin(Project(), None)

    def save(self, path: Path | None = None) -> bool:
        """Write the project to `path` (or its file); False and a sentence when that failed or there is no file."""
        target = path or self._file.path
        if target is None:
            return False
        try:
            project = self._file.write(self.project, target, self.reviewing.head, guarded=path is None)
        except StudioError as error:
            self.failed.emit("file", str(error))
            return False
        self._history = replace(self._history, present=project)
        self.reviewing.project_saved(target)
        self.file_changed.emit(target)
        self.project_changed.emit(project)
        return True

    def cancel(self) -> None:
        """Stop the job under way; the pipeline rests until `retry` or the next change."""
        self.workbench.cancel()

    def retry(self) -> None:
        """Try again what failed or was stopped."""
        self.workbench.retry()

    def export(self, folder: Path, level: Level = Level.RELEASE) -> None:
        """Write the bundle to `folder` as soon as the worker is free; `exported` or `failed` says how it went.

        A bench build is marked UNREVIEWED and needs less of the review. A key that the maker signed with seals it.
        """
        self.workbench.export(folder, level, self.reviewing.journal_path, self.reviewing.seal)

    def set_live(self, live: bool) -> None:
        """Say whether a board is sending."""
        if live != self._live:
            self._live = live
            self.live_changed.emit(live)

    def close(self) -> None:
        """End the workers. The session is of no use after this."""
        self.workbench.close()
        self.studies.close()
        self.copying.close()

    def revise(self, history: History) -> None:
        """Put `history` in the place of the one there is: what it changes is a part of the last step."""
        before, self._history = self.project, history
        self._settle(before)

    def leave_file(self) -> None:
        """What is saved next must not take the place of the project that was opened from the file."""
        if self._file.path is not None:
            self._take_file(None)

    def go_back_to(self, history: History, file: Path | None) -> None:
        """As it was before something was opened that cannot be read."""
        self._merge = ("", 0.0)
        if file != self._file.path:
            self._take_file(file)
        self.revise(history)

    def _take_file(self, file: Path | None) -> None:
        self._file.path = file
        self.reviewing.project_opened(file)
        self.file_changed.emit(file)

    def begin(self, project: Project, file: Path | None) -> None:
        """Start with this project, from its file where it has one; unsaved changes are gone."""
        before = self.project
        self._history = History(project)
        self._merge = ("", 0.0)
        self._file.begin(project, file)
        self._bundle = self._bundle_of = None
        self.file_changed.emit(file)
        self._settle(before, opened=True)

    def _swap(self, history: History) -> None:
        if history is not self._history:
            self._merge = ("", 0.0)
            self.revise(history)

    def _settle(self, before: Project, *, opened: bool = False) -> None:
        dropped = self.workbench.settle(before)
        if opened:
            self.reviewing.project_opened(self._file.path)
        else:
            self.reviewing.notice()
        self.project_changed.emit(self.project)
        self.history_changed.emit()
        if before.candidates != self.project.candidates or before.dropped != self.project.dropped:
            self._follow()
            self.entries_changed.emit()
        elif before.board != self.project.board or before.deadline_ms != self.project.deadline_ms:
            self.entries_changed.emit()
        if dropped:
            self.results_changed.emit(self.results)

    def _follow(self) -> None:
        """Let candidates and studies take over what the results say."""
        self.candidates.follow(self.results)
        self.board_reports.follow(self.results.candidate)
        self.studies.follow(self.results, self.candidates.unmeasured())

    def _change_answers(self, project: Project, merge: str) -> None:
        self.change(project, merge=merge)

    @Slot(object)
    def _on_results_changed(self, results: Results) -> None:
        if self.opening.took_back(results):
            return
        self.reviewing.notice()
        self._follow()
        self.results_changed.emit(results)

    @Slot(object)
    def _on_exported(self, bundle: Bundle) -> None:
        self._bundle, self._bundle_of = bundle, _exported_form(self.project)
        self.reviewing.notice()
        self.exported.emit(bundle)

    @Slot(object)
    def _on_trained(self, trained: Trained) -> None:
        """Go to what was trained, unless the sliders have moved on meanwhile; a candidate it is in any case.

        Where no epoch was better the weights are those from before, so that nothing has changed.
        """
        if trained.best_epoch == 0:
            return
        project = with_kept(self.project, trained.recipe)
        if replace(project.recipe, training=None) == replace(trained.recipe, training=None):
            project = replace(project, recipe=trained.recipe)
        self.change(project)

    @Slot(object)
    def _on_searched(self, found: SearchResult) -> None:
        if found.best is not None:
            name = f"Best for {find_board(found.limits.board).name}"
            self.candidates.keep(found.best.recipe, name, pinned=True)


def _exported_form(project: Project) -> Project:
    """What of the project an export depends on."""
    return replace(project, name="", candidates=(), dropped=())
