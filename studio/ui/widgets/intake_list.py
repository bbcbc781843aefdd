"""The questions about the use: yes or no, none chosen beforehand; together they decide the tier."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from studio.core.checklist import Intake
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import Card, column, label


class IntakeRow(QWidget):
    """One question with yes and no."""

    chosen = Signal(str, bool)

    def __init__(self, intake: Intake) -> None:
        super().__init__()
        self._id = intake.id
        text = label(intake.text, wrap=True)
        self.yes = QRadioButton("Yes")
        self.no = QRadioButton("No")
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
        super().__init__("What is it for?", parent)
        self.rows = {intake.id: IntakeRow(intake) for intake in questions}
        self._tier = label("", "muted", wrap=True)
        self.body.addWidget(self._tier)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for intake_row in self.rows.values():
            rows.addWidget(intake_row)
            intake_row.chosen.connect(self.answered)
        self.body.addLayout(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Y and N answer the question that the cursor is at, and go on to the next without an answer."""
        here = next((one for one in self.rows.values() if one.yes.hasFocus() or one.no.hasFocus()), None)
        keys = {Qt.Key.Key_Y: True, Qt.Key.Key_N: False}
        if here is None or event.modifiers() != Qt.KeyboardModifier.NoModifier or event.key() not in keys:
            super().keyPressEvent(event)
            return
        button = here.yes if keys[Qt.Key(event.key())] else here.no
        button.click()
        button.setFocus(Qt.FocusReason.TabFocusReason)
        if any(not one.yes.isChecked() and not one.no.isChecked() for one in self.rows.values()):
            self.focus_missing()

    def focus_missing(self) -> None:
        """Put the cursor on the first question without an answer."""
        missing = [one for one in self.rows.values() if not one.yes.isChecked() and not one.no.isChecked()]
        first = (missing or list(self.rows.values()))[0]
        (first.no if first.no.isChecked() else first.yes).setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def tier_words(self) -> str:
        """What the answers lead to."""
        return self._tier.text()

    def set_answers(self, answers: dict[str, bool] | None, tier_words: str) -> None:
        """Show the answers and what they lead to."""
        for intake_id, intake_row in self.rows.items():
            intake_row.set_answer(answers.get(intake_id) if answers else None)
        self._tier.setText(tier_words)
