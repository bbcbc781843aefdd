"""What the port doctor found, a line for each finding."""

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.symbol import Symbol


class Findings(QFrame):
    """Sentences below each other; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "warning-notice")
        self._sentences: tuple[str, ...] = ()
        self._lines: list[QWidget] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(GRID + GRID // 2, GRID, GRID + GRID // 2, GRID)
        self._layout.setSpacing(GRID // 2)
        self._layout.addWidget(label("Port doctor", "heading"))
        self.hide()

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is shown."""
        return self._sentences

    def set_sentences(self, sentences: Iterable[str]) -> None:
        """Show these."""
        self._sentences = tuple(sentences)
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = []
        for sentence in self._sentences:
            line = QWidget()
            inside = row(Symbol("warning", "warning", 16), label(sentence, wrap=True, selectable=True))
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setStretch(1, 1)
            line.setLayout(inside)
            self._layout.addWidget(line)
            self._lines.append(line)
        self.setVisible(bool(self._sentences))
