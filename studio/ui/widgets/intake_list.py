"""The questions about the use: yes or no, none chosen beforehand; together they decide the tier."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from studio.core.checklist import Intake
from studio.core.phrases import phrase
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import Card, column, label
from studio.ui.widgets.scrolled import bring_into_sight

_YES = {Qt.Key.Key_Y: True, Qt.Key.Key_Left: True, Qt.Key.Key_N: False, Qt.Key.Key_Right: False}
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class IntakeRow(QWidget):
    """One question with yes and no."""

    chosen = Signal(str, bool)

    def __init__(self, intake: Intake) -> None:
        super().__init__()
        self._id = intake.id
        text = label(intake.text, wrap=True)
        self.yes = QRadioButton(phrase("Yes"))
        self.no = QRadioButton(phrase("No"))
        self._group = QButtonGroup(self)
        for button in (self.yes, self.no):
            button.setAccessibleName(f"{button.text()}: {intake.text}")
            self._group.addButton(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, GRID // 2, 0, GRID // 2)
        layout.setSpacing(2 * GRID)
        words = column(text, spacing=GRID // 2)
        if intake.names:
            listed = "\n".join(f"• {name}" for name in intake.names)
            words.addWidget(label(listed, "small", wrap=True))
            words.addWidget(label(intake.source, "small", wrap=True))
        layout.addLayout(words, 1)
        layout.addWidget(self.yes)
        layout.addWidget(self.no)
        self._group.buttonClicked.connect(lambda button: self.chosen.emit(self._id, button is self.yes))

    @property
    def is_answered(self) -> bool:
        """True where yes or no was chosen."""
        return self.yes.isChecked() or self.no.isChecked()

    @property
    def has_keys(self) -> bool:
        """True while the cursor is here."""
        return self.yes.hasFocus() or self.no.hasFocus()

    def focus(self) -> None:
        """Put the cursor here, on what was chosen, and bring it into sight."""
        (self.no if self.no.isChecked() else self.yes).setFocus(Qt.FocusReason.TabFocusReason)
        bring_into_sight(self)

    def choose(self, yes: bool) -> None:
        """Choose as a click would."""
        button = self.yes if yes else self.no
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()

    def set_answer(self, answer: bool | None) -> None:
        """Show yes, no, or that nothing was chosen."""
        self._group.setExclusive(False)
        self.yes.setChecked(answer is True)
        self.no.setChecked(answer is False)
        self._group.setExclusive(True)


class IntakeList(Card):
    """All questions about the use; `answered` gives the id and yes or no."""

    answered = Signal(str, bool)

    def __init__(self, questions: tuple[Intake, ...], parent: QWidget | None = None) -> None:
        super().__init__(phrase("What is it for?"), parent)
        self.rows = {intake.id: IntakeRow(intake) for intake in questions}
        self._tier = label("", "muted", wrap=True)
        self.body.addWidget(self._tier)
        keys = phrase("Keys: Y or ← for yes, N or → for no, ↑ ↓ from question to question.")
        self.body.addWidget(label(keys, "small", wrap=True))
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for intake_row in self.rows.values():
            rows.addWidget(intake_row)
            intake_row.chosen.connect(self.answered)
            for button in (intake_row.yes, intake_row.no):
                button.installEventFilter(self)
        self.body.addLayout(rows)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: the keys of a row; the arrows of Qt's own buttons would leave it."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
            return plain and self._take_key(Qt.Key(event.key()))
        return False

    @property
    def is_complete(self) -> bool:
        """True where every question has an answer."""
        return all(one.is_answered for one in self.rows.values())

    def focus_missing(self) -> None:
        """Put the cursor on the first question without an answer."""
        rows = list(self.rows.values())
        next((one for one in rows if not one.is_answered), rows[0]).focus()

    def _take_key(self, key: Qt.Key) -> bool:
        """Y and N answer the question that the cursor is at and go on to the next without an answer."""
        rows = list(self.rows.values())
        here = next((place for place, one in enumerate(rows) if one.has_keys), None)
        if here is None:
            return False
        if key in _STEPS:
            rows[min(max(here + _STEPS[key], 0), len(rows) - 1)].focus()
            return True
        if key not in _YES:
            return False
        rows[here].choose(_YES[key])
        if key in (Qt.Key.Key_Y, Qt.Key.Key_N):
            following = (*rows[here + 1 :], *rows[:here])
            next((one for one in following if not one.is_answered), rows[here]).focus()
        return True

    @property
    def tier_words(self) -> str:
        """What the answers lead to."""
        return self._tier.text()

    def set_answers(self, answers: dict[str, bool] | None, tier_words: str) -> None:
        """Show the answers and what they lead to."""
        for intake_id, intake_row in self.rows.items():
            intake_row.set_answer(answers.get(intake_id) if answers else None)
        self._tier.setText(tier_words)
