"""The menus: what can be done, its shortcuts, and when it can be done."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu

from studio.core.places import SAMPLES
from studio.core.steps import Step
from studio.ui import theme
from studio.ui.about import show_about
from studio.ui.choosing import DATA_FILES, MODEL_FILES, PROJECT_FILES, choose_file, choose_folder
from studio.ui.icons import icon
from studio.ui.session import Session
from studio.ui.widgets.stepper import TITLES

if TYPE_CHECKING:
    from studio.ui.main_window import MainWindow

SAMPLE_TITLES = {
    "digits": "Handwritten digits",
    "gestures": "Gestures on the wrist",
    "sine": "Sine (hello world)",
}


class Menus(QObject):
    """File, Edit, View and Help of a window."""

    mode_chosen = Signal(str)

    def __init__(self, window: "MainWindow", session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        bar = window.menuBar()
        self._make_file(bar.addMenu("&File"))
        self._make_edit(bar.addMenu("&Edit"))
        self._make_view(bar.addMenu("&View"))
        self._make_help(bar.addMenu("&Help"))
        session.history_changed.connect(self._on_history)
        session.project_changed.connect(self._on_history)
        self._on_history()

    def _make_file(self, menu: QMenu) -> None:
        key = QKeySequence.StandardKey
        window = self._window
        self._add(menu, "&New", window.new_project, QKeySequence(key.New))
        self._add(menu, "&Open…", self._open, QKeySequence(key.Open), "open")
        self._add(menu, "Open a &folder…", self._open_folder, QKeySequence("Ctrl+Shift+O"))
        samples = menu.addMenu("Open s&ample")
        for name in SAMPLES:
            self._add(samples, SAMPLE_TITLES[name], partial(window.open_sample, name))
        menu.addSeparator()
        self.save = self._add(menu, "&Save", window.save, QKeySequence(key.Save), "save")
        self._add(menu, "Save &as…", window.save_as, QKeySequence("Ctrl+Shift+S"))
        menu.addSeparator()
        quit_action = self._add(menu, "&Quit", window.close, QKeySequence("Ctrl+Q"))
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_edit(self, menu: QMenu) -> None:
        self.undo = self._add(menu, "&Undo", self._session.undo, QKeySequence("Ctrl+Z"), "undo")
        self.redo = self._add(menu, "&Redo", self._session.redo, QKeySequence("Ctrl+Shift+Z"), "redo")

    def _make_view(self, menu: QMenu) -> None:
        for number, step in enumerate(Step, 1):
            show = partial(self._window.show_step, step)
            self._add(menu, f"&{number} {TITLES[step]}", show, QKeySequence(f"Ctrl+{number}"), step.value)
        menu.addSeparator()
        colors = menu.addMenu("&Colours")
        self._modes = QActionGroup(self)
        words = {
            theme.Mode.SYSTEM: "As the &system",
            theme.Mode.LIGHT: "&Light",
            theme.Mode.DARK: "&Dark",
        }
        for mode, text in words.items():
            action = self._add(colors, text, partial(self.set_mode, mode))
            action.setCheckable(True)
            action.setChecked(mode is theme.mode())
            self._modes.addAction(action)

    def _make_help(self, menu: QMenu) -> None:
        about = self._add(menu, "&About TinyML Studio", lambda: show_about(self._window))
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def set_mode(self, mode: theme.Mode) -> None:
        """Show the light palette, the dark one, or what the system has."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, mode)
            self.mode_chosen.emit(mode.value)

    def _add(
        self,
        menu: QMenu,
        text: str,
        do: Callable[[], object],
        keys: QKeySequence | None = None,
        symbol: str = "",
    ) -> QAction:
        action = QAction(text, menu)
        action.triggered.connect(lambda _checked=False: do())
        if keys is not None:
            action.setShortcut(keys)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if symbol:
            action.setIcon(icon(symbol))
        menu.addAction(action)
        return action

    def _open(self) -> None:
        every = " ".join(kind.split("(")[1].rstrip(")") for kind in (PROJECT_FILES, MODEL_FILES, DATA_FILES))
        kinds = (f"All that the studio opens ({every} *.json)", PROJECT_FILES, MODEL_FILES, DATA_FILES)
        choose_file(self._window, "Open", kinds, lambda path: self._window.open_paths([path]))

    def _open_folder(self) -> None:
        title = "Open a SavedModel or a folder with data"
        choose_folder(self._window, title, lambda path: self._window.open_paths([path]))

    @Slot()
    def _on_history(self) -> None:
        self.undo.setEnabled(self._session.can_undo)
        self.redo.setEnabled(self._session.can_redo)
