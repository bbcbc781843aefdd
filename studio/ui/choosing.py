"""File dialogs that do not hold the window up: they open, and call back with the path that was chosen."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QWidget

from studio.core.phrases import phrase
from studio.core.project import SUFFIX
from studio.core.review.signing import KEY_SUFFIX
from studio.ui.dropped import DATA_SUFFIXES, MODEL_SUFFIXES

MODEL_FILES = f"Models ({' '.join('*' + suffix for suffix in MODEL_SUFFIXES)})"
DATA_FILES = f"Data ({' '.join('*' + suffix for suffix in DATA_SUFFIXES)})"
PROJECT_FILES = f"Projects (*{SUFFIX})"
RECIPE_FILES = "Recipes (*.json)"
_QUOTE = '"'


def key_files() -> str:
    """The kind of a file that holds a key."""
    return phrase("Keys ({pattern})", pattern=f"*{KEY_SUFFIX}")


def choose_file(
    parent: QWidget, title: str, kinds: tuple[str, ...], then: Callable[[Path], None]
) -> QFileDialog:
    """Let the user pick an existing file; `then` gets its path."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([*kinds, phrase("All files (*)")])
    return _open(dialog, then)


def choose_folder(parent: QWidget, title: str, then: Callable[[Path], None]) -> QFileDialog:
    """Let the user pick a folder; `then` gets its path."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, then)


def choose_place(
    parent: QWidget, title: str, kind: str, suffix: str, name: str, then: Callable[[Path], None]
) -> QFileDialog:
    """Let the user name a file to write, with `suffix` added if it is missing; `then` gets its path."""
    dialog = _PlaceDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.selectFile(name.replace(_QUOTE, "'"))
    return _open(dialog, then)


def choose_new_folder(
    parent: QWidget, title: str, beside: Path, name: str, then: Callable[[Path], None]
) -> QFileDialog:
    """Let the user name a folder to be made, `name` in the folder `beside` at first; `then` gets its path.

    Whether there is one already is for whoever makes it to say: nothing is written over.
    """
    dialog = _PlaceDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setLabelText(QFileDialog.DialogLabel.FileName, phrase("New folder:"))
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, phrase("Choose"))
    dialog.setDirectory(str(beside))
    dialog.selectFile(name.replace(_QUOTE, "'"))
    return _open(dialog, then)


class _PlaceDialog(QFileDialog):
    """Qt takes quotes apart as the names of several files, and would write the last of them without a word."""

    def accept(self) -> None:
        """Qt: the name is taken; one with quotes stays, with a sentence that says why."""
        line = self.findChild(QLineEdit, "fileNameEdit")
        if line is not None and _QUOTE in line.text():
            words = phrase(
                "A name cannot have {quote} in it. Write it without, or with {instead}.",
                quote=_QUOTE,
                instead="'",
            )
            QMessageBox.warning(self, self.windowTitle(), words)
            return
        super().accept()


def _open(dialog: QFileDialog, then: Callable[[Path], None]) -> QFileDialog:
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
