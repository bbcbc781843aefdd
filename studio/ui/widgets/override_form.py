"""The form for an override: who, why, which risk, what is done about it, and until when."""

from collections.abc import Callable

from PySide6.QtCore import QDate, Qt, Signal, Slot
from PySide6.QtWidgets import QDateEdit, QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.core.checklist import Tier
from studio.core.phrases import phrase
from studio.core.review import Override
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.answer_field import AnswerField
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import label, row

_WIDTH = 520


class OverrideForm(QDialog):
    """Does not hold the window up. `given` brings an Override that counts: `why_not` says what it still lacks.

    The words are printed in full with everything that is exported, and the form says so.
    """

    given = Signal(object)

    def __init__(
        self,
        item: str,
        about: str,
        by: str,
        why_not: Callable[[Override], str | None],
        at: Callable[[], str],
        *,
        days: int,
        fewest: int,
        lower_than: Tier | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._item, self._why_not, self._at, self._fewest = item, why_not, at, fewest
        self._lowers = lower_than is not None
        title = phrase("Override {item}", item=item) if lower_than is None else phrase("Lower the tier")
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.by = QLineEdit(by, placeholderText=phrase("Your name"))
        self.by.setAccessibleName(phrase("Who decides it"))
        self.reason = _field(
            phrase("Reason"),
            phrase("Why it is right to go on, in a sentence ({fewest} characters or more).", fewest=fewest),
        )
        self.risk = _field(phrase("Risk"), phrase("Which risk is accepted, and who carries it."))
        self.measure = _field(phrase("Measure"), phrase("What is done about it meanwhile."))
        tiers = [
            tier
            for tier in (Tier.BENCH, Tier.THINGS, Tier.PEOPLE)
            if lower_than and tier.rank < lower_than.rank
        ]
        self.tier = ChoiceField(
            {tier.value: tier.value for tier in reversed(tiers)}, phrase("The tier to use")
        )
        today = QDate.currentDate()
        self.expires = QDateEdit(today.addDays(min(30, days)))
        self.expires.setDisplayFormat("yyyy-MM-dd")
        self.expires.setDateRange(today, today.addDays(days))
        self.expires.setAccessibleName(phrase("The last day on which it counts"))
        self._count = label("", "small")
        self._refusal = label("", "warning", wrap=True)
        self.accept_button = QPushButton(phrase("Override it"))
        set_role(self.accept_button, "primary")
        self.cancel_button = QPushButton(phrase("Cancel"))
        self._lay_out(about)
        self.reason.textChanged.connect(self._on_typed)
        self.accept_button.clicked.connect(self._on_given)
        self.cancel_button.clicked.connect(self.reject)
        self._on_typed()

    @property
    def refusal(self) -> str:
        """What it lacks, once it was tried."""
        return self._refusal.text()

    def _lay_out(self, about: str) -> None:
        printed = phrase("What you write here is printed in full on the card of every export.")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(label(about, wrap=True))
        layout.addWidget(label(printed, "muted", wrap=True))
        layout.addLayout(row(label(phrase("Who decides it")), self.by))
        layout.addLayout(row(label(phrase("Reason")), None, self._count))
        layout.addWidget(self.reason)
        layout.addWidget(label(phrase("Risk that is accepted")))
        layout.addWidget(self.risk)
        layout.addWidget(label(phrase("What is done about it")))
        layout.addWidget(self.measure)
        ends = row(label(phrase("Counts until")), self.expires, None)
        if self._lowers:
            # Translators: stands before a choice of tiers.
            ends.insertWidget(0, label(phrase("Review at")))
            ends.insertWidget(1, self.tier)
        layout.addLayout(ends)
        layout.addWidget(self._refusal)
        layout.addLayout(row(None, self.cancel_button, self.accept_button))
        self.tier.setVisible(self._lowers)
        self._refusal.hide()

    @Slot()
    def _on_typed(self) -> None:
        written = len(self.reason.toPlainText().strip())
        words = phrase("{written} of {fewest} characters", written=written, fewest=self._fewest)
        self._count.setText(words if written < self._fewest else "")

    @Slot()
    def _on_given(self) -> None:
        given = Override(
            self._item,
            self.by.text().strip(),
            self._at(),
            self.reason.toPlainText().strip(),
            self.risk.toPlainText().strip(),
            self.measure.toPlainText().strip(),
            self.expires.date().toString(Qt.DateFormat.ISODate),
            Tier(self.tier.value) if self._lowers else None,
        )
        why = self._why_not(given)
        self._refusal.setText(why or "")
        self._refusal.setVisible(bool(why))
        self.adjustSize()
        if why is None:
            self.given.emit(given)
            self.accept()


def _field(name: str, words: str) -> AnswerField:
    field = AnswerField()
    field.setAccessibleName(name)
    field.setPlaceholderText(words)
    return field
