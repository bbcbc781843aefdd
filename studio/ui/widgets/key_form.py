"""The form for a new key: the password that locks its file, twice, or none."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.core.phrases import phrase, phrase_later
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row

_WIDTH = 440
_ABOUT = phrase_later(
    "A key shows others that a signature is yours (Ed25519). It is a file that you keep to yourself, "
    "and a password locks it."
)
_OPEN = phrase_later("Without a password, whoever gets hold of the file can sign in your name.")
_LOCKED = phrase_later("You will be asked for it at each signature. If you forget it, the key is lost.")
_DIFFERENT = phrase_later("The two passwords are not the same. Type both again.")


class KeyForm(QDialog):
    """Does not hold the window up; `given` brings the password ("": none) once both fields say the same."""

    given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(phrase("Make a key"))
        self.setMinimumWidth(_WIDTH)
        self.password, self.again = QLineEdit(), QLineEdit()
        self.password.setAccessibleName(phrase("Password"))
        self.password.setPlaceholderText(phrase("Password (may stay empty)"))
        self.again.setAccessibleName(phrase("Password again"))
        self.again.setPlaceholderText(phrase("Password again (may stay empty)"))
        for field in (self.password, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._on_typed)
        self._means = label("", "muted", wrap=True)
        self._refusal = label("", "warning", wrap=True)
        self.accept_button = QPushButton(phrase("Choose where it goes…"))
        self.accept_button.setDefault(True)
        set_role(self.accept_button, "primary")
        self.cancel_button = QPushButton(phrase("Cancel"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        for part in (label(phrase(_ABOUT), wrap=True), self.password, self.again, self._means, self._refusal):
            layout.addWidget(part)
        layout.addLayout(row(None, self.cancel_button, self.accept_button))
        self.accept_button.clicked.connect(self._on_given)
        self.cancel_button.clicked.connect(self.reject)
        self._on_typed()

    @property
    def meaning(self) -> str:
        """What the password that is there means."""
        return self._means.text()

    @property
    def refusal(self) -> str:
        """What is wrong, once it was tried."""
        return self._refusal.text()

    @Slot()
    def _on_typed(self) -> None:
        self._means.setText(phrase(_LOCKED if self.password.text() else _OPEN))
        self._refusal.clear()
        self._refusal.hide()

    @Slot()
    def _on_given(self) -> None:
        password = self.password.text()
        if password != self.again.text():
            for field in (self.again, self.password):
                field.clear()
            self._refusal.setText(phrase(_DIFFERENT))
            self._refusal.show()
            self.adjustSize()
            self.password.setFocus()
            return
        self.given.emit(password)
        self.accept()
