"""Whether a bundle will be sealed: with the key that the review is signed with, once its file is open."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.core.phrases import phrase
from studio.core.review.signing import KeyFile
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row

_DIGITS = 16


class SealLine(QWidget):
    """`file_wanted` asks for the key's file, which `set_file` gives; `open_wanted` is to open it with a password."""

    file_wanted = Signal()
    open_wanted = Signal(object)  # KeyFile

    def __init__(self) -> None:
        super().__init__()
        self._file: Path | None = None
        self._words = label("", "muted", wrap=True)
        self._refusal = label("", "warning", wrap=True)
        self.button = QPushButton(phrase("Seal it with the key…"))
        self.button.setToolTip(
            phrase("Then others can check every file of the bundle with the key's public half")
        )
        self.password = QLineEdit(placeholderText=phrase("The key's password"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(phrase("The key's password"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        across = row(self._words, self.button)
        across.setStretch(0, 1)
        layout.addLayout(across)
        layout.addWidget(self.password)
        layout.addWidget(self._refusal)
        self.button.clicked.connect(self.file_wanted)
        self.password.returnPressed.connect(self._open)
        self.set_state("", None)

    @property
    def words(self) -> str:
        """What will be, where the review is signed with a key."""
        return self._words.text()

    @property
    def refusal(self) -> str:
        """Why the key does not open."""
        return self._refusal.text()

    def set_state(self, public: str, opened: KeyFile | None) -> None:
        """Show it for a review that is signed with the key `public` (hex, "": with none), `opened` here or not yet."""
        self.setVisible(bool(public))
        if opened is not None:
            name = Path(opened.path).name
            self._words.setText(phrase("The bundle will be sealed with the key {file}.", file=name))
        else:
            self._words.setText(
                phrase(
                    "The review is signed with the key {key}…. Without its file, answers and checks are under a "
                    "signature, and the bundle's other files under no seal.",
                    key=public[:_DIGITS],
                )
            )
        self.button.setVisible(opened is None)
        if opened is not None or not public:
            self._file = None
            self.refuse("")

    @Slot(object)
    def set_file(self, file: Path) -> None:
        """Open this key; one without a password needs no more."""
        self._file = file
        self.password.clear()
        self.refuse("")
        self._open()

    def refuse(self, sentence: str) -> None:
        """Say why the key is none to seal with ("": nothing speaks against it); a password would not help."""
        if self.password.hasFocus():
            self.button.setFocus()
        self._show(sentence, locked=False)

    def ask_for_password(self, sentence: str) -> None:
        """Say that the key is locked, or that the password was another, and ask for it."""
        self._show(sentence, locked=True)
        self.password.setFocus()
        self.password.selectAll()

    def _show(self, sentence: str, *, locked: bool) -> None:
        self._refusal.setText(sentence)
        self._refusal.setVisible(bool(sentence))
        self.password.setVisible(locked)

    @Slot()
    def _open(self) -> None:
        if self._file is not None:
            self.open_wanted.emit(KeyFile(str(self._file), self.password.text()))
