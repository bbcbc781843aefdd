"""A plot's legend: what each colour stands for."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.ui import theme
from studio.ui.widgets.recoloured import Recoloured


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a legend: a name, and the colour by its name in the theme ("after", "series:1") or in hex."""

    name: str
    color: str

    @property
    def hex(self) -> str:
        """The colour in the palette in force."""
        if self.color.startswith("#"):
            return self.color
        name, _, place = self.color.partition(":")
        return theme.series_color(int(place)) if place else str(getattr(theme.colors(), name))


class Legend(QWidget):
    """The entries side by side, in the palette in force."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: tuple[Key, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.GRID)
        Recoloured(self, self._write)

    @property
    def keys(self) -> tuple[Key, ...]:
        """The entries."""
        return self._keys

    def set_keys(self, keys: Iterable[Key]) -> None:
        """Show these."""
        keys = tuple(keys)
        if keys != self._keys:
            self._keys = keys
            self._write()

    def _write(self) -> None:
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for key in self._keys:
            entry = QLabel(f'<span style="color:{key.hex}">■</span> {key.name}')
            entry.setTextFormat(Qt.TextFormat.RichText)
            self._row.addWidget(entry)
