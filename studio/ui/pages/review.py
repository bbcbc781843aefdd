"""The Review page: the questions only a person can answer, beside what was measured, and the signature."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio.core.checklist import Checklist, Stage, standard_checklist
from studio.core.review import SECOND, TIER, Choice, Review, State, unanswered_use
from studio.ui.icons import icon
from studio.ui.review_files import ReviewFiles
from studio.ui.review_looking import ReviewLooking
from studio.ui.review_overriding import ReviewOverriding
from studio.ui.review_points import LOG, SIGNATURE, Points, beside_of, open_points
from studio.ui.sample_reader import SampleReader
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.harm_viewer import HarmViewer
from studio.ui.widgets.intake_list import IntakeList
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.log_view import LogView
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.question_card import QuestionCard
from studio.ui.widgets.question_list import QuestionList
from studio.ui.widgets.release_side import ReleaseSide
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.use_card import UseCard
from studio.ui.widgets.when_shown import WhenShown

_STAGES = {Stage.DESIGN: "Design", Stage.DEVELOPMENT: "Development", Stage.DEPLOYMENT: "Deployment"}
_UNSETTLED = "Settle what blocks the release, then sign here."
_AWAITS = "The checks are being computed anew; sign once their results are there."


class ReviewPage(QWidget):
    """Tabs with questions on the left, what is still open and the signature on the right.

    Alt+1 to Alt+5 go to a tab, Ctrl+Enter to the next open point; on a question Y, N and A choose.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._checklist = standard_checklist()
        self._known = session.project
        self._reader = SampleReader(session, self)
        self.files = ReviewFiles(session, self)
        self.overriding = ReviewOverriding(session, self)

        self._summary = label("", "muted", wrap=True)
        self._load = QPushButton(icon("open"), "Load answers…")
        self._save = QPushButton(icon("save"), "Save answers…")
        self.notice = Notice(closable=True)
        self.intake = IntakeList(self._checklist.intake)
        self.use = UseCard()
        self.lists = {
            stage: QuestionList(
                tuple(known for known in self._checklist.questions if known.stage is stage),
                self._checklist,
                self._reader.read,
            )
            for stage in _STAGES
        }
        self.log = LogView()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.viewer = HarmViewer(self._reader.read)
        self.looking = ReviewLooking(session, self.viewer, self)
        self.stack = QStackedWidget()
        self.side = ReleaseSide()
        self.progress, self.points = self.side.progress, self.side.points
        self.next_button, self.signature = self.side.next_button, self.side.signature
        self._lay_out()
        self._shown = WhenShown(self, self._show_all)
        self._connect()
        self._show_all()

    @property
    def checklist(self) -> Checklist:
        """The questions that are asked."""
        return self._checklist

    @property
    def bench_words(self) -> str:
        """Whether a build for a trial may be exported meanwhile."""
        return self.side.bench_words

    def card(self, question_id: str) -> QuestionCard:
        """The card of this question."""
        return self.lists[self._checklist.question(question_id).stage].card(question_id)

    @Slot(str)
    def show_question(self, place: str) -> None:
        """Bring the question with this id (or "use", "signature", "log") into sight and put the cursor there."""
        self.stack.setCurrentIndex(0)
        if place == SIGNATURE:
            self.signature.name.setFocus()
            return
        if place == LOG:
            self.tabs.setCurrentWidget(self.log)
            return
        for tab, questions in enumerate(self.lists.values(), 1):
            if questions.has(place):
                self.tabs.setCurrentIndex(tab)
                questions.show_card(place)
                return
        self.tabs.setCurrentIndex(0)
        self.intake.focus_missing()

    @Slot()
    def show_next(self) -> None:
        """Go to the first point that blocks, or where none does to the first that warns."""
        points = sorted(self.points.points, key=lambda point: not point.blocks)
        if points:
            self.show_question(points[0].place)

    def load_answers(self, path: Path) -> None:
        """Put the answers of a TOML file in the place of those at hand; undo brings them back."""
        self.files.load_answers(path)

    def save_answers(self, path: Path) -> None:
        """Write the answers to a TOML file."""
        self.files.save_answers(path)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("Review", "title"))
        words.addWidget(self._summary)
        top = row()
        top.addLayout(words, 1)
        top.addWidget(self._load)
        top.addWidget(self._save)
        use = QWidget()
        inside = QVBoxLayout(use)
        inside.setContentsMargins(0, GRID, GRID, GRID)
        inside.setSpacing(GRID)
        inside.addWidget(self.intake)
        inside.addWidget(self.use)
        inside.addStretch(1)
        self.tabs.addTab(Scrolled(use), "The use")
        for stage, questions in self.lists.items():
            self.tabs.addTab(questions, _STAGES[stage])
        self.tabs.addTab(self.log, "Log")
        self.stack.addWidget(self.tabs)
        self.stack.addWidget(self.viewer)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        across.addWidget(self.stack, 1)
        across.addWidget(self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.notice)
        layout.addLayout(across, 1)
        layout.addWidget(label(self._checklist.notice, "small", wrap=True))

    def _connect(self) -> None:
        session, reviewing = self._session, self._session.reviewing
        self.intake.answered.connect(reviewing.set_intake)
        self.use.use_written.connect(reviewing.set_use)
        self.use.tier_raised.connect(reviewing.raise_tier)
        self.use.lower_wanted.connect(partial(self.overriding.ask, TIER))
        self.use.withdraw_wanted.connect(partial(reviewing.withdraw, TIER))
        for questions in self.lists.values():
            questions.answered.connect(self._on_answered)
            questions.confirmed.connect(reviewing.confirm)
            questions.evidence_opened.connect(reviewing.open_evidence)
            questions.limit_set.connect(reviewing.set_limit)
            questions.override_wanted.connect(self.overriding.ask)
            questions.withdraw_wanted.connect(reviewing.withdraw)
            questions.samples_wanted.connect(self.looking.look)
        self.looking.ready.connect(partial(self.stack.setCurrentIndex, 1))
        self.looking.done.connect(self.show_question)
        for source in (self.looking, self._reader, self.files):
            source.failed.connect(self._on_failed)
        self.files.said.connect(self.notice.show_sentence)
        self.files.key_chosen.connect(self.signature.set_key)
        self.points.point_wanted.connect(self.show_question)
        self.next_button.clicked.connect(self.show_next)
        self.signature.named.connect(self._on_named)
        self.signature.sign_wanted.connect(self._on_signed)
        self.signature.use_key_wanted.connect(self.files.ask_for_key)
        self.signature.make_key_wanted.connect(
            partial(self.files.ask_where_key_goes, self.signature.password.text)
        )
        self._load.clicked.connect(self.files.ask_for_answers)
        self._save.clicked.connect(self.files.ask_where_answers_go)
        self.progress.retry_wanted.connect(session.retry)
        for number in range(self.tabs.count()):
            self._shortcut(f"Alt+{number + 1}", partial(self._show_tab, number))
        self._shortcut("Ctrl+Return", self.show_next)
        reviewing.changed.connect(self._shown.ask)
        session.results_changed.connect(self._shown.ask)
        session.file_changed.connect(self._on_file)
        session.job_started.connect(self.progress.set_job)
        session.job_progressed.connect(self.progress.set_share)
        session.job_ended.connect(self.progress.end)

    def _shortcut(self, keys: str, then: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(then)

    def _show_tab(self, number: int) -> None:
        self.stack.setCurrentIndex(0)
        self.tabs.setCurrentIndex(number)
        self.tabs.tabBar().setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _show_all(self, *_: object) -> None:
        results = self._session.results
        self._known = self._session.project
        known = self._session.reviewing.review
        found = known or self._session.reviewing.preliminary
        for item in found.items:
            self.lists[item.question.stage].set_item(item, beside_of(found, item, results))
        open_use = unanswered_use(self._checklist, found.entered)
        words = f"{open_use} to answer: they decide which of the other questions matter."
        self.intake.set_answers(found.entered.intake, words if open_use else self._tier_words(found))
        self.use.set_review(found)
        self.log.set_log(self._session.reviewing.rows, found.logged.broken)
        self.looking.follow(found)
        self.progress.set_results(results)
        self._show_points(open_points(found, subject_known=known is not None), found)
        self._show_titles(found, open_use)

    def _show_points(self, points: Points, found: Review) -> None:
        self.side.set_points(points.points, points.bench, approved=found.approved)
        places = {reason.place for reason in found.gate.reasons}
        awaits = self._session.reviewing.awaits_checks and self._session.results.candidate is not None
        may_sign = points.may_sign and not awaits
        missing = "" if may_sign else _AWAITS if points.may_sign else _UNSETTLED
        self.signature.set_state(
            found.signoff,
            valid=points.may_sign and SIGNATURE not in places,
            may_sign=may_sign,
            missing=missing,
            second=found.entered.second,
            wants_second=found.tier.reaches(self._checklist.second_from),
            second_valid=points.may_sign and SECOND not in places,
        )

    def _show_titles(self, found: Review, open_use: int) -> None:
        answered = sum(item.state is State.ANSWERED for item in found.items)
        self._summary.setText(
            f"{answered} of {len(found.items)} questions answered  ·  {self._tier_words(found)}"
            if not open_use
            else "Start with what it is for; then answer the questions that matter for it."
        )
        self.tabs.setToolTip("In brackets: how many points are open and block the release (Alt+1 to Alt+5)")
        self.tabs.setTabText(0, f"The use ({open_use})" if open_use else "The use")
        for place, (stage, title) in enumerate(_STAGES.items(), 1):
            count = sum(item.blocks for item in found.items if item.question.stage is stage)
            self.tabs.setTabText(place, f"{title} ({count})" if count else title)
        self.tabs.setTabIcon(4, icon("blocked", "danger") if found.logged.broken else QIcon())

    def _tier_words(self, found: Review) -> str:
        return f"Tier {found.tier.value}, {self._checklist.tiers[found.tier.value]}."

    @Slot(str, str, str)
    def _on_answered(self, question_id: str, choice: str, text: str) -> None:
        self._session.reviewing.answer(question_id, Choice(choice), text)

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self._session.reviewing.reviewer = name

    @Slot(str, object)
    def _on_signed(self, name: str, role: object) -> None:
        signature = self.signature
        self.files.sign(name, role, signature.key, signature.password.text())  # type: ignore[arg-type]

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.WARNING)

    @Slot(object)
    def _on_file(self, _file: object) -> None:
        """Words that belong to no choice yet go with the project they were written for."""
        project = self._session.project
        if project.model != self._known.model or project.entered is not self._known.entered:
            for questions in self.lists.values():
                questions.forget()
