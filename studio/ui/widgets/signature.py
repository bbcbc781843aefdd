"""The signatures under a review: a name, a key where one wants to use one, and who signed it for what."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton, QToolButton

from studio.core.checks.check import told
from studio.core.phrases import phrase, phrase_later
from studio.core.review import Role, SignOff
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.scrolled import bring_into_sight

_STATEMENTS = {
    Role.MAKER: phrase_later("With your name you stand for these answers on this model and data."),
    Role.SECOND: phrase_later(
        "With your name you say that you read these answers on this model and data, and stand for them too."
    ),
}


class NameField(QLineEdit):
    """A name: a space over all of it, as it is selected by Tab, does not wipe it out, for no name begins so."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: go to the end instead."""
        if event.text() == " " and self.text() and self.selectedText() == self.text():
            self.end(False)
        else:
            super().keyPressEvent(event)


class Signature(Card):
    """`sign_wanted` gives the name and the role; the button works only when the rest of the review is done.

    `named` gives the name once it is written: it stands in the log. `make_key_wanted` and `use_key_wanted` ask for a
    file of a key.
    """

    sign_wanted = Signal(str, object)
    named = Signal(str)
    make_key_wanted = Signal()
    use_key_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(phrase("Signature"))
        self._may_sign = False
        self._statement = ""
        self._role = Role.MAKER
        self._done = False
        self.key: Path | None = None
        self._words = label("", "muted", wrap=True)
        self._second = label("", "muted", wrap=True)
        self._finished = ""
        self.name = NameField()
        self.name.setPlaceholderText(phrase("Your name"))
        self.name.setAccessibleName(phrase("Your name; it stands in the log and with your answers"))
        self.key_button = QToolButton()
        self.key_button.setText(phrase("Key"))
        self.key_button.setToolTip(
            phrase("Sign with a key of your own (Ed25519), so that others can check that it was you")
        )
        self.key_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.make_key, self.use_key, self.no_key = (
            QAction(words, menu)
            for words in (phrase("Make a key…"), phrase("Use a key…"), phrase("Sign without a key"))
        )
        menu.addActions([self.make_key, self.use_key, self.no_key])
        self.key_button.setMenu(menu)
        self._key_words = label("", "small", wrap=True)
        self.password = QLineEdit(placeholderText=phrase("The key's password, if it has one"))
        self.password.setToolTip(self.password.placeholderText())
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(phrase("The key's password"))
        self.button = QPushButton(icon("sign", "on_accent"), phrase("Sign this review"))
        set_role(self.button, "primary")
        self.body.setSpacing(GRID)
        self.body.addWidget(self._words)
        self.body.addWidget(self._second)
        named = row(self.name, self.key_button)
        named.setStretch(0, 1)
        self.body.addLayout(named)
        self.body.addWidget(self._key_words)
        self.body.addWidget(self.password)
        self.body.addWidget(self.button)
        self.name.textChanged.connect(self._enable)
        self.name.editingFinished.connect(self.finish)
        self.name.returnPressed.connect(self.button.click)
        self.password.returnPressed.connect(self.button.click)
        self.button.clicked.connect(lambda: self.sign_wanted.emit(self.name.text().strip(), self._role))
        self.make_key.triggered.connect(self.make_key_wanted)
        self.use_key.triggered.connect(self.use_key_wanted)
        self.no_key.triggered.connect(lambda: self.set_key(None))
        self.set_key(None)

    @property
    def words(self) -> str:
        """Who signed, or what is missing for it."""
        return self._words.text()

    @property
    def second_words(self) -> str:
        """The second signature, where the tier wants one."""
        return self._second.text() if not self._second.isHidden() else ""

    @property
    def statement(self) -> str:
        """What the next signature says: the sentence that stands above the button ("": there is nothing to sign)."""
        return self._statement if self._may_sign else ""

    def focus_missing(self) -> None:
        """Put the cursor on the name; what stands there is typed over."""
        self.name.setFocus(Qt.FocusReason.TabFocusReason)
        bring_into_sight(self.name)

    @Slot(object, str)
    def set_key(self, key: Path | None, password: str = "") -> None:
        """Sign with the key in this file, or without one; `password` where it is known already."""
        self.key = key
        self._key_words.setText(phrase("With the key {file}", file=key.name) if key is not None else "")
        self._key_words.setToolTip(str(key) if key is not None else "")
        self.password.setText(password)
        self._show_key()
        self.no_key.setEnabled(key is not None)

    def set_state(
        self,
        signoff: SignOff | None,
        *,
        valid: bool,
        may_sign: bool,
        missing: str,
        second: SignOff | None = None,
        wants_second: bool = False,
        second_valid: bool = False,
    ) -> None:
        """Show the signatures; where one does not count or is not there, show what is `missing` first.

        Name and key go once nobody else has to sign; what was written there is there again when somebody has to.
        """
        self._done = done = valid and (second_valid or not wants_second)
        role = Role.SECOND if valid and wants_second else Role.MAKER
        if role is Role.SECOND and self._role is Role.MAKER:
            self.name.selectAll()  # the second reader types over the maker's name
        self._role = role
        self._may_sign = may_sign and not done
        self._statement = phrase(_STATEMENTS[role])
        for part in (self.name, self.key_button, self.button):
            part.setVisible(not done)
        self._show_key()
        self.button.setText(
            phrase("Sign as second reader") if self._role is Role.SECOND else phrase("Sign this review")
        )
        if valid and signoff is not None:
            self._words.setText(_signed(signoff))
            self._words.setToolTip(
                phrase("The subject is the model, data and checklist: {hash}", hash=signoff.subject_hash)
            )
            set_role(self._words, "good")
        else:
            set_role(self._words, "muted")
            self._words.setToolTip("")
            self._words.setText(
                missing
                or phrase("Everything is settled. {statement}", statement=phrase(_STATEMENTS[Role.MAKER]))
            )
        self._second.setVisible(wants_second)
        if second_valid and second is not None:
            set_role(self._second, "good")
            self._second.setText(phrase("Second reader: {signature}", signature=_signed(second)))
        else:
            set_role(self._second, "muted")
            words = phrase(
                "At this tier a second person reads the review and signs too, "
                "with a name (and key) of their own. On one computer this rests on your word."
            )
            self._second.setText(told(words, self.statement if role is Role.SECOND else ""))
        self._enable()

    @Slot()
    def finish(self) -> None:
        """The name stands as it is written now."""
        name = self.name.text().strip()
        if name != self._finished:
            self._finished = name
            self.named.emit(name)

    def forget_unfinished(self) -> None:
        """A name that is still being typed goes; the one before it stays."""
        if self.name.text().strip() != self._finished:
            self.name.setText(self._finished)

    def _show_key(self) -> None:
        for part in (self._key_words, self.password):
            part.setVisible(self.key is not None and not self._done)

    @Slot()
    def _enable(self) -> None:
        self.button.setEnabled(self._may_sign and bool(self.name.text().strip()))


def _signed(one: SignOff) -> str:
    time, subject = one.at[:16].replace("T", " "), one.subject_hash[:16]
    if one.key:
        return phrase(
            "Signed by {name}, {time}, with key {key}…, for subject {subject}…",
            name=one.by,
            time=time,
            key=one.key[:8],
            subject=subject,
        )
    return phrase("Signed by {name}, {time}, for subject {subject}…", name=one.by, time=time, subject=subject)
