"""File dialogs that do not hold the window up: they open, and call back with the path that was chosen."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from studio.core.project import SUFFIX
from studio.ui.dropped import DATA_SUFFIXES, MODEL_SUFFIXES

MODEL_FILES = f"Models ({' '.join('*' + suffix for suffix in MODEL_SUFFIXES)})"
DATA_FILES = f"Data ({' '.join('*' + suffix for suffix in DATA_SUFFIXES)})"
PROJECT_FILES = f"Projects (*{SUFFIX})"
RECIPE_FILES = "Recipes (*.json)"
ALL_FILES = "All files (*)"


def choose_file(
    parent: QWidget, title: str, kinds: tuple[str, ...], then: Callable[[Path], None]
) -> QFileDialog:
    """Let the user pick an existing file; `then` gets its path."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([*kinds, ALL_FILES])
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
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kind)
    dialog.setDefaultSuffix(suffix.removeprefix("."))
    dialog.selectFile(name)
    return _open(dialog, then)


def _open(dialog: QFileDialog, then: Callable[[Path], None]) -> QFileDialog:
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
