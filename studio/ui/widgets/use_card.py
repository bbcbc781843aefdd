"""What it is for in the maker's words, and the tier that this leads to, with two ways to move it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton

from studio.core.checklist import Tier
from studio.core.phrases import phrase
from studio.core.review import Review, unanswered_use
from studio.ui.widgets.answer_field import AnswerField
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import Card, label, row

_TIERS = (Tier.BENCH, Tier.THINGS, Tier.PEOPLE, Tier.STAKES)


class UseCard(Card):
    """`use_written` gives what it is for and what not, line by line; `tier_raised` a Tier or None."""

    use_written = Signal(str, tuple)
    tier_raised = Signal(object)
    lower_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(phrase("In your words"))
        self.use = AnswerField()
        self.use.setAccessibleName(phrase("What it is for"))
        self.use.setPlaceholderText(
            phrase("What it is for, where, and for whom. Printed with everything that is exported.")
        )
        self.out_of_scope = AnswerField()
        self.out_of_scope.setAccessibleName(phrase("What it is not for, one use on each line"))
        self.out_of_scope.setPlaceholderText(phrase("What it is not for, one use on each line."))
        self._computed = label("", "muted", wrap=True)
        self.raised = ChoiceField({"": phrase("as the answers say")}, phrase("Review at a higher tier"))
        self.raised.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
        self.lower_button = QPushButton(phrase("Lower it…"))
        self.lower_button.setToolTip(
            phrase("Review at a lower tier than the answers lead to: a recorded, printed override")
        )
        self._lowered = label("", "warning", wrap=True)
        self.withdraw_button = QPushButton(phrase("Withdraw"))
        self.body.addWidget(label(phrase("What is it for, and what is it not for?")))
        self.body.addWidget(self.use)
        self.body.addWidget(self.out_of_scope)
        self.body.addWidget(self._computed)
        # Translators: stands before a choice: "as the answers say", or "at T3, although the answers say T2".
        lead = label(phrase("Review it"))
        self.body.addLayout(row(lead, self.raised, self.lower_button, None))
        given = row()
        given.addWidget(self._lowered, 1)
        given.addWidget(self.withdraw_button)
        self.body.addLayout(given)
        self.use.committed.connect(self._on_written)
        self.out_of_scope.committed.connect(self._on_written)
        self.raised.activated.connect(self._on_raised)
        self.lower_button.clicked.connect(self.lower_wanted)
        self.withdraw_button.clicked.connect(self.withdraw_wanted)

    @property
    def tier_words(self) -> str:
        """How the tier came about."""
        return self._computed.text()

    def set_review(self, found: Review) -> None:
        """Show the words and the tier."""
        entered = found.entered
        self.use.set_text(entered.use)
        self.out_of_scope.set_text("\n".join(entered.out_of_scope))
        stopped = found.computed is Tier.STOP
        self._computed.setText(_tier_words(found))
        self.raised.clear()
        self.raised.addItem(phrase("as the answers say"), "")
        for tier in _TIERS:
            if tier.rank > found.computed.rank:
                words = phrase(
                    "at {tier}, although the answers say {computed}",
                    tier=tier.value,
                    computed=found.computed.value,
                )
                self.raised.addItem(words, tier.value)
        self.raised.show_value(entered.raised.tier.value if entered.raised is not None else "")
        if self.raised.currentIndex() < 0:
            self.raised.setCurrentIndex(0)
        self.raised.setEnabled(not stopped and self.raised.count() > 1)
        self.lower_button.setEnabled(not stopped and found.computed is not Tier.BENCH)
        given = found.overrides.get("tier")
        lowered = given is not None and given.tier is not None
        self._lowered.setVisible(lowered)
        self.withdraw_button.setVisible(lowered)
        if given is not None and given.tier is not None:
            self._lowered.setText(
                phrase(
                    "Lowered to {tier} by {name}: {reason}",
                    tier=given.tier.value,
                    name=given.by,
                    reason=given.reason,
                )
            )

    @Slot(str)
    def _on_written(self, _text: str) -> None:
        lines = tuple(line.strip() for line in self.out_of_scope.toPlainText().splitlines() if line.strip())
        self.use_written.emit(self.use.toPlainText(), lines)

    @Slot(int)
    def _on_raised(self, _place: int) -> None:
        self.tier_raised.emit(Tier(self.raised.value) if self.raised.value else None)


def _tier_words(found: Review) -> str:
    tier, what = found.computed.value, found.checklist.tiers[found.computed.value]
    if unanswered_use(found.checklist, found.entered) and found.computed is not Tier.STOP:
        words = phrase(
            "Until all questions above are answered it is reviewed as {tier}, {what}; an answer may raise that.",
            tier=tier,
            what=what,
        )
    else:
        words = phrase("The answers above lead to {tier}, {what}.", tier=tier, what=what)
    if found.tier is found.computed:
        return words
    counts = phrase("It is reviewed at {tier}.", tier=found.tier.value)
    return f"{words} {counts}"
