"""The Review page: the questions only a person can answer, beside what was measured, and the signature."""

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio.core.checklist import Checklist, Question, Stage, Tier, standard_checklist
from studio.core.errors import StudioError
from studio.core.review import Choice, Review, State, unanswered_use
from studio.core.storage import write_atomically
from studio.ui.aside import Aside
from studio.ui.choosing import choose_file, choose_place
from studio.ui.icons import icon
from studio.ui.review_points import SIGNATURE, Points, open_points
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.intake_list import IntakeList
from studio.ui.widgets.layouts import Card, label
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.open_points import OpenPoints
from studio.ui.widgets.question_card import QuestionCard
from studio.ui.widgets.question_list import QuestionList
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.signature import Signature

_ANSWER_FILES = "Answers (*.toml)"
_STAGES = {Stage.DESIGN: "Design", Stage.DEVELOPMENT: "Development", Stage.DEPLOYMENT: "Deployment"}
_TIERS = {
    Tier.BENCH: "Tier T0, a trial at the desk: few questions block the export.",
    Tier.THINGS: "Tier T1, things: machines, plants, buildings; nobody is sensed.",
    Tier.PEOPLE: "Tier T2, people: somebody is sensed or directed by it.",
    Tier.STAKES: "Tier T3, high stakes: health, safety, identity, or people who need protection.",
    Tier.STOP: "This use must not ship. The studio does not export for it.",
}


class ReviewPage(QWidget):
    """Tabs with questions on the left, what is still open and the signature on the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._checklist = standard_checklist()
        self._aside = Aside(self)
        self._known = session.project

        self._summary = label("", "muted", wrap=True)
        self._load = QPushButton(icon("open"), "Load answers…")
        self._save = QPushButton(icon("save"), "Save answers…")
        self.notice = Notice(closable=True)
        self.intake = IntakeList(self._checklist.intake)
        self.lists = {
            stage: QuestionList(tuple(known for known in self._checklist.questions if known.stage is stage))
            for stage in _STAGES
        }
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.points = OpenPoints()
        self._counts = label("", "small", wrap=True)
        self.signature = Signature()
        self._lay_out()

        self.intake.answered.connect(self._on_intake)
        for questions in self.lists.values():
            questions.answered.connect(self._on_answered)
            questions.confirmed.connect(self._on_confirmed)
        self.points.point_wanted.connect(self.show_question)
        self.signature.sign_wanted.connect(self._on_signed)
        self._load.clicked.connect(
            lambda: choose_file(self, "Load answers", (_ANSWER_FILES,), self.load_answers)
        )
        self._save.clicked.connect(
            lambda: choose_place(
                self,
                "Save answers",
                _ANSWER_FILES,
                ".toml",
                f"{session.project.name}-answers.toml",
                self.save_answers,
            )
        )
        session.reviewing.changed.connect(self._show)
        session.results_changed.connect(self._show)
        session.file_changed.connect(self._on_file)
        self._show()

    @property
    def checklist(self) -> Checklist:
        """The questions that are asked."""
        return self._checklist

    def card(self, question_id: str) -> QuestionCard:
        """The card of this question."""
        return self.lists[self._checklist.question(question_id).stage].card(question_id)

    @Slot(str)
    def show_question(self, place: str) -> None:
        """Bring the question with this id (or "use", "signature") into sight and put the cursor there."""
        if place == SIGNATURE:
            self.signature.name.setFocus()
            return
        for tab, questions in enumerate(self.lists.values(), 1):
            if questions.has(place):
                self.tabs.setCurrentIndex(tab)
                questions.show_card(place)
                return
        self.tabs.setCurrentIndex(0)

    def load_answers(self, path: Path) -> None:
        """Put the answers of a TOML file in the place of those at hand; undo brings them back."""
        if self._session.reviewing.review is None:
            self.notice.show_sentence(
                "Answers belong to a compressed model. Open a model and data first, then load them.",
                Tone.WARNING,
            )
            return
        try:
            self._session.reviewing.load(path)
        except StudioError as error:
            self.notice.show_sentence(str(error), Tone.WARNING)
            return
        self.notice.show_sentence("")

    def save_answers(self, path: Path) -> None:
        """Write the answers to a TOML file."""
        text = self._session.reviewing.saved_as().encode("utf-8", "replace")
        self._aside.run(
            lambda: write_atomically(path, text),
            lambda _: self.notice.show_sentence(f"Saved to {path}."),
            lambda sentence: self.notice.show_sentence(sentence, Tone.WARNING),
        )

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("Review", "title"))
        words.addWidget(self._summary)
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addLayout(words, 1)
        top.addWidget(self._load)
        top.addWidget(self._save)
        use = QWidget()
        inside = QVBoxLayout(use)
        inside.setContentsMargins(0, GRID, GRID, GRID)
        inside.addWidget(self.intake)
        inside.addStretch(1)
        self.tabs.addTab(Scrolled(use), "The use")
        for stage, questions in self.lists.items():
            self.tabs.addTab(questions, _STAGES[stage])
        still = Card("Before the export")
        still.body.addWidget(self._counts)
        still.body.addWidget(self.points, 1)
        side = QWidget()
        side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        side.setFixedWidth(280)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(GRID)
        right.addWidget(still, 1)
        right.addWidget(self.signature)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        across.addWidget(self.tabs, 1)
        across.addWidget(side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.notice)
        layout.addLayout(across, 1)
        layout.addWidget(label(self._checklist.notice, "small", wrap=True))

    @Slot()
    def _show(self, *_: object) -> None:
        results = self._session.results
        entered = self._session.project.entered
        self._known = self._session.project
        known = self._session.reviewing.review
        found = known or self._session.reviewing.preliminary
        for item in found.items:
            question = item.question
            waits = _waits_for(question, model=known is not None, data=results.dataset is not None)
            beside = tuple(check for check in found.checks if check.id in question.checks)
            self.lists[question.stage].set_item(item, beside, waits)
        open_use = unanswered_use(self._checklist, entered)
        words = f"{open_use} to answer: they decide which of the other questions matter."
        self.intake.set_answers(entered.intake, words if open_use else _TIERS[found.tier])
        points = open_points(found, subject_known=known is not None)
        self._show_points(points, found)
        self._show_titles(found, open_use)

    def _show_points(self, points: Points, found: Review) -> None:
        self.points.set_points(points.points)
        count = points.blockers
        self._counts.setText(
            f"{count} points block the export; click one to go there."
            if count > 1
            else "1 point blocks the export; click it to go there."
            if count
            else "Nothing blocks the export."
        )
        self.signature.set_state(
            found.signoff,
            valid=found.approved and points.may_sign,
            may_sign=points.may_sign,
            missing="" if points.may_sign else "Settle what blocks the export, then sign here.",
        )

    def _show_titles(self, found: Review, open_use: int) -> None:
        answered = sum(item.state is State.ANSWERED for item in found.items)
        self._summary.setText(
            f"{answered} of {len(found.items)} questions answered  ·  {_TIERS[found.tier]}"
            if not open_use
            else "Start with what it is for; then answer the questions that matter for it."
        )
        self.tabs.setToolTip("In brackets: how many points are open and block the export")
        self.tabs.setTabText(0, f"The use ({open_use})" if open_use else "The use")
        for place, (stage, title) in enumerate(_STAGES.items(), 1):
            count = sum(item.blocks for item in found.items if item.question.stage is stage)
            self.tabs.setTabText(place, f"{title} ({count})" if count else title)

    @Slot(str, bool)
    def _on_intake(self, intake_id: str, yes: bool) -> None:
        self._session.reviewing.set_intake(intake_id, yes)

    @Slot(str, str, str)
    def _on_answered(self, question_id: str, choice: str, text: str) -> None:
        self._session.reviewing.answer(question_id, Choice(choice), text)
        self._open_evidence(question_id)

    @Slot(str)
    def _on_confirmed(self, question_id: str) -> None:
        self._session.reviewing.confirm(question_id)
        self._open_evidence(question_id)

    def _open_evidence(self, question_id: str) -> None:
        """What is measured stands in full beside the question that is being answered: it is before the person's eyes."""
        for check_id in self._checklist.question(question_id).checks:
            self._session.reviewing.open_evidence(check_id)

    @Slot(str)
    def _on_signed(self, name: str) -> None:
        self._session.reviewing.sign(name)

    @Slot(object)
    def _on_file(self, _file: object) -> None:
        """Words that belong to no choice yet go with the project they were written for."""
        project = self._session.project
        if project.model != self._known.model or project.entered is not self._known.entered:
            for questions in self.lists.values():
                questions.forget()


def _waits_for(question: Question, *, model: bool, data: bool) -> str:
    if {"data", "test"} & set(question.depends) and not data:
        return "This is about the data: add a data set on the Model page first."
    if "model" in question.depends and not model:
        return "This is about the compressed model: it can be answered once there is one."
    return ""
