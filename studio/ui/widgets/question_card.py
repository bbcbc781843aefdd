"""A question of the review as a card: the question, why it matters, the evidence, and the answer."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.core.checklist import Question
from studio.core.checks.check import Check
from studio.core.review import Choice, Item, State, why_item_blocks
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.answer_field import AnswerField
from studio.ui.widgets.evidence_list import EvidenceList
from studio.ui.widgets.layouts import Card, label
from studio.ui.widgets.symbol import Symbol

_CHOICES = {
    Choice.YES: ("Yes", "Settled: write how."),
    Choice.NO: ("No", "Not settled: this becomes a printed limit of what you export."),
    Choice.NOT_APPLICABLE: ("Not applicable", "Write why the question does not arise."),
}
_PLACEHOLDERS = {
    None: "Choose yes, no or not applicable, and write the answer in your own words.",
    Choice.YES: "How? Write it in your own words.",
    Choice.NO: "What is missing? It is printed as a limit of what you export.",
    Choice.NOT_APPLICABLE: "Why does the question not arise?",
}


class QuestionCard(Card):
    """One question; `answered` gives its id, the choice and the words whenever a person changed one of them."""

    answered = Signal(str, str, str)
    confirmed = Signal(str)

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.question = question
        self._choice: Choice | None = None
        self._mark = Symbol("waiting", "muted", 20)
        self._state = label("", "small")
        self._text = label(f"{question.id}  {question.text}", "heading", wrap=True)
        self._why = label(question.why, "muted", wrap=True)
        self._evidence = EvidenceList(question.checks) if question.checks else None
        self._group = QButtonGroup(self)
        self._buttons: dict[Choice, QRadioButton] = {}
        for choice, (words, tip) in _CHOICES.items():
            button = QRadioButton(words)
            button.setToolTip(tip)
            button.setAccessibleName(f"{question.id}: {words}")
            self._buttons[choice] = button
            self._group.addButton(button)
        self.field = AnswerField()
        self.field.setAccessibleName(f"Answer to {question.id}: {question.text}")
        self._hint = label("", "warning", wrap=True)
        self._confirm = QPushButton(icon("done"), "Still true")
        self._confirm.setToolTip("Keep this answer for the model and data at hand")
        self._confirm.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._group.buttonClicked.connect(self._on_chosen)
        self.field.committed.connect(self._on_written)
        self._confirm.clicked.connect(self._on_confirmed)
        self._show_choice(None)

    @property
    def state_words(self) -> str:
        """How the question stands, in words."""
        return self._state.text()

    @property
    def hint(self) -> str:
        """What is missing in the answer, if anything."""
        return self._hint.text() if not self._hint.isHidden() else ""

    @property
    def evidence(self) -> EvidenceList | None:
        """The measured evidence, where the question has some."""
        return self._evidence

    @property
    def confirm_button(self) -> QPushButton:
        """Keeps a stale answer; hidden for others."""
        return self._confirm

    def button(self, choice: Choice) -> QRadioButton:
        """The button for this choice."""
        return self._buttons[choice]

    def set_item(self, item: Item, checks: tuple[Check, ...], waits_for: str) -> None:
        """Show where it stands; `waits_for` says what must be there before it can be answered ("" = nothing)."""
        answer = item.answer
        if answer is not None:
            self.field.set_text(answer.text)
            self._show_choice(answer.choice)
        elif self._choice is not None:
            self.field.set_text("")
            self._show_choice(None)
        if self._evidence is not None:
            self._evidence.set_checks(checks)
        self._show_state(item)
        self._confirm.setVisible(item.state is State.STALE and not waits_for)
        for part in (*self._buttons.values(), self.field):
            part.setEnabled(not waits_for)
        self._show_hint(item, waits_for)

    def forget(self) -> None:
        """Drop words and choice, for another project."""
        self.field.set_text("")
        self._show_choice(None)

    def _lay_out(self) -> None:
        self.heading.hide()
        top = QHBoxLayout()
        top.setSpacing(GRID)
        top.addWidget(self._mark)
        top.addWidget(self._state)
        top.addStretch(1)
        choices = QHBoxLayout()
        choices.setSpacing(2 * GRID)
        for button in self._buttons.values():
            choices.addWidget(button)
        choices.addStretch(1)
        choices.addWidget(self._confirm)
        left = QVBoxLayout()
        left.setSpacing(GRID)
        for words in (self._text, self._why):
            left.addWidget(words)
        left.addLayout(choices)
        left.addWidget(self.field)
        left.addWidget(self._hint)
        left.addStretch(1)
        across = QHBoxLayout()
        across.setSpacing(3 * GRID)
        across.addLayout(left, 3)
        if self._evidence is not None:
            across.addWidget(self._evidence, 2)
        self.body.addLayout(top)
        self.body.addLayout(across)

    def _show_state(self, item: Item) -> None:
        if item.state is State.ANSWERED:
            symbol, color, words = "done", "good", "Answered"
        elif item.state is State.STALE:
            again = "must be confirmed again before the export" if item.blocks else "please confirm it again"
            about = " and ".join(item.question.depends)
            symbol, color = "refresh", "danger" if item.blocks else "warning"
            words = f"The {about} changed since this was answered: {again}"
        elif item.state is State.DRAFT:
            symbol, color = "refresh", "danger" if item.blocks else "warning"
            words = why_item_blocks(item).split(": ", 1)[0]
        elif item.blocks:
            symbol, color, words = "blocked", "danger", "Open: blocks the export"
        elif item.warns:
            symbol, color, words = "warning", "warning", "Open: the export will say so"
        else:
            symbol, color, words = "waiting", "muted", "Optional for this use"
        self._mark.set_icon(symbol, color)
        self._state.setText(words)
        set_role(self._state, color if color in ("danger", "warning") else "small")

    def _show_hint(self, item: Item, waits_for: str) -> None:
        hint = waits_for
        if not hint and self._choice is None and self.field.toPlainText().strip():
            hint = "Choose yes, no or not applicable too: without it the words are not kept."
        elif not hint and self._choice is not None and not self.field.toPlainText().strip():
            hint = "Write a sentence too: a choice alone does not count as an answer."
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _show_choice(self, choice: Choice | None) -> None:
        self._choice = choice
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known is choice)
        self._group.setExclusive(True)
        self.field.setPlaceholderText(_PLACEHOLDERS[choice])

    @Slot(object)
    def _on_chosen(self, button: QRadioButton) -> None:
        chosen = next(choice for choice, known in self._buttons.items() if known is button)
        self._show_choice(chosen)
        self.answered.emit(self.question.id, chosen.value, self.field.toPlainText())

    @Slot(str)
    def _on_written(self, text: str) -> None:
        if self._choice is not None:
            self.answered.emit(self.question.id, self._choice.value, text)
            return
        self._hint.setText("Choose yes, no or not applicable too: without it the words are not kept.")
        self._hint.setVisible(bool(text.strip()))

    @Slot()
    def _on_confirmed(self) -> None:
        self.confirmed.emit(self.question.id)
