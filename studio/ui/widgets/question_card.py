"""A question of the review as a card: the question, why it matters, a case, the evidence, and the answer."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QRadioButton, QSizePolicy, QWidget

from studio.core.checklist import Checklist, Question
from studio.core.checks.check import Check
from studio.core.phrases import phrase
from studio.core.review import Choice, Item, Override, State
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.answer_field import AnswerField
from studio.ui.widgets.evidence_figure import ReadSamples
from studio.ui.widgets.evidence_list import EvidenceList
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.limit_fields import LimitFields
from studio.ui.widgets.question_words import (
    ASKED,
    CHOICES,
    case_of,
    flag_words,
    override_words,
    pointers_of,
    standing_of,
)
from studio.ui.widgets.symbol import Symbol


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a question: its checks, names of classes, limits, and samples to look at.

    `hidden` are checks out of sight until limits are set, `overridable` the checks and the question that block and may
    be overridden, `overrides` those of its checks that count. `waits_for` says what must be there before one can
    answer ("": nothing). `judged` of `samples` were looked at. `complete`: all checks that fit the model and its data
    have run. `idle_limits` say nothing about such a model. `stopped`: the use is a banned one, nothing is asked for.
    """

    checks: tuple[Check, ...] = ()
    labels: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    overridable: frozenset[str] = frozenset()
    overrides: tuple[Override, ...] = ()
    limits: tuple[tuple[str, float], ...] = ()
    idle_limits: frozenset[str] = frozenset()
    waits_for: str = ""
    samples: int = 0
    judged: int = 0
    complete: bool = False
    stopped: bool = False


class QuestionCard(Card):
    """One question; `answered` gives its id, the choice and the words whenever a person changed one of them."""

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
        self, question: Question, checklist: Checklist, read: ReadSamples, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self.question = question
        self._choice: Choice | None = None
        self._item: Item | None = None
        self._mark = Symbol("waiting", "muted", 20)
        self._state = label("", "small", wrap=True)
        self._text = label(f"{question.id}  {question.text}", "heading", wrap=True)
        self._say = label(question.say, wrap=True)
        self._why = label(phrase("Why it matters: {why}", why=question.why), "muted", wrap=True)
        self._case = label("", "small", wrap=True)
        self._case.setTextFormat(Qt.TextFormat.RichText)
        self._case.setOpenExternalLinks(True)
        self._case.setText(case_of(question))
        self._pointers = label(pointers_of(question), "small", wrap=True)
        self._evidence = EvidenceList(question.checks, read) if question.checks else None
        rules = tuple(checklist.limit(name) for name in (*question.limits, *question.choices))
        self.limits = LimitFields(rules) if rules else None
        self._group = QButtonGroup(self)
        self._buttons: dict[Choice, QRadioButton] = {}
        for choice, (words, tip, _) in CHOICES.items():
            button = QRadioButton(phrase(words))
            button.setToolTip(phrase(tip))
            button.setAccessibleName(f"{question.id}: {button.text()}")
            self._buttons[choice] = button
            self._group.addButton(button)
        self.field = AnswerField()
        self.field.setAccessibleName(
            phrase("Answer to {id}: {question}", id=question.id, question=question.text)
        )
        self._hint = label("", "warning", wrap=True)
        self._flags = label("", "small", wrap=True)
        self._confirm = _button(
            phrase("Still true"), "done", phrase("Keep this answer for the model and data at hand")
        )
        self.samples_button = _button("", "data", phrase("Each sample by itself, with the arrow keys"))
        self.override_button = _button(
            phrase("Override…"), "", phrase("Go on although this blocks: with a reason that is printed")
        )
        self._given_way = label("", "warning", wrap=True)
        self.withdraw_button = _button(phrase("Withdraw"), "", phrase("Take the override back"))
        self._lay_out()
        self._connect()
        self._show_choice(None)
        for part in (self._confirm, self.samples_button, self.override_button, self.withdraw_button):
            part.hide()

    @property
    def state_words(self) -> str:
        """How the question stands, in words."""
        return self._state.text()

    @property
    def pointers(self) -> str:
        """Where to read on."""
        return self._pointers.text()

    @property
    def hint(self) -> str:
        """What is missing in the answer, if anything."""
        return self._hint.text() if not self._hint.isHidden() else ""

    @property
    def evidence(self) -> EvidenceList | None:
        """The measured evidence, where the question has some."""
        return self._evidence

    @property
    def is_answered(self) -> bool:
        """True where nothing is missing."""
        return self._item is not None and self._item.state is State.ANSWERED

    @property
    def confirm_button(self) -> QPushButton:
        """Keeps a stale answer; hidden for others."""
        return self._confirm

    def button(self, choice: Choice) -> QRadioButton:
        """The button for this choice."""
        return self._buttons[choice]

    def set_item(self, item: Item, beside: Beside) -> None:
        """Show where it stands, with what is beside it."""
        self._item = item
        answer, waits = item.answer, beside.waits_for
        if answer is not None:
            self.field.set_text(answer.text)
            self._show_choice(answer.choice)
        elif self._choice is not None:
            self.field.set_text("")
            self._show_choice(None)
        self._show_evidence(item, beside)
        if self.limits is not None:
            self.limits.set_limits(dict(beside.limits), beside.idle_limits)
        symbol, color, words = standing_of(item, stopped=beside.stopped)
        self._mark.set_icon(symbol, color)
        self._state.setText(words)
        set_role(self._state, color if color in ("danger", "warning") else "small")
        self._confirm.setVisible(item.state is State.STALE and not waits)
        self.override_button.setVisible(self.question.id in beside.overridable)
        given = item.override
        self._given_way.setText(override_words(given) if given is not None else "")
        for part in (self._given_way, self.withdraw_button):
            part.setVisible(given is not None)
        for control in (*self._buttons.values(), self.field):
            control.setEnabled(not waits)
        self._show_hint(waits)
        self._flags.setText(flag_words(item))
        self._flags.setVisible(bool(item.flags))

    def focus_missing(self) -> None:
        """Put the cursor where the next thing is to be done: unopened evidence, samples, a limit, choice or words."""
        item = self._item
        unopened = item.unopened if item is not None else ()
        rows = self._evidence.rows if self._evidence is not None else {}
        waiting = [rows[name].button for name in unopened if name in rows and rows[name].button.isEnabled()]
        if self._choice is not None and self.field.toPlainText().strip():
            if waiting:
                waiting[0].setFocus(Qt.FocusReason.TabFocusReason)
                return
            if item is not None and item.unjudged:
                self.samples_button.setFocus(Qt.FocusReason.TabFocusReason)
                return
            if item is not None and item.needs_limit and self.limits is not None:
                self.limits.focus_first()
                return
            if not self._confirm.isHidden():
                self._confirm.setFocus(Qt.FocusReason.TabFocusReason)
                return
            blocking = [one.override for one in rows.values() if not one.override.isHidden()]
            if self.is_answered and blocking:
                blocking[0].setFocus(Qt.FocusReason.TabFocusReason)
                return
        first = self._buttons[Choice.YES] if self._choice is None else self.field
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Y, N and A choose while no words are being written."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        chosen = next((one for one, (_, _, key) in CHOICES.items() if plain and event.key() == key), None)
        if chosen is not None and self._buttons[chosen].isEnabled():
            self._buttons[chosen].click()
            self.field.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def forget(self) -> None:
        """Drop words and choice, for another project."""
        self.field.set_text("")
        self._show_choice(None)

    def _lay_out(self) -> None:
        self.heading.hide()
        top = row(self._mark)
        top.addWidget(self._state, 1)
        top.addWidget(self._confirm)
        top.addWidget(self.override_button)
        self.body.addLayout(top)
        for words in (self._text, self._why, self._case, self._pointers):
            self.body.addWidget(words)
        given = row()
        given.addWidget(self._given_way, 1)
        given.addWidget(self.withdraw_button)
        self.body.addLayout(given)
        if self._evidence is not None:
            self.body.addWidget(self._evidence)
        self.body.addLayout(row(self.samples_button, None))
        self.body.addWidget(self._say)
        if self.limits is not None:
            self.body.addWidget(self.limits)
        self.body.addLayout(row(*self._buttons.values(), None, spacing=2 * GRID))
        for part in (self.field, self._hint, self._flags):
            self.body.addWidget(part)

    def _connect(self) -> None:
        name = self.question.id
        self._group.buttonClicked.connect(self._on_chosen)
        self.field.committed.connect(self._on_written)
        self._confirm.clicked.connect(lambda: self.confirmed.emit(name))
        self.samples_button.clicked.connect(lambda: self.samples_wanted.emit(name))
        self.override_button.clicked.connect(lambda: self.override_wanted.emit(name))
        self.withdraw_button.clicked.connect(lambda: self.withdraw_wanted.emit(name))
        if self._evidence is not None:
            self._evidence.opened.connect(self.evidence_opened)
            self._evidence.override_wanted.connect(self.override_wanted)
            self._evidence.withdraw_wanted.connect(self.withdraw_wanted)
            self._evidence.picture_wanted.connect(self.picture_wanted)
            self._evidence.copies_wanted.connect(self.copies_wanted)
        if self.limits is not None:
            self.limits.limit_set.connect(self.limit_set)

    def _show_evidence(self, item: Item, beside: Beside) -> None:
        if self._evidence is None:
            return
        found = {check.id: check for check in beside.checks}
        given = {one.item: one for one in beside.overrides}
        for name, evidence in self._evidence.rows.items():
            evidence.set_check(
                found.get(name),
                beside.labels,
                complete=beside.complete,
                hidden=name in beside.hidden,
                unopened=item.answer is None or name in item.unopened,
                overridable=name in beside.overridable,
                override=given.get(name),
            )
        self.samples_button.setVisible(beside.samples > 0 and self.question.judges not in beside.hidden)
        self.samples_button.setText(
            phrase(
                "Look at the samples… ({judged} of {samples} judged)",
                judged=beside.judged,
                samples=beside.samples,
            )
        )

    def _show_hint(self, waits_for: str) -> None:
        hint = waits_for
        if not hint and self._choice is None and self.field.toPlainText().strip():
            hint = phrase("Choose yes, no or not applicable too: without it the words are not kept.")
        elif not hint and self._choice is not None and not self.field.toPlainText().strip():
            hint = phrase("Write a sentence too: a choice alone does not count as an answer.")
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))

    def _show_choice(self, choice: Choice | None) -> None:
        self._choice = choice
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known is choice)
        self._group.setExclusive(True)
        self.field.setPlaceholderText(phrase(ASKED[choice]))

    @Slot(object)
    def _on_chosen(self, button: QRadioButton) -> None:
        chosen = next(choice for choice, known in self._buttons.items() if known is button)
        self._show_choice(chosen)
        self.answered.emit(self.question.id, chosen.value, self.field.toPlainText())

    @Slot(str)
    def _on_written(self, text: str) -> None:
        if self._choice is not None:
            self.answered.emit(self.question.id, self._choice.value, text)
        else:
            self._show_hint("")


def _button(words: str, symbol: str, tip: str) -> QPushButton:
    button = QPushButton(icon(symbol), words) if symbol else QPushButton(words)
    button.setToolTip(tip)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button
