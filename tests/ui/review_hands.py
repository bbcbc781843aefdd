"""A person at the Review page with nothing but a keyboard: what they press and read is counted."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton, QWidget

from studio.core.review import Choice, Item, Review, State
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session
from studio.ui.widgets.answer_field import AnswerField
from studio.ui.widgets.question_card import QuestionCard

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
_MOST_STOPS = 200
Wait = Callable[[Callable[[], bool]], None]


@dataclass
class Counted:
    """Keys (a held Ctrl, Alt or Shift is one too), of which in answers, decisions (mental acts), and words read.

    `case_words` are those of the cases from elsewhere, which nobody has to read.
    """

    keys: int = 0
    typed: int = 0
    answers: int = 0
    decisions: int = 0
    words: int = 0
    case_words: int = 0


class ReviewHands:
    """Presses keys on whatever has the cursor, and looks at nothing but what is shown; no clicks, no setters."""

    def __init__(self, page: ReviewPage, session: Session, sentence: str, wait: Wait) -> None:
        """`sentence` is written as every answer, `wait` waits until something holds."""
        self.page, self.session, self.wait, self._sentence = page, session, wait, sentence
        self.window = page.window()
        self.counted = Counted()
        self._read: set[str] = set()
        page.activateWindow()
        self.wait(lambda: QApplication.activeWindow() is page.window() and not page.turns.busy)

    @property
    def here(self) -> QWidget:
        """What has the cursor."""
        found = QApplication.focusWidget()
        return found if found is not None else self.page

    @property
    def review(self) -> Review:
        """The review as it stands."""
        found = self.session.reviewing.review
        assert found is not None
        return found

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key, with another one held down perhaps."""
        self.counted.keys += 1 if held == Qt.KeyboardModifier.NoModifier else 2
        QTest.keyClick(self.here, key, held)
        QApplication.processEvents()

    def type(self, words: str) -> None:
        """Letter by letter."""
        self.counted.keys += len(words) + sum(letter.isupper() for letter in words)
        QTest.keyClicks(self.here, words)

    def decide(self) -> None:
        """One mental act."""
        self.counted.decisions += 1

    def read(self, *texts: str) -> None:
        """What was not read before; what is shown twice is read once."""
        for text in texts:
            if text and text not in self._read:
                self._read.add(text)
                self.counted.words += len(text.split())

    def answer_use(self, *yes: str) -> None:
        """Every question about the use: no, but for these."""
        self.press(Qt.Key.Key_Return, CONTROL)
        for intake in self.page.checklist.intake:
            assert self.page.intake.rows[intake.id].has_keys, intake.id
            self.read(intake.text, " ".join(intake.names), intake.source)
            self.decide()
            self.press(Qt.Key.Key_Y if intake.id in yes else Qt.Key.Key_N)
        self.read(self.page.intake.tier_words)

    def walk(self, *, warnings: bool) -> None:
        """From open point to open point until only the signature is left; `warnings`: those too."""
        for _ in range(_MOST_STOPS):
            self.press(Qt.Key.Key_Return, CONTROL)
            if self.page.signature.name.hasFocus():
                open_items = [item for item in self.review.items if item.blocks or (warnings and item.warns)]
                if not open_items and not (warnings and not self.session.project.entered.use):
                    return
                continue
            self._do_what_is_here()
        raise AssertionError(f"not done: {[point.sentence for point in self.page.points.points]}")

    def sign(self, name: str) -> None:
        """Write the name over what stands there, and sign."""
        if not self.page.signature.name.hasFocus():
            self.press(Qt.Key.Key_Return, CONTROL)
        assert self.page.signature.name.hasFocus()
        self.wait(lambda: not self.session.reviewing.awaits_checks)
        self.read(self.page.signature.words)
        self.decide()
        self.type(name)
        self.press(Qt.Key.Key_Return)

    def _card(self) -> QuestionCard | None:
        here: QWidget | None = self.here
        while here is not None and not isinstance(here, QuestionCard):
            here = here.parentWidget()
        return here

    def _do_what_is_here(self) -> None:
        here, card = self.here, self._card()
        if card is None:
            if isinstance(here, AnswerField) and not here.toPlainText():
                self.decide()
                self.type("Tells four gestures of a wrist apart, to work a lamp.")
            return
        item = self.review.item(card.question.id)
        self._read_card(card)
        if isinstance(here, QRadioButton):
            self._answer(card, item)
        elif isinstance(here, QPushButton) and here is card.samples_button:
            self._judge(card)
        elif isinstance(here, QPushButton) and "Open" in here.text():
            self._open(card, here)
        elif item.needs_limit:
            self.decide()
            self.type("5")
            self.press(Qt.Key.Key_Tab)
        elif isinstance(here, QPushButton):
            raise AssertionError(f"nothing to do with {here.text()}: {card.question.id} {card.state_words}")

    def _answer(self, card: QuestionCard, item: Item) -> None:
        assert item.state is not State.ANSWERED
        self.decide()  # yes, no or not applicable
        self.press(Qt.Key.Key_Y)
        assert card.button(Choice.YES).isChecked()
        assert card.field.hasFocus()
        self.decide()  # what to write
        self.counted.answers += 1
        before = self.counted.keys
        self.type(f"{self._sentence} ({self.counted.answers})")
        self.counted.typed += self.counted.keys - before

    def _open(self, card: QuestionCard, button: QWidget) -> None:
        evidence = card.evidence
        assert evidence is not None
        row = next(one for one in evidence.rows.values() if one.button is button)
        self.press(Qt.Key.Key_Space)
        self.wait(lambda: row.is_open and not row.drawing)
        self.read(row.words, row.method_words)
        self.decide()

    def _judge(self, card: QuestionCard) -> None:
        self.press(Qt.Key.Key_Space)
        viewer = self.page.viewer
        self.wait(lambda: self.page.stack.currentWidget() is viewer and viewer.hasFocus())
        self.read(*(button.text() for button in viewer.buttons.values()), viewer.keys_words.text())
        for _ in range(len(viewer.rows)):
            self.wait(lambda: viewer.view.accessibleName().startswith(f"Sample {viewer.row}"))
            self.counted.words += len(viewer.pairs.accessibleName().split()) + len(
                viewer.words.text().split()
            )
            self.decide()
            self.press(Qt.Key.Key_R)
        self.press(Qt.Key.Key_Escape)

    def _read_card(self, card: QuestionCard) -> None:
        question = card.question
        self.read(card.state_words, question.text, question.say, f"Why it matters: {question.why}")
        case = f"{question.example.text} {question.example.source}"
        if case not in self._read:
            self._read.add(case)
            self.counted.case_words += len(case.split())
        if card.evidence is not None:
            self.read(*card.evidence.words)
