"""The session: the project at hand, its history, and the pipeline that keeps its results up to date."""

import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core import pipeline
from studio.core.board import find_board
from studio.core.bundle import Bundle
from studio.core.candidates import Entry
from studio.core.errors import StudioError
from studio.core.pipeline import NextJob, Problem, Results, Step, StepState
from studio.core.places import resources
from studio.core.project import SUFFIX, History, Project, load_project, save_project
from studio.core.recipe import Recipe, read_recipe
from studio.core.study import SearchResult, Trained
from studio.ui.candidate_list import CandidateList, with_kept
from studio.ui.dropped import Kind, kind_of
from studio.ui.studies import Studies
from studio.ui.worker_client import WorkerClient

SAMPLES = ("digits", "gestures", "sine")

_DEBOUNCE_MS = 10  # a slider's own events come in bunches
_MERGE_SECONDS = 3.0
_PATIENCE_MS = 3000  # about what a killed worker's successor needs until it is as warm
_STEP_OF_JOB = {"load": Step.MODEL, "inspect_data": Step.MODEL, "export": Step.EXPORT}


class Session(QObject):
    """What the pages share. Pages read `project` and `results`, and change things only through methods here.

    `results` always belong to `project`; `previous` are the last results before a change, for showing
    greyed values until new ones arrive. `failed` names the step whose page shows the sentence ("file" for
    opening and saving, which the window shows).
    """

    project_changed = Signal(object)
    results_changed = Signal(object)
    job_started = Signal(str)
    job_progressed = Signal(float, str)
    job_ended = Signal()
    failed = Signal(str, str)
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
        self._saved = self._history.present
        self._file: Path | None = None
        self._results = Results()
        self._previous = Results()
        self._running: NextJob | None = None
        self._running_id = 0
        self._export_folder: Path | None = None
        self._bundle: Bundle | None = None
        self._bundle_of: Project | None = None
        self._live = False
        self._merge = ("", 0.0)
        self._closed = False

        self._worker = worker or WorkerClient(parent=self)
        self._worker.state_changed.connect(self.worker_state_changed)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        self._worker.ended.connect(self._on_ended)
        self.candidates = CandidateList(self, self)
        self.candidates.changed.connect(self.entries_changed)
        self.studies = Studies(lambda: (self.project, self._results), studies_worker, self)
        self.studies.trained_ready.connect(self._on_trained)
        self.studies.search_ready.connect(self._on_searched)
        self.studies.figures_ready.connect(self.candidates.add)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._go_on)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._drop_superseded)

    @property
    def project(self) -> Project:
        """The choices at hand."""
        return self._history.present

    @property
    def results(self) -> Results:
        """What is computed for the present project."""
        return self._results

    @property
    def previous(self) -> Results:
        """The present results, with what is missing filled from before the last change (same model only)."""
        return self._previous

    @property
    def file(self) -> Path | None:
        """The project's file, or None while it has none."""
        return self._file

    @property
    def modified(self) -> bool:
        """True when there are changes that no file holds."""
        return self.project != self._saved

    @property
    def busy(self) -> bool:
        """True while a job runs or is about to."""
        return self._running is not None or self._pause.isActive()

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
        return self._bundle if self._bundle_of == replace(self.project, name="") else None

    @property
    def live(self) -> bool:
        """True while a board is sending."""
        return self._live

    @property
    def worker_state(self) -> str:
        """What the worker is doing, in words."""
        return self._worker.state.value

    def step_states(self) -> dict[Step, StepState]:
        """The state mark of every step."""
        return pipeline.step_states(
            self.project, self._results, exported=self.bundle is not None, live=self._live
        )

    def start(self) -> None:
        """Start the worker before it is needed, and let studies begin by themselves."""
        self._worker.start()
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
        """Compress so; `merge` as in `change`."""
        self.change(replace(self.project, recipe=recipe), merge=merge)

    def entries(self) -> tuple[Entry, ...]:
        """The candidates, as the list shows them."""
        return self.candidates.entries()

    def take(self, recipe: Recipe) -> None:
        """Go to a candidate: the sliders move to its recipe."""
        self.set_recipe(recipe)

    def keep(self, recipe: Recipe, name: str = "") -> None:
        """Make a recipe a candidate of the project."""
        self.candidates.keep(recipe, name)

    def rename(self, recipe: Recipe, name: str) -> None:
        """Give a candidate a name."""
        self.candidates.rename(recipe, name)

    def pin(self, recipe: Recipe, pinned: bool) -> None:
        """Put a candidate first in every list, or no longer."""
        self.candidates.pin(recipe, pinned)

    def drop(self, recipe: Recipe) -> None:
        """Delete a candidate from the list."""
        self.candidates.drop(recipe)

    def undo(self) -> None:
        """Take the last change back."""
        self._swap(self._history.undo())

    def redo(self) -> None:
        """Bring the change that was taken back last."""
        self._swap(self._history.redo())

    def new_project(self) -> None:
        """Start with nothing; unsaved changes are gone, the window asks first."""
        self._replace(Project(), None)

    def open_project(self, project: Project) -> None:
        """Start with this project, as if it had just been read; it has no file."""
        self._replace(project, None)

    def open_path(self, path: Path) -> None:
        """Open a project, model, data set or recipe, whichever `path` is; what it is not shows as `failed`."""
        try:
            kind = kind_of(path)
            if kind is Kind.PROJECT:
                self._replace(load_project(path), path)
            elif kind is Kind.MODEL:
                self._set_model(path)
            elif kind is Kind.DATA:
                self.change(replace(self.project, data=str(path.resolve())))
            else:
                self.change(replace(self.project, recipe=read_recipe(str(path))))
        except StudioError as error:
            self.failed.emit("file", str(error))

    def open_sample(self, name: str) -> None:
        """Open one of the samples that come with the studio; saving it asks for a place of its own."""
        path = resources() / "samples" / name / f"project{SUFFIX}"
        try:
            self._replace(load_project(path), None)
        except StudioError as error:
            self.failed.emit("file", str(error))

    def save(self, path: Path | None = None) -> bool:
        """Write the project to `path` (or its file); False and a sentence when that failed or there is no file."""
        target = path or self._file
        if target is None:
            return False
        project = self.project
        if project.name == Project().name or (self._file is not None and target != self._file):
            project = replace(project, name=target.stem)
        try:
            save_project(project, target)
        except StudioError as error:
            self.failed.emit("file", str(error))
            return False
        self._history = replace(self._history, present=project)
        self._saved = project
        self._file = target
        self.file_changed.emit(target)
        self.project_changed.emit(project)
        return True

    def cancel(self) -> None:
        """Stop the job under way; the pipeline rests until `retry` or the next change."""
        job, self._running = self._running, None
        self._patience.stop()
        self._pause.stop()
        self._worker.cancel()
        if job is None:
            return
        if job.job == "export":
            self.failed.emit(Step.EXPORT, "You stopped the export. Export again when you like.")
        else:
            sentence = f"You stopped this: {job.words[0].lower()}{job.words[1:]}."
            self._set_results(pipeline.record_problem(self._results, Problem(job.job, sentence, "retry")))
        self.job_ended.emit()

    def retry(self) -> None:
        """Try again what failed or was stopped."""
        self._set_results(replace(self._results, problems=()))
        self._pause.start(0)

    def export(self, folder: Path) -> None:
        """Write the bundle to `folder` as soon as the worker is free; `exported` or `failed` says how it went."""
        self._export_folder = folder
        self._go_on()

    def set_live(self, live: bool) -> None:
        """Say whether a board is sending."""
        if live != self._live:
            self._live = live
            self.live_changed.emit(live)

    def close(self) -> None:
        """End the worker. The session is of no use after this."""
        self._closed = True
        self._pause.stop()
        self._patience.stop()
        self._running = None
        self._worker.close()
        self.studies.close()

    def _set_model(self, path: Path) -> None:
        project = replace(self.project, model=str(path.resolve()))
        is_another = bool(self.project.model) and self.project.model != project.model
        if is_another or project.name == Project().name:
            project = replace(project, name=path.stem)
        if is_another and self._file is not None:  # saving must not put it in the place of the project before
            self._file = None
            self.file_changed.emit(None)
        if not project.data and (path.parent / "test.npz").is_file():
            project = replace(project, data=str(path.parent.resolve()))
        self.change(project)

    def _replace(self, project: Project, file: Path | None) -> None:
        before = self.project
        self._history = History(project)
        self._merge = ("", 0.0)
        self._saved = project
        self._file = file
        self._bundle = self._bundle_of = None
        self.file_changed.emit(file)
        self._settle(before)

    def _swap(self, history: History) -> None:
        if history is self._history:
            return
        before = self.project
        self._history = history
        self._merge = ("", 0.0)
        self._settle(before)

    def _settle(self, before: Project) -> None:
        settled = pipeline.settle(before, self.project, self._results)
        dropped = settled != self._results
        if before.model != self.project.model:
            self._previous = Results()
        self._keep_results(settled)
        self._pause.start(_DEBOUNCE_MS if before.recipe != self.project.recipe else 0)
        self.project_changed.emit(self.project)
        self.history_changed.emit()
        if before.candidates != self.project.candidates or before.dropped != self.project.dropped:
            self._follow()
            self.entries_changed.emit()
        elif before.board != self.project.board or before.deadline_ms != self.project.deadline_ms:
            self.entries_changed.emit()
        if dropped:
            self.results_changed.emit(settled)

    def _follow(self) -> None:
        """Let candidates and studies take over what the results say."""
        self.candidates.follow(self._results)
        self.studies.follow(self._results, self.candidates.unmeasured())

    def _set_results(self, results: Results) -> None:
        self._keep_results(results)
        self._follow()
        self.results_changed.emit(results)

    def _keep_results(self, results: Results) -> None:
        kept = self._previous
        self._results = results
        self._previous = Results(
            model=results.model,
            dataset=results.dataset,
            candidate=results.candidate or kept.candidate,
            build=results.build or kept.build,
            evaluation=results.evaluation or kept.evaluation,
            problems=results.problems,
            preview=results.preview or kept.preview,
            insides=results.insides or kept.insides,
        )

    def _next(self) -> NextJob | None:
        try:
            return pipeline.next_job(self.project, self._results, for_show=True)
        except StudioError as error:
            self.failed.emit("file", str(error))
            return None

    @Slot()
    def _go_on(self) -> None:
        """Give the worker what is next; a job that the change made useless is left to end, or killed."""
        if self._closed:
            return
        wanted = self._next()
        if self._running is not None:
            if self._running.job == "export" or self._running == wanted:
                self._patience.stop()
            elif not self._patience.isActive():
                # Killing costs a warm worker: wait that long for it to stop by itself, and no longer.
                self._patience.start(_PATIENCE_MS)
                self._worker.stop()
            return
        if wanted is None and self._export_folder is not None:
            wanted, self._export_folder = self._export_job(self._export_folder), None
        if wanted is None:
            self.results_changed.emit(self._results)  # those who waited learn that nothing more will come
            return
        self._running = wanted
        self._running_id = self._worker.request(wanted.job, wanted.arguments)
        self.job_started.emit(wanted.words)

    def _export_job(self, folder: Path) -> NextJob:
        given: dict[str, object] = {
            "project": self.project,
            "results": self._results,
            "folder": str(folder),
        }
        return NextJob("export", given, "Writing the bundle")

    def _take_running(self, request_id: int) -> tuple[NextJob | None, bool]:
        """End the running job; it and whether its outcome still belongs to the project."""
        job = self._running
        if job is None or request_id != self._running_id:
            return None, False
        fresh = job.job == "export" or job == self._next()
        self._running = None
        self._patience.stop()
        return job, fresh

    @Slot()
    def _drop_superseded(self) -> None:
        if self._running is not None and self._running != self._next():
            self._running = None
            self._worker.cancel()
            self.job_ended.emit()
            self._go_on()

    @Slot(int)
    def _on_ended(self, request_id: int) -> None:
        job, _ = self._take_running(request_id)
        if job is not None:
            self.job_ended.emit()
            self._continue()

    @Slot(object)
    def _on_trained(self, trained: Trained) -> None:
        """Go to what was trained, unless the sliders have moved on meanwhile; a candidate it is in any case."""
        project = with_kept(self.project, trained.recipe)
        if replace(project.recipe, training=None) == replace(trained.recipe, training=None):
            project = replace(project, recipe=trained.recipe)
        self.change(project)

    @Slot(object)
    def _on_searched(self, found: SearchResult) -> None:
        if found.best is not None:
            name = f"Best for {find_board(found.limits.board).name}"
            self.candidates.keep(found.best.recipe, name, pinned=True)

    @Slot(int, float, str)
    def _on_progressed(self, request_id: int, share: float, words: str) -> None:
        if self._running is not None and request_id == self._running_id:
            self.job_progressed.emit(share, words or self._running.words)

    @Slot(int, object)
    def _on_answered(self, request_id: int, value: object) -> None:
        job, fresh = self._take_running(request_id)
        if job is None:
            return
        self.job_ended.emit()
        if job.job == "export" and isinstance(value, Bundle):
            self._bundle, self._bundle_of = value, replace(self.project, name="")
            self.exported.emit(value)
        elif fresh:
            self._set_results(pipeline.store(self._results, job.job, value))
        self._continue()

    @Slot(int, str, object)
    def _on_failed(self, request_id: int, sentence: str, cure: object) -> None:
        job, fresh = self._take_running(request_id)
        if job is None:
            return
        self.job_ended.emit()
        if job.job != "export" and fresh:
            problem = Problem(job.job, sentence, str(cure) if cure else None)
            self._set_results(pipeline.record_problem(self._results, problem))
        if job.job == "export" or fresh:
            self.failed.emit(_STEP_OF_JOB.get(job.job, Step.COMPRESS), sentence)
        self._continue()

    def _continue(self) -> None:
        if not self._pause.isActive():
            self._pause.start(0)
