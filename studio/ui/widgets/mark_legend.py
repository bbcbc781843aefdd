"""The shapes of the trade-off's points, and the legend that says what each stands for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.core.trade_off import Mark
from studio.ui import theme
from studio.ui.theme import GRID
from studio.ui.widgets.recoloured import Recoloured

# Shape, size, colour of the theme, filled, and the sign in the legend: told apart without colours too.
LOOKS: dict[Mark, tuple[str, int, str, bool, str]] = {
    Mark.TRIAL: ("t1", 9, "muted", False, "△"),
    Mark.MEASURED: ("o", 10, "accent", False, "○"),
    Mark.KEPT: ("s", 11, "accent", True, "■"),
    Mark.PINNED: ("star", 17, "warning", True, "★"),
}
_NOW = ("◯", "text", "now")


class MarkLegend(QWidget):
    """One entry for each mark, in the palette in force."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GRID + GRID // 2)
        self._labels: list[tuple[QLabel, str, str, str]] = []
        signs = [(sign, color, mark.value) for mark, (_, _, color, _, sign) in reversed(LOOKS.items())]
        for sign, color, words in (*signs, _NOW):
            entry = QLabel()
            entry.setTextFormat(Qt.TextFormat.RichText)
            entry.setToolTip(words)
            theme.set_role(entry, "small")
            self._row.addWidget(entry)
            self._labels.append((entry, sign, color, words.split()[0]))
        self._write()
        Recoloured(self, self._write)

    def _write(self) -> None:
        for entry, sign, color, word in self._labels:
            shade = getattr(theme.colors(), color)
            entry.setText(f'<span style="color:{shade}">{sign}</span> {word}')
