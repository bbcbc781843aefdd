"""Whether the running model is the reviewed one: a sign, two words and a sentence."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.phrases import phrase, phrase_later
from studio.core.running_model import RunningModel, Standing
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.symbol import Symbol

_SIGNS = {
    Standing.REVIEWED: ("done", "good", phrase_later("Reviewed")),
    Standing.NOT_REVIEWED: ("needs_you", "warning", phrase_later("Not reviewed")),
    Standing.ANOTHER: ("warning", "warning", phrase_later("Another model")),
    Standing.CANNOT_TELL: ("cannot_tell", "muted", phrase_later("Cannot tell")),
}


class ModelStanding(QWidget):
    """Shows a RunningModel."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = Symbol("cannot_tell", "muted", 16)
        self._title = label("", "heading")
        self._words = label("", "small", wrap=True)
        top = row(self._icon, self._title, None)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self._words)

    @property
    def title(self) -> str:
        """The two words."""
        return self._title.text()

    @property
    def words(self) -> str:
        """The sentence."""
        return self._words.text()

    def set_running(self, running: RunningModel) -> None:
        """Show this."""
        sign, color, title = _SIGNS[running.standing]
        self._icon.set_icon(sign, color)
        self._title.setText(phrase(title))
        set_role(self._title, "heading" if color == "muted" else color)
        self._words.setText(running.sentence)
