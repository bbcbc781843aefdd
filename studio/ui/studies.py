"""Studies: training, the search and sensitivity, in a worker of their own, so that sliders stay quick meanwhile."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core.pipeline import NextJob
from studio.core.project import Project
from studio.core.recipe import Recipe, Training
from studio.core.results import Results
from studio.core.study import (
    CurvePoint,
    Figures,
    LayerSensitivity,
    SearchLimits,
    SearchResult,
    Sensitivity,
    Trained,
    Trial,
)
from studio.core.studying import figures_job, search_job, sensitivity_job, train_job
from studio.ui.worker_client import WorkerClient

_REST_MS = 1500  # sensitivity waits until the sliders have rested this long
_NOTHING_YET = {
    "train": "Stopped before the first epoch was done: there is nothing to keep, and the weights stay as they were.",
    "search": "Stopped before the first recipe was measured: there is nothing to keep.",
}
_BY_USER = tuple(_NOTHING_YET)


class Studies(QObject):
    """One study at a time. What the user asks for goes before what runs by itself.

    `trained_ready`, `search_ready` and `figures_ready` carry whole results; `changed` says that any property changed.
    `stopped_early` names a job that was stopped while there was nothing to keep, with the sentence for it.
    """

    changed = Signal()
    progressed = Signal(float, str)
    ended = Signal(str)
    failed = Signal(str, str)
    stopped_early = Signal(str, str)
    trained_ready = Signal(object)
    search_ready = Signal(object)
    figures_ready = Signal(object)

    def __init__(
        self,
        context: Callable[[], tuple[Project, Results]],
        worker: WorkerClient | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._of: tuple[str, str] = ("", "")
        self._by_itself = False
        self._job: NextJob | None = None
        self._number = 0
        self._refused: set[str] = set()
        self._unmeasured: tuple[Recipe, ...] = ()
        self._curve: tuple[CurvePoint, ...] = ()
        self._trained: Trained | None = None
        self._trials: tuple[Trial, ...] = ()
        self._found: SearchResult | None = None
        self._probed: tuple[LayerSensitivity, ...] = ()
        self._sensitivity: Sensitivity | None = None
        self._sought: SearchLimits | None = None

        self._worker = worker or WorkerClient(parent=self)
        self._worker.progressed.connect(self._on_progressed)
        self._worker.shown.connect(self._on_shown)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        self._worker.ended.connect(self._on_ended)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._go_on_by_itself)

    @property
    def running(self) -> str:
        """The job under way: "train", "search", "sensitivity", or "" for none (and for what nobody asked for)."""
        return self._job.job if self._job is not None and self._job.job != "figures" else ""

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """The epochs of the training under way, or of the last."""
        return self._curve

    @property
    def trained(self) -> Trained | None:
        """What the last training came to."""
        return self._trained

    @property
    def trials(self) -> tuple[Trial, ...]:
        """What the search under way, or the last, has tried."""
        return self._trials

    @property
    def found(self) -> SearchResult | None:
        """What the last search came to."""
        return self._found

    @property
    def sought(self) -> SearchLimits | None:
        """The limits of the search whose trials these are."""
        return self._sought if self._trials else None

    @property
    def probed(self) -> tuple[LayerSensitivity, ...]:
        """The layers whose sensitivity is known so far."""
        return self._sensitivity.rows if self._sensitivity else self._probed

    @property
    def sensitivity(self) -> Sensitivity | None:
        """The sensitivity of every layer, once it is known."""
        return self._sensitivity

    def start(self) -> None:
        """Let sensitivity, and the figures of kept candidates, be measured by themselves from now on."""
        self._by_itself = True
        self._rest.start()

    def train(self, training: Training) -> None:
        """Train the present recipe's model; `trained_ready` brings the recipe that leads to its weights."""
        project, results = self._context()
        if (job := train_job(project, results, training)) is not None:
            self._curve, self._trained = (), None
            self._begin(job)

    def search(self, limits: SearchLimits) -> None:
        """Search the best recipe within the limits."""
        project, results = self._context()
        if (job := search_job(project, results, limits)) is not None:
            self._trials, self._found, self._sought = (), None, limits
            self._begin(job)

    def probe(self) -> None:
        """Measure the sensitivity of every layer."""
        self._refused.discard("sensitivity")
        _, results = self._context()
        if self._sensitivity is None and (job := sensitivity_job(results)) is not None:
            self._begin(job)

    def stop(self) -> None:
        """End the study under way; training and search answer with the best they have.

        Where they have nothing yet they end at once: a worker that loads TensorFlow hears nothing for seconds.
        """
        if self._job is None:
            return
        job = self._job.job
        if job in _NOTHING_YET and not (self._curve if job == "train" else self._trials):
            self.cancel()
            self.stopped_early.emit(job, _NOTHING_YET[job])
        else:
            self._worker.stop()

    def cancel(self) -> None:
        """End the study under way and forget it; nothing of the project changes."""
        job, self._job = self._job, None
        if job is None:
            return
        self._worker.cancel()
        self._refused.add(job.job)  # what was cancelled does not start again by itself
        self.ended.emit(job.job)
        self.changed.emit()

    def follow(self, results: Results, unmeasured: tuple[Recipe, ...]) -> None:
        """Another model or other data ends a study and empties what was found; otherwise go on after a rest."""
        of = (
            results.model.artifact_sha256 if results.model else "",
            results.dataset.sha256 if results.dataset else "",
        )
        self._unmeasured = unmeasured
        if of != self._of and (results.dataset is not None or not self._context()[0].data):
            self._of = of
            self.cancel()
            self._refused.clear()
            self._curve, self._trained, self._trials, self._found = (), None, (), None
            self._probed, self._sensitivity = (), None
            self.changed.emit()
        if self._by_itself:
            self._rest.start()

    def close(self) -> None:
        """End the worker."""
        self._rest.stop()
        self._by_itself = False
        self._job = None
        self._worker.close()

    def _begin(self, job: NextJob) -> None:
        if self._job is not None:
            if self._job.job in _BY_USER:
                return  # one at a time; its page shows it
            self._job = None
            self._worker.cancel()
        self._job = job
        self._number = self._worker.request(job.job, job.arguments)
        self.changed.emit()

    @Slot()
    def _go_on_by_itself(self) -> None:
        if self._job is not None or not self._by_itself:
            return
        project, results = self._context()
        if results.candidate is None or (results.dataset is not None and results.evaluation is None):
            return  # the pipeline is at work; `follow` calls again
        for recipe in self._unmeasured:
            job = figures_job(project, results, recipe)
            if job is not None and str(recipe) not in self._refused:
                self._begin(job)
                return
        if self._sensitivity is None and "sensitivity" not in self._refused:
            job = sensitivity_job(results)
            if job is not None:
                self._begin(job)

    def _take(self, number: int) -> NextJob | None:
        if self._job is None or number != self._number:
            return None
        job, self._job = self._job, None
        if self._by_itself:
            self._rest.start()
        return job

    @Slot(int, float, str)
    def _on_progressed(self, number: int, share: float, words: str) -> None:
        if self._job is not None and number == self._number:
            self.progressed.emit(share, words or self._job.words)

    @Slot(int, object)
    def _on_shown(self, number: int, value: Any) -> None:
        if self._job is None or number != self._number:
            return
        if isinstance(value, CurvePoint):
            self._curve = (*self._curve, value)
        elif isinstance(value, Trial):
            self._trials = (*self._trials, value)
        elif isinstance(value, LayerSensitivity):
            self._probed = (*(row for row in self._probed if row.layer != value.layer), value)
        self.changed.emit()

    @Slot(int, object)
    def _on_answered(self, number: int, value: object) -> None:
        job = self._take(number)
        if job is None:
            return
        if isinstance(value, Trained):
            self._trained, self._curve = value, value.curve
            self.trained_ready.emit(value)
        elif isinstance(value, SearchResult):
            self._found, self._trials = value, value.trials
            self.search_ready.emit(value)
        elif isinstance(value, Sensitivity):
            self._sensitivity = value
        elif isinstance(value, Figures):
            self._unmeasured = tuple(recipe for recipe in self._unmeasured if recipe != value.recipe)
            self.figures_ready.emit(value)
        self.ended.emit(job.job)
        self.changed.emit()

    @Slot(int, str, object)
    def _on_failed(self, number: int, sentence: str, cure: object) -> None:
        job = self._take(number)
        if job is None:
            return
        self._refused.add(str(job.given["recipe"]) if job.job == "figures" else job.job)
        if job.job != "figures":
            self.failed.emit(job.job, sentence)
        self.ended.emit(job.job)
        self.changed.emit()

    @Slot(int)
    def _on_ended(self, number: int) -> None:
        job = self._take(number)
        if job is not None:
            self._refused.add(job.job)
            self.ended.emit(job.job)
            self.changed.emit()
