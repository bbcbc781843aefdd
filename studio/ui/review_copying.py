"""Copies of the data from the Review page: where they go, how far they are, and the project that uses them."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.core.copies import Copies, words_of
from studio.core.phrases import phrase
from studio.ui.choosing import choose_new_folder
from studio.ui.session import Session
from studio.ui.widgets.copies_panel import CopiesPanel
from studio.ui.widgets.notice import Tone


class ReviewCopying(QObject):
    """What is shown of it stands in the panel that asked; `said` tells that the project uses the copies now."""

    said = Signal(str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._panel: CopiesPanel | None = None
        self._data = ""  # that the copies are of
        self._copies: Copies | None = None
        copying = session.copying
        copying.progressed.connect(self._on_progressed)
        copying.made.connect(self._on_made)
        copying.failed.connect(self._on_failed)
        copying.stopped.connect(self._on_stopped)
        session.project_changed.connect(self._on_project)

    @Slot(object)
    def ask(self, panel: CopiesPanel) -> None:
        """Ask for a new folder, and make the copies there."""
        if self._session.copying.running or not self._session.project.data:
            return
        if panel is not self._panel:
            panel.stop_wanted.connect(self._session.copying.stop)
            panel.use_wanted.connect(self.use)
            self._panel = panel
        data = Path(self._session.project.data)
        name = phrase("{data}-without-notes", data=data.stem)
        choose_new_folder(self._window, phrase("Make copies without it"), data.parent, name, self.make_copies)

    def make_copies(self, folder: Path) -> None:
        """Make the copies in the new `folder`."""
        if self._session.copying.running:
            return
        self._data, self._copies = self._session.project.data, None
        if self._panel is not None:
            self._panel.show_running()
        self._session.copying.make(Path(self._data), folder)

    @Slot()
    def use(self) -> None:
        """Take the copies as the project's data: one step of undo."""
        copies, project = self._copies, self._session.project
        if copies is None or project.data != self._data:
            return
        self._session.change(replace(project, data=copies.data))
        self.said.emit(
            phrase(
                "The project's data is {data} now; answers about the data are to be confirmed. Undo goes back.",
                data=copies.data,
            )
        )

    def _end(self, sentence: str = "", tone: Tone = Tone.INFO, *, usable: bool = False) -> None:
        if self._panel is not None:
            self._panel.show_end(sentence, tone, usable=usable)

    @Slot(object)
    def _on_project(self, _project: object) -> None:
        """Copies of other data are of no use; those being made are not finished."""
        if self._data and self._session.project.data != self._data:
            self._data, self._copies = "", None
            self._session.copying.stop()
            self._end()

    @Slot(float)
    def _on_progressed(self, share: float) -> None:
        if self._panel is not None and self._data:
            self._panel.set_share(share)

    @Slot(object)
    def _on_made(self, copies: Copies) -> None:
        if not self._data:  # other data came first
            return
        self._copies = copies
        self._end(words_of(copies), Tone.INFO if copies.clean else Tone.WARNING, usable=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._data:
            self._end(sentence, Tone.WARNING)

    @Slot(str)
    def _on_stopped(self, sentence: str) -> None:
        if self._data:
            self._end(sentence)
