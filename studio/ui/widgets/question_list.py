"""The questions of one stage as a scrolling list of cards, made and shown one by one so that nothing waits for them."""

from PySide6.QtCore import QCoreApplication, QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checklist import Checklist, Question
from studio.core.review import Item
from studio.ui.theme import GRID
from studio.ui.widgets.evidence_figure import ReadSamples
from studio.ui.widgets.layouts import Inside
from studio.ui.widgets.question_card import Beside, QuestionCard
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.turns import Turns

_Shown = tuple[Item, Beside]


class QuestionList(Scrolled):
    """Signals as those of its cards."""

    answered = Signal(str, str, str)
    confirmed = Signal(str)
    evidence_opened = Signal(str)
    limit_set = Signal(str, object)
    override_wanted = Signal(str)
    withdraw_wanted = Signal(str)
    samples_wanted = Signal(str)
    picture_wanted = Signal(object, str)
    copies_wanted = Signal(object)

    def __init__(
        self,
        questions: tuple[Question, ...],
        checklist: Checklist,
        read: ReadSamples,
        turns: Turns,
        parent: QWidget | None = None,
    ) -> None:
        inside = Inside()
        super().__init__(inside, parent)
        self._checklist = checklist
        self._read = read
        self._questions = {question.id: question for question in questions}
        self._cards: dict[str, QuestionCard] = {}
        self._shown: dict[str, _Shown] = {}
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(0, GRID, GRID, GRID)
        self._layout.setSpacing(GRID)
        self._layout.addStretch(1)
        self._wanted: QuestionCard | None = None
        # A card may not have been laid out yet; a turn of the event loop later it is.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._scroll_to_wanted)
        self._turns = turns
        turns.ask(self._take_turn)

    def has(self, question_id: str) -> bool:
        """True for a question of this stage."""
        return question_id in self._questions

    def card(self, question_id: str) -> QuestionCard:
        """The card of this question, made now if it was not yet."""
        while question_id not in self._cards:
            self._make_next()
        return self._cards[question_id]

    def set_item(self, item: Item, beside: Beside) -> None:
        """Show where a question stands, as in QuestionCard.set_item."""
        shown = (item, beside)
        question_id = item.question.id
        if self._shown.get(question_id) == shown:
            return
        self._shown[question_id] = shown
        if question_id in self._cards:
            self._cards[question_id].set_item(*shown)

    def forget(self) -> None:
        """Drop words that belong to no choice yet."""
        self._shown.clear()
        for card in self._cards.values():
            card.forget()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the cards come into sight one by one: laying all of them out at once would hold the window up."""
        super().showEvent(event)
        self._turns.ask(self._take_turn, first=True)

    def show_card(self, question_id: str) -> None:
        """Bring a card into sight, with the cursor where the next thing is to be done."""
        card = self.card(question_id)
        card.show()
        card.focus_missing()
        self._wanted = card
        self._later.start()

    @Slot()
    def _scroll_to_wanted(self) -> None:
        card = self._wanted
        if card is None:
            return
        self._layout.activate()  # the place of a card that was just shown, and how far one can scroll
        QCoreApplication.sendPostedEvents(self.widget(), QEvent.Type.LayoutRequest)
        self.verticalScrollBar().setValue(card.y() - GRID)
        focused = card.focusWidget()
        if focused is not None and not card.is_answered:
            self.ensureWidgetVisible(focused, 0, 2 * GRID)
        if not self._turns.has(self._take_turn):  # cards that come above it push it away again
            self._wanted = None

    def _take_turn(self) -> bool:
        """Make a card, or where all are made bring one into sight; True while there are others."""
        if len(self._cards) < len(self._questions):
            self._make_next()
            return True
        waiting = next((card for card in self._cards.values() if card.isHidden()), None)
        if waiting is None or not self.isVisible():
            self._later.start()
            return False
        waiting.show()
        self._scroll_to_wanted()  # a card above pushes it down
        return True

    def _make_next(self) -> None:
        question = next(question for name, question in self._questions.items() if name not in self._cards)
        card = QuestionCard(question, self._checklist, self._read)
        card.hide()
        for name in ("answered", "confirmed", "evidence_opened", "limit_set", "override_wanted", "withdraw_wanted",
                     "samples_wanted", "picture_wanted", "copies_wanted"):  # fmt: skip
            getattr(card, name).connect(getattr(self, name))
        if question.id in self._shown:
            card.set_item(*self._shown[question.id])
        self._layout.insertWidget(self._layout.count() - 1, card)
        self._cards[question.id] = card
