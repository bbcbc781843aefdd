"""The workbench: the worker, the job it is at, and the results that belong to the present project."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core import pipeline
from studio.core.bundle import Bundle
from studio.core.errors import StudioError
from studio.core.pipeline import NextJob
from studio.core.project import Project
from studio.core.results import Problem, Results
from studio.core.review import Level
from studio.core.review.signing import KeyFile
from studio.core.steps import Step
from studio.core.validation import Validation
from studio.ui.worker_client import WorkerClient

_DEBOUNCE_MS = 10  # a slider's own events come in bunches
_PATIENCE_MS = 3000  # about what a killed worker's successor needs until it is as warm
_STEP_OF_JOB = {"load": Step.MODEL, "inspect_data": Step.MODEL, "export": Step.EXPORT}


class Workbench(QObject):
    """Gives the worker one job after the other until everything is known of the project.

    `results` always belong to the project that `project` returns; `previous` are the last results before a change.
    `failed` names the step whose page shows the sentence.
    """

    results_changed = Signal(object)
    job_started = Signal(str)
    job_progressed = Signal(float, str)
    job_ended = Signal()
    failed = Signal(str, str)
    exported = Signal(object)
    worker_state_changed = Signal(str)

    def __init__(
        self,
        project: Callable[[], Project],
        worker: WorkerClient | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._results = Results()
        self._previous = Results()
        self._running: NextJob | None = None
        self._running_id = 0
        self._stopping = False
        self._export: tuple[Path, Level, Path | None, KeyFile | None] | None = None
        self._closed = False

        self.worker = worker or WorkerClient(parent=self)
        self.worker.state_changed.connect(self.worker_state_changed)
        self.worker.progressed.connect(self._on_progressed)
        self.worker.answered.connect(self._on_answered)
        self.worker.failed.connect(self._on_failed)
        self.worker.ended.connect(self._on_ended)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._go_on)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._drop_superseded)

    @property
    def results(self) -> Results:
        """What is computed for the present project."""
        return self._results

    @property
    def previous(self) -> Results:
        """The present results, with what is missing filled from before the last change (same model only)."""
        return self._previous

    @property
    def busy(self) -> bool:
        """True while a job runs or is about to."""
        return self._running is not None or self._pause.isActive()

    def settle(self, before: Project) -> bool:
        """The project changed from `before`: keep what still holds and go on; True where results were dropped."""
        project = self._project()
        settled = pipeline.settle(before, project, self._results)
        dropped = settled != self._results
        if before.model != project.model:
            self._previous = Results()
        self._keep(settled)
        self._pause.start(_DEBOUNCE_MS if before.recipe != project.recipe else 0)
        return dropped

    def cancel(self) -> None:
        """Stop the job under way; the pipeline rests until `retry` or the next change."""
        job, self._running = self._running, None
        self._patience.stop()
        self._pause.stop()
        self.worker.cancel()
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

    def read_data_again(self) -> None:
        """The data's files may have changed: what came of them, a refusal too, is found out anew."""
        self._set_results(pipeline.without_data(self._results))
        self._pause.start(0)

    def export(
        self,
        folder: Path,
        level: Level = Level.RELEASE,
        journal: Path | None = None,
        key: KeyFile | None = None,
    ) -> None:
        """Write the bundle to `folder` as soon as the worker is free; `exported` or `failed` says how it went.

        `journal` is the file of the review's log; `key` seals the bundle.
        """
        self._export = (folder, level, journal, key)
        self._go_on()

    def set_validation(self, found: Validation | None) -> None:
        """What a board answered; taken where it ran the present candidate."""
        candidate = self._results.candidate
        if found is not None and (candidate is None or candidate.sha256 != found.model_sha256):
            return
        if found != self._results.validation:
            self._set_results(replace(self._results, validation=found))

    def close(self) -> None:
        """End the worker."""
        self._closed = True
        self._pause.stop()
        self._patience.stop()
        self._running = None
        self.worker.close()

    def _set_results(self, results: Results) -> None:
        self._keep(results)
        self.results_changed.emit(results)

    def _keep(self, results: Results) -> None:
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
            return pipeline.next_job(self._project(), self._results, for_show=True)
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
            if self._running.job == "export" or (self._running == wanted and not self._stopping):
                self._patience.stop()
            elif not self._patience.isActive():
                # Killing costs a warm worker: wait that long for it to stop by itself, and no longer.
                self._stopping = True
                self._patience.start(_PATIENCE_MS)
                self.worker.stop()
            return
        if wanted is None and self._export is not None:
            wanted, self._export = self._export_job(*self._export), None
        if wanted is None:
            self.results_changed.emit(self._results)  # those who waited learn that nothing more will come
            return
        self._running, self._stopping = wanted, False
        self._running_id = self.worker.request(wanted.job, wanted.arguments)
        self.job_started.emit(wanted.words)

    def _export_job(self, folder: Path, level: Level, journal: Path | None, key: KeyFile | None) -> NextJob:
        given: dict[str, object] = {
            "project": self._project(),
            "results": self._results,
            "folder": str(folder),
            "level": level,
            "journal": str(journal or ""),
            "key": key,
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
        if self._running is not None and (self._stopping or self._running != self._next()):
            self._running = None
            self.worker.cancel()
            self.job_ended.emit()
            self._go_on()

    @Slot(int)
    def _on_ended(self, request_id: int) -> None:
        job, _ = self._take_running(request_id)
        if job is not None:
            self.job_ended.emit()
            self._continue()

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
