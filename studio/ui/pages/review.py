"""The Review page: the questions only a person can answer, beside what was measured, and the signature."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.core.checklist import Checklist, Tier, standard_checklist
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.project import Project
from studio.core.review import SECOND, TIER, Choice, Review, State, unanswered_use
from studio.ui.layer_files import LayerFiles
from studio.ui.review_copying import ReviewCopying
from studio.ui.review_files import ReviewFiles
from studio.ui.review_looking import ReviewLooking
from studio.ui.review_overriding import ReviewOverriding
from studio.ui.review_points import LOG, SIGNATURE, USE, Points, beside_of, open_points
from studio.ui.review_walking import KEYS, ReviewWalking
from studio.ui.sample_reader import SampleReader
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.harm_viewer import HarmViewer
from studio.ui.widgets.intake_list import IntakeList
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.notice import Tone
from studio.ui.widgets.plot_export import Drawn
from studio.ui.widgets.question_card import QuestionCard
from studio.ui.widgets.release_side import ReleaseSide
from studio.ui.widgets.review_head import ReviewHead
from studio.ui.widgets.review_tabs import ReviewTabs
from studio.ui.widgets.turns import Turns
from studio.ui.widgets.use_card import UseCard
from studio.ui.widgets.use_tab import tier_words
from studio.ui.widgets.when_shown import WhenShown

_UNSETTLED = phrase_later("Settle what blocks the release, then sign here.")
_LIMITS = "limits"  # the place where they are set
_NARROW = 900  # pixels
_AWAITS = phrase_later("The checks are being computed anew; sign once their results are there.")


class ReviewPage(QWidget):
    """Tabs with questions on the left, what is still open and the signature on the right.

    Alt+1 to Alt+5 go to a tab, Ctrl+Enter to the next open point; on a question Y, N and A choose.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._checklist = standard_checklist()
        self._known = session.project
        self._model = session.project.model
        self._reader = SampleReader(session, self)
        self.files = ReviewFiles(session, self)
        self.pictures = LayerFiles(self)
        self.overriding = ReviewOverriding(session, self)
        self.copying = ReviewCopying(session, self)
        self.turns = Turns(self)
        self.head = ReviewHead()
        self.notice = self.head.notice
        self.tabs = ReviewTabs(self._checklist, self._reader, self.turns)
        self._use, self.lists, self.log = self.tabs.use, self.tabs.lists, self.tabs.log
        self.stack = QStackedWidget()
        self.looking = ReviewLooking(session, self.stack, self._reader, self)
        self.side = ReleaseSide()
        self.progress, self.points = self.side.progress, self.side.points
        self.next_button, self.signature = self.side.next_button, self.side.signature
        self._lay_out()
        self._walking = ReviewWalking(self, self.tabs.count(), lambda: self.points.points)
        self._shown = WhenShown(self, self._show_all)
        self._connect()
        self._show_all()

    @property
    def intake(self) -> IntakeList:
        """The questions about the use."""
        return self._use.intake

    @property
    def use(self) -> UseCard:
        """The use in words, and the tier."""
        return self._use.use

    @property
    def viewer(self) -> HarmViewer:
        """Samples to look at one by one, in the place of the tabs."""
        return self.looking.viewer

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
        """Bring a question by its id (or "use", "limits", "signature", "log") into sight, with the cursor there."""
        self.stack.setCurrentIndex(0)
        self._walking.note(place)
        if place == SIGNATURE:
            self.signature.focus_missing()
            return
        if place == _LIMITS:
            self._show_limits()
            return
        if place == LOG:
            self.tabs.setCurrentWidget(self.log)
            self.log.table.setFocus(Qt.FocusReason.TabFocusReason)
            return
        for tab, questions in enumerate(self.lists.values(), 1):
            if questions.has(place):
                self.tabs.setCurrentIndex(tab)
                questions.show_card(place)
                return
        self.tabs.setCurrentIndex(0)
        self._use.focus_missing()

    def load_answers(self, path: Path) -> None:
        """Put the answers of a TOML file in the place of those at hand; undo brings them back."""
        self.files.load_answers(path)

    def save_answers(self, path: Path) -> None:
        """Write the answers to a TOML file."""
        self.files.save_answers(path)

    def _show_limits(self) -> None:
        question = next(one for one in self._checklist.questions if one.limits)
        self.show_question(question.id)
        limits = self.card(question.id).limits
        if limits is not None:
            limits.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: in a narrow window the questions keep their room."""
        super().resizeEvent(event)
        self.side.set_narrow(event.size().width() < _NARROW)

    def _lay_out(self) -> None:
        self.stack.addWidget(self.tabs)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        across.addWidget(self.stack, 1)
        across.addWidget(self.side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.head)
        layout.addLayout(across, 1)
        below = row()
        below.addWidget(label(self._checklist.notice, "small", wrap=True), 1)
        below.addWidget(label(phrase(KEYS), "small"))
        layout.addLayout(below)

    @Slot(object, str)
    def _on_picture(self, plot: Drawn, suffix: str) -> None:
        self.pictures.ask_for_picture(plot, suffix, self._session.project.name)

    def _connect(self) -> None:
        session, reviewing = self._session, self._session.reviewing
        self._use.answered.connect(reviewing.set_intake)
        self._use.use_written.connect(reviewing.set_use)
        self._use.tier_raised.connect(reviewing.raise_tier)
        self._use.lower_wanted.connect(partial(self.overriding.ask, TIER))
        self._use.withdraw_wanted.connect(partial(reviewing.withdraw, TIER))
        for questions in self.lists.values():
            questions.answered.connect(self._on_answered)
            questions.confirmed.connect(reviewing.confirm)
            questions.evidence_opened.connect(reviewing.open_evidence)
            questions.limit_set.connect(reviewing.set_limit)
            questions.override_wanted.connect(self.overriding.ask)
            questions.withdraw_wanted.connect(reviewing.withdraw)
            questions.samples_wanted.connect(self.looking.look)
            questions.picture_wanted.connect(self._on_picture)
            questions.copies_wanted.connect(self.copying.ask)
        self.looking.done.connect(self.show_question)
        self.stack.currentChanged.connect(lambda at: self.side.setVisible(at == 0))
        for source in (self.looking, self._reader, self.files, self.pictures):
            source.failed.connect(self._on_failed)
        self.files.said.connect(self.notice.show_sentence)
        self.copying.said.connect(self.notice.show_sentence)
        self.files.key_chosen.connect(self.signature.set_key)
        self.points.point_wanted.connect(self.show_question)
        self.next_button.clicked.connect(self._walking.go_on)
        self._walking.place_wanted.connect(self.show_question)
        self._walking.tab_wanted.connect(self._show_tab)
        self.log.check.clicked.connect(self._session.reviewing.check_log)
        self.signature.named.connect(self._on_named)
        self.signature.sign_wanted.connect(self._on_signed)
        self.signature.use_key_wanted.connect(self.files.ask_for_key)
        self.signature.make_key_wanted.connect(self.files.ask_for_new_key)
        self.head.load.clicked.connect(self.files.ask_for_answers)
        self.head.sample.clicked.connect(self.files.load_sample_answers)
        self.head.save.clicked.connect(self.files.ask_where_answers_go)
        self.head.stopped.cure_wanted.connect(partial(self.show_question, USE))
        self.progress.retry_wanted.connect(session.retry)
        reviewing.changed.connect(self._shown.ask)
        session.results_changed.connect(self._shown.ask)
        session.file_changed.connect(self._on_file)
        session.project_changed.connect(self._on_project)
        session.job_started.connect(self.progress.set_job)
        session.job_progressed.connect(self.progress.set_share)
        session.job_ended.connect(self.progress.end)

    @Slot(int)
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
        self._use.set_review(found)
        self.log.set_log(self._session.reviewing.rows, found.logged.broken)
        self.looking.follow(found)
        self.progress.set_results(results)
        self._show_points(open_points(found, subject_known=known is not None), found)
        self._show_state(found)

    def _show_points(self, points: Points, found: Review) -> None:
        stopped = found.tier is Tier.STOP
        self.side.set_points(points.points, points.bench, approved=found.approved, stopped=stopped)
        places = {reason.place for reason in found.gate.reasons}
        awaits = self._session.reviewing.awaits_checks and self._session.results.candidate is not None
        may_sign = points.may_sign and not awaits
        missing = "" if may_sign else phrase(_AWAITS if points.may_sign else _UNSETTLED)
        self.signature.set_state(
            found.signoff,
            valid=points.may_sign and SIGNATURE not in places,
            may_sign=may_sign,
            missing=missing,
            second=found.entered.second,
            wants_second=found.wants_second,
            second_valid=points.may_sign and SECOND not in places,
        )

    def _show_state(self, found: Review) -> None:
        open_use = unanswered_use(self._checklist, found.entered)
        answered = sum(item.state is State.ANSWERED for item in found.items)
        far = phrase_count(
            "{answered} of {count} question answered",
            "{answered} of {count} questions answered",
            len(found.items),
            answered=answered,
        )
        words = f"{far}  ·  {tier_words(found)}"
        if open_use:
            words = phrase("Start with what it is for; then answer the questions that matter for it.")
        stopped = found.tier is Tier.STOP
        if stopped:
            words = tier_words(found)
        self.head.set_state(words, stopped=stopped, offers_sample=self.files.sample_answers is not None)
        self.tabs.set_review(found)

    @Slot(str, str, str)
    def _on_answered(self, question_id: str, choice: str, text: str) -> None:
        self._session.reviewing.answer(question_id, Choice(choice), text)

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self._session.reviewing.reviewer = name

    @Slot(str, object)
    def _on_signed(self, name: str, role: object) -> None:
        signature, statement = self.signature, self.signature.statement  # as it was read
        signature.finish()
        self.files.sign(name, role, statement, signature.key, signature.password.text())  # type: ignore[arg-type]

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.WARNING)

    @Slot(object)
    def _on_file(self, _file: object) -> None:
        """Words that belong to no choice yet, a place and half a name go with the project they were for."""
        project = self._session.project
        if project.model != self._known.model or project.entered is not self._known.entered:
            for questions in self.lists.values():
                questions.forget()
            self._walking.forget()
            self.signature.forget_unfinished()

    @Slot(object)
    def _on_project(self, project: Project) -> None:
        """Another model is reviewed from its first open point on."""
        if project.model != self._model:
            self._model = project.model
            self._walking.forget()
