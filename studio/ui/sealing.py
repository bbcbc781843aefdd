"""The key that seals bundles: opened on the Export page where the review was signed with it in another session."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.review.signing import KeyFile, KeyIsLocked, open_key
from studio.ui.aside import Aside
from studio.ui.choosing import choose_file, key_files
from studio.ui.session import Session
from studio.ui.widgets.seal_line import SealLine


class Sealing(QObject):
    """Keeps `line` true, and opens the key that is chosen there."""

    def __init__(self, session: Session, line: SealLine, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._line = line
        self._window = window
        self._aside = Aside(self)
        line.file_wanted.connect(self._ask)
        line.open_wanted.connect(self.open)
        session.reviewing.changed.connect(self._show)
        session.project_changed.connect(self._show)
        self._show()

    @Slot(object)
    def open(self, key: KeyFile) -> None:
        """Open a key, to seal what is exported from now on."""

        def opened(public: str) -> None:
            try:
                self._session.reviewing.open_seal(public, key)
            except StudioError as error:
                self._line.refuse(str(error))

        def tried(found: str | KeyIsLocked) -> None:
            if isinstance(found, KeyIsLocked):
                self._line.ask_for_password(str(found))
            else:
                opened(found)

        self._aside.forget()  # a key that was chosen before
        self._aside.run(lambda: _public_half(key), tried, self._line.refuse)

    @Slot()
    def _ask(self) -> None:
        choose_file(self._window, phrase("Seal with this key"), (key_files(),), self._line.set_file)

    @Slot()
    def _show(self, *_: object) -> None:
        reviewing = self._session.reviewing
        signed = reviewing.entered.signoff
        self._line.set_state(signed.key if signed is not None else "", reviewing.seal)


def _public_half(key: KeyFile) -> str | KeyIsLocked:
    """The public half of a key that opens, or that it wants another password. StudioError where it is no key."""
    try:
        return open_key(key)
    except KeyIsLocked as locked:
        return locked
