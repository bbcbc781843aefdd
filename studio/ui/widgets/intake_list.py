"""The questions about the use: yes or no, none chosen beforehand; together they decide the tier."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from studio.core.checklist import Intake
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import Card, label


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
        layout.addWidget(text, 1)
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

    @property
    def tier_words(self) -> str:
        """What the answers lead to."""
        return self._tier.text()

    def set_answers(self, answers: dict[str, bool] | None, tier_words: str) -> None:
        """Show the answers and what they lead to."""
        for intake_id, intake_row in self.rows.items():
            intake_row.set_answer(answers.get(intake_id) if answers else None)
        self._tier.setText(tier_words)
