"""What the Layers page writes, and where the user says: the layers as CSV, and plots as pictures."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.core.layer_facts import LayerFacts, as_csv
from studio.core.storage import write_atomically
from studio.ui.aside import Aside
from studio.ui.choosing import choose_place
from studio.ui.widgets.plot_export import PICTURES, Drawn, picture_of


class LayerFiles(QObject):
    """Asks for a place and writes there; `written` names the file, `failed` says why not."""

    written = Signal(str)
    failed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._aside = Aside(self)

    def ask_for_csv(self, layers: tuple[LayerFacts, ...], project: str) -> None:
        """Ask where the layers go."""
        name = f"{project} layers.csv"
        then = partial(self.save_csv, layers)
        choose_place(self._window, "Save the layers", "Tables (*.csv)", ".csv", name, then)

    def ask_for_picture(self, plot: Drawn, suffix: str, project: str) -> None:
        """Ask where the picture of a plot goes; `suffix` is "png" or "svg"."""
        name = f"{project} {plot.heading}.{suffix}".replace(":", "").replace("/", " ")
        then = partial(self.save_picture, plot)
        choose_place(self._window, "Save the picture", PICTURES[suffix], f".{suffix}", name, then)

    def save_csv(self, layers: tuple[LayerFacts, ...], path: Path) -> None:
        """Write the layers as CSV."""
        self._write(path, lambda: as_csv(layers).encode())

    def save_picture(self, plot: Drawn, path: Path) -> None:
        """Write a plot as it is shown now, as PNG or SVG by the name of the file."""
        self._write(path, picture_of(plot, path.suffix))

    def _write(self, path: Path, content: Callable[[], bytes]) -> None:
        self._aside.run(
            lambda: write_atomically(path, content()),
            lambda _nothing: self.written.emit(path.name),
            self.failed.emit,
        )
