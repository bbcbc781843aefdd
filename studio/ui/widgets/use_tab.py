"""The use: the questions about it, and below them the words for it and the tier that both lead to."""

from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.checklist import Intake, Tier
from studio.core.phrases import phrase, phrase_count
from studio.core.review import Review, unanswered_use
from studio.ui.theme import GRID
from studio.ui.widgets.intake_list import IntakeList
from studio.ui.widgets.layouts import Inside
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.turns import Turns
from studio.ui.widgets.use_card import UseCard


class UseTab(Scrolled):
    """Its two parts are made in turns of the event loop of their own, or when they are asked for.

    `answered` gives the id of a question and yes or no, the other signals are those of the card.
    """

    answered = Signal(str, bool)
    use_written = Signal(str, tuple)
    tier_raised = Signal(object)
    lower_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self, questions: tuple[Intake, ...], turns: Turns, parent: QWidget | None = None) -> None:
        inside = Inside()
        super().__init__(inside, parent)
        self._questions = questions
        self._review: Review | None = None
        self._layout = QVBoxLayout(inside)
        self._layout.setContentsMargins(0, GRID, GRID, GRID)
        self._layout.setSpacing(GRID)
        self._layout.addStretch(1)
        self._turns = turns
        turns.ask(self._take_turn)

    @cached_property
    def intake(self) -> IntakeList:
        """The questions about the use."""
        made = IntakeList(self._questions)
        made.hide()
        made.answered.connect(self.answered)
        self._layout.insertWidget(0, made)
        if self._review is not None:
            _ask(made, self._review)
        return made

    @cached_property
    def use(self) -> UseCard:
        """The use in words, and the tier."""
        made = UseCard()
        made.hide()
        for name in ("use_written", "tier_raised", "lower_wanted", "withdraw_wanted"):
            getattr(made, name).connect(getattr(self, name))
        self._layout.insertWidget(self._layout.count() - 1, made)
        if self._review is not None:
            made.set_review(self._review)
        return made

    def set_review(self, found: Review) -> None:
        """Show where it stands."""
        self._review = found
        if "intake" in self.__dict__:
            _ask(self.intake, found)
        if "use" in self.__dict__:
            self.use.set_review(found)

    def focus_missing(self) -> None:
        """Put the cursor where something is to be done: a question, the words; for a banned use its answer."""
        for part in (self.intake, self.use):
            part.show()
        if self._review is not None and self._review.tier is Tier.STOP:
            banned = next(one.id for one in self._questions if one.tier is Tier.STOP)
            self.intake.rows[banned].focus()
        elif self.intake.is_complete and not self.use.use.toPlainText().strip():
            self.use.use.setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.use.use)
        else:
            self.intake.focus_missing()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the parts come into sight one after the other."""
        super().showEvent(event)
        self._turns.ask(self._take_turn, first=True)

    def _take_turn(self) -> bool:
        """Make a part, or where both are made bring one into sight; True while there is more to do."""
        missing = next((name for name in ("intake", "use") if name not in self.__dict__), "")
        if missing:
            getattr(self, missing)
            return True
        waiting = next((part for part in (self.intake, self.use) if part.isHidden()), None)
        if waiting is None or not self.isVisible():
            return False
        waiting.show()
        return True


def tier_words(found: Review) -> str:
    """The tier that counts, in a sentence."""
    tier = found.tier.value
    return phrase("Tier {tier}, {what}.", tier=tier, what=found.checklist.tiers[tier])


def _ask(intake: IntakeList, found: Review) -> None:
    open_use = unanswered_use(found.checklist, found.entered)
    words = phrase_count(
        "{count} to answer: it decides which of the other questions matter.",
        "{count} to answer: they decide which of the other questions matter.",
        open_use,
    )
    intake.set_answers(found.entered.intake, words if open_use else tier_words(found))
