"""What the Review page reads and writes where the person says: answers, and keys to sign with."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_count
from studio.core.places import is_sample
from studio.core.review import Answers, Role, State
from studio.core.review.signing import KEY_SUFFIX, KeyFile, make_key, public_file, public_half_of, signed
from studio.core.storage import write_atomically
from studio.ui.aside import Aside
from studio.ui.choosing import choose_file, choose_place, key_files
from studio.ui.session import Session
from studio.ui.widgets.key_form import KeyForm

_ANSWER_SUFFIX = ".toml"
_SAMPLE_ANSWERS = "answers.toml"


class ReviewFiles(QObject):
    """`said` tells that something was written, `failed` why not.

    `key_chosen` gives the file of a key to sign with, and its password where it was just made; `form` is the one for
    a new key that was opened last.
    """

    said = Signal(str)
    failed = Signal(str)
    key_chosen = Signal(object, str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._aside = Aside(self)
        self.form: KeyForm | None = None

    def ask_for_answers(self) -> None:
        """Ask for a file of answers, and load it."""
        choose_file(self._window, phrase("Load answers"), (_answer_files(),), self.load_answers)

    def ask_where_answers_go(self) -> None:
        """Ask where the answers go, and write them."""
        name = f"{self._session.project.name}-answers{_ANSWER_SUFFIX}"
        choose_place(
            self._window, phrase("Save answers"), _answer_files(), _ANSWER_SUFFIX, name, self.save_answers
        )

    def ask_for_key(self) -> None:
        """Ask for the file of a key."""
        choose_file(
            self._window,
            phrase("Sign with this key"),
            (key_files(),),
            lambda path: self.key_chosen.emit(path, ""),
        )

    def ask_for_new_key(self) -> None:
        """Ask for the password of a new key, then where the key goes, and make it."""
        self.form = KeyForm(self._window)
        self.form.given.connect(self._ask_where_key_goes)
        self.form.finished.connect(self.form.deleteLater)
        self.form.open()

    @property
    def sample_answers(self) -> Path | None:
        """The answers that come with the sample at hand, while none are entered."""
        project = self._session.project
        if project.entered != Answers() or not project.model:
            return None
        if Path(project.data) != Path(project.model).parent:  # somebody's own data: other answers
            return None
        path = Path(project.model).with_name(_SAMPLE_ANSWERS)
        return path if is_sample(path) and path.is_file() else None

    def load_sample_answers(self) -> None:
        """Put the answers that come with the sample in the review, unsigned; undo takes them out again."""
        path = self.sample_answers
        if path is not None:
            self.load_answers(path)

    def load_answers(self, path: Path) -> None:
        """Put the answers of a TOML file in the place of those at hand; undo brings them back."""
        if self._session.reviewing.review is None:
            self.failed.emit(
                phrase("Answers belong to a compressed model. Open a model and data first, then load them.")
            )
            return
        try:
            self._session.reviewing.load(path)
        except StudioError as error:
            self.failed.emit(str(error))
            return
        loaded = self._session.reviewing.review
        stale = sum(item.state is State.STALE for item in loaded.items) if loaded is not None else 0
        words = phrase("{file} is loaded, unsigned; Undo brings back what was here.", file=path.name)
        if stale:
            confirm = phrase_count(
                "{count} answer is to be confirmed: the file is of another model, data or board (or of any).",
                "{count} answers are to be confirmed: the file is of another model, data or board (or of any).",
                stale,
            )
            words = f"{words} {confirm}"
        self.said.emit(words)

    def save_answers(self, path: Path) -> None:
        """Write the answers to a TOML file."""
        text = self._session.reviewing.saved_as().encode("utf-8", "replace")
        self._aside.run(
            lambda: write_atomically(path, text),
            lambda _: self.said.emit(phrase("Saved to {path}.", path=path)),
            self.failed.emit,
        )

    def make_key(self, path: Path, password: str = "") -> None:
        """Make a key in a new file, and sign with it from now on."""

        def make() -> tuple[str, Path | None]:
            public = make_key(path, password)
            return public, public_half_of(path, public)

        def made(found: tuple[str, Path | None]) -> None:
            public, beside = found
            self.key_chosen.emit(path, password)
            self.said.emit(_about_new_key(path, public, beside))

        self._aside.run(make, made, self.failed.emit)

    def sign(self, name: str, role: Role, statement: str, key: Path | None, password: str) -> None:
        """Sign what is at hand with these words; with a key aside, as opening one takes a while."""
        reviewing = self._session.reviewing
        try:
            given = reviewing.signature(name, role, statement)
        except StudioError as error:
            self.failed.emit(str(error))
            return
        if key is None:
            reviewing.put_under(given)
        else:
            file = KeyFile(str(key), password)
            self._aside.run(
                lambda: signed(given, file), lambda found: reviewing.put_under(found, file), self.failed.emit
            )

    @Slot(str)
    def _ask_where_key_goes(self, password: str) -> None:
        choose_place(
            self._window, phrase("Make a key"), key_files(), KEY_SUFFIX, f"review-key{KEY_SUFFIX}",
            lambda path: self.make_key(path, password),
        )  # fmt: skip


def _about_new_key(path: Path, public: str, beside: Path | None) -> str:
    """Where the key is, and its `public` half, in hex and in the file `beside` it (None: that could not be made)."""
    if beside is None:
        return phrase(
            "The key is in {path}: keep it to yourself. Its public half, for those who check: {key}. It is in no file, "
            "as {file} could not be written or was there already.",
            path=path,
            key=public,
            file=public_file(path).name,
        )
    return phrase(
        "The key is in {path}: keep it to yourself. Its public half, for those who check, is in {file} beside it: "
        "{key}",
        path=path,
        key=public,
        file=beside.name,
    )


def _answer_files() -> str:
    return phrase("Answers ({pattern})", pattern=f"*{_ANSWER_SUFFIX}")
