"""Samples of a question brought before a person: both models' answers read aside, and each verdict into the review."""

from functools import cached_property

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from studio.core.answers import Answers, read_answers
from studio.core.checks.input_details import EvidenceMaps
from studio.core.review import Judgement, Review
from studio.ui.aside import Aside
from studio.ui.session import Session
from studio.ui.widgets.evidence_figure import ReadSamples
from studio.ui.widgets.harm_viewer import HarmViewer


class ReviewLooking(QObject):
    """The viewer takes the place of what `stack` shows; `done` says that one went back to a question."""

    done = Signal(str)
    failed = Signal(str)

    def __init__(
        self, session: Session, stack: QStackedWidget, read: ReadSamples, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._stack = stack
        self._read = read
        self._aside = Aside(self)
        self._question = ""
        self._answers: tuple[str, Answers] | None = None  # with the file that they are from

    @cached_property
    def viewer(self) -> HarmViewer:
        """Made when it is first asked for."""
        made = HarmViewer(self._read)
        made.judged.connect(self._on_judged)
        made.closed.connect(self._on_closed)
        self._stack.addWidget(made)
        return made

    @Slot(str)
    def look(self, question_id: str) -> None:
        """Show the samples that this question is about, as soon as the answers to them are read."""
        evaluation = self._session.results.evaluation
        if evaluation is None:
            return
        self._question = question_id
        if self._answers is not None and self._answers[0] == evaluation.predictions:
            self._show()
            return

        def keep(found: Answers) -> None:
            self._answers = (evaluation.predictions, found)
            now = self._session.results.evaluation
            if now is not None and now.predictions == evaluation.predictions:
                self._show()

        self._aside.run(lambda: read_answers(evaluation), keep, self.failed.emit)

    def follow(self, found: Review) -> None:
        """Take over the verdicts that stand in the review; samples of another model are no longer shown."""
        if not self._question:
            return
        evaluation = self._session.results.evaluation
        if self._answers is None or evaluation is None or evaluation.predictions != self._answers[0]:
            if self._answers is not None:
                self._on_closed()
            return
        answer = found.item(self._question).answer
        self.viewer.set_judged(
            {one.row: one.judgement for one in answer.judged} if answer is not None else {}
        )

    def _show(self) -> None:
        reviewing, results = self._session.reviewing, self._session.results
        found, dataset = reviewing.review, results.dataset
        if found is None or dataset is None or self._answers is None:
            return
        question = found.checklist.question(self._question)
        check = found.check(question.judges)
        maps = check.detail.maps if check is not None and isinstance(check.detail, EvidenceMaps) else ()
        rows = reviewing.samples(self._question)
        self.follow(found)
        self._stack.setCurrentWidget(self.viewer)
        self.viewer.show_samples(question, rows, self._answers[1], dataset.labels, maps)

    @Slot(str, int, object)
    def _on_judged(self, question_id: str, row: int, judgement: Judgement | None) -> None:
        self._session.reviewing.judge(question_id, row, judgement)

    @Slot()
    def _on_closed(self) -> None:
        question, self._question = self._question, ""
        if question:
            self.done.emit(question)
