"""Training and the search on the Compress page: what their panels ask for, and what they show of it."""

from PySide6.QtCore import QObject, Signal, Slot

from studio.core.board import find_board
from studio.core.known_fits import known_fit
from studio.core.metric import metric_of
from studio.core.recipe import Training
from studio.core.study import SearchLimits
from studio.ui.session import Session
from studio.ui.standing import why_no_study
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.notice import Tone
from studio.ui.widgets.search_panel import SearchPanel
from studio.ui.widgets.training_panel import TrainingPanel


class StudyPanels(QObject):
    """The wires between both panels and the session's studies. `began` names the job that the user started."""

    began = Signal(str)

    def __init__(
        self, session: Session, training: TrainingPanel, search: SearchPanel, curve: CurvePlot
    ) -> None:
        super().__init__(training)
        self._session = session
        self._training = training
        self._search = search
        self._curve = curve
        self._of = ""
        studies = session.studies
        training.train_wanted.connect(self._on_train)
        search.search_wanted.connect(self._on_search)
        search.use_wanted.connect(session.take)
        for panel in (training, search):
            panel.stop_wanted.connect(studies.stop)
            panel.cancel_wanted.connect(studies.cancel)
        studies.progressed.connect(self._on_progressed)
        studies.failed.connect(self._on_failed)
        studies.stopped_early.connect(self._on_stopped_early)

    def refresh(self) -> None:
        """Bring both panels and the curves up to date."""
        session, studies = self._session, self._session.studies
        project, results = session.project, session.results
        measured = results.accuracy
        of = f"{project.model} {project.data}"
        if of != self._of:  # what was said of training and search belongs to the model and data before
            self._of = of
            self._training.forget()
            self._search.show_problem("")
        metric = metric_of(measured, results.dataset)
        board, deadline_us = find_board(project.board), project.deadline_ms * 1000
        needed = known_fit(results.build, board, deadline_us) if results.build else None
        self._search.set_board(board, deadline_us, needed)
        loaded, whole = measured.float_accuracy if measured else None, results.evaluation is not None
        self._search.set_metric(loaded, metric=metric, of=of, whole=whole)
        why = why_no_study(project, results)
        searching, training = studies.running == "search", studies.running == "train"
        self._training.set_blocked("The search is at work; one at a time." if searching else why)
        self._search.set_blocked("Training is at work; one at a time." if training else why)
        self._training.set_running(training)
        self._search.set_running(searching)
        trained = studies.trained
        self._training.set_trained(studies.curve, trained, metric=metric)
        self._search.set_found(studies.found)
        before, best = (trained.before, trained.best_epoch) if trained else (None, None)
        self._curve.set_curve(studies.curve, before, best, metric=metric)

    @Slot(object)
    def _on_train(self, training: Training) -> None:
        self._training.show_problem("")
        self._session.studies.train(training)
        self.began.emit("train")

    @Slot(object)
    def _on_search(self, limits: SearchLimits) -> None:
        self._search.show_problem("")
        self._session.studies.search(limits)
        self.began.emit("search")

    @Slot(float, str)
    def _on_progressed(self, share: float, words: str) -> None:
        running = self._session.studies.running
        if running == "train":
            self._training.progress.set_progress(share, words)
        elif running == "search":
            self._search.progress.set_progress(share, words)

    @Slot(str, str)
    def _on_failed(self, job: str, sentence: str) -> None:
        if job == "train":
            self._training.show_problem(sentence)
        elif job == "search":
            self._search.show_problem(sentence)

    @Slot(str, str)
    def _on_stopped_early(self, job: str, sentence: str) -> None:
        panel = self._training if job == "train" else self._search
        panel.show_problem(sentence, Tone.INFO)
