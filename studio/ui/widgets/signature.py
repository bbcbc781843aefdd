"""The signature under a review: a name and a button, or who signed it and for what."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton

from studio.core.review import SignOff
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import Card, label, row


class Signature(Card):
    """`sign_wanted` gives the name; the button works only when the rest of the review is done."""

    sign_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__("Signature")
        self._may_sign = False
        self._words = label("", "muted", wrap=True)
        self.name = QLineEdit(placeholderText="Your name")
        self.name.setAccessibleName("Your name")
        self.button = QPushButton(icon("sign", "on_accent"), "Sign this review")
        set_role(self.button, "primary")
        self.body.setSpacing(GRID)
        self.body.addWidget(self._words)
        self.body.addLayout(row(self.name))
        self.body.addWidget(self.button)
        self.name.textChanged.connect(self._enable)
        self.name.returnPressed.connect(self.button.click)
        self.button.clicked.connect(lambda: self.sign_wanted.emit(self.name.text().strip()))

    @property
    def words(self) -> str:
        """Who signed, or what is missing for it."""
        return self._words.text()

    def set_state(self, signoff: SignOff | None, *, valid: bool, may_sign: bool, missing: str) -> None:
        """Show the signature; where it does not count (or there is none) show what is `missing` before one can sign."""
        self._may_sign = may_sign and not valid
        for part in (self.name, self.button):
            part.setVisible(not valid)
        if valid and signoff is not None:
            self._words.setText(
                f"Signed by {signoff.by}, {signoff.at.replace('T', ' ')}, for subject {signoff.subject_hash[:16]}…"
            )
            self._words.setToolTip(f"The subject is the model, data and checklist: {signoff.subject_hash}")
            set_role(self._words, "good")
        else:
            set_role(self._words, "muted")
            self._words.setToolTip("")
            self._words.setText(
                missing
                or "Everything is settled. With your name you stand for these answers on this model and data."
            )
        self._enable()

    @Slot()
    def _enable(self) -> None:
        self.button.setEnabled(self._may_sign and bool(self.name.text().strip()))
