"""A notice: a sentence that stands where the trouble is, with its cure as a button where there is one."""

from enum import StrEnum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from studio.core.phrases import phrase
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label
from studio.ui.widgets.symbol import Symbol


class Tone(StrEnum):
    """How serious it is; DANGER is for "does not fit", "blocked" and failures."""

    INFO = "notice"
    WARNING = "warning-notice"
    DANGER = "danger-notice"


_ICONS = {Tone.INFO: "info", Tone.WARNING: "warning", Tone.DANGER: "blocked"}
_COLORS = {Tone.INFO: "accent", Tone.WARNING: "warning", Tone.DANGER: "danger"}


class Notice(QFrame):
    """One sentence with an icon, up to one cure and, if `closable`, a cross; hidden while it has no sentence."""

    cure_wanted = Signal()
    closed = Signal()

    def __init__(self, *, closable: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Symbol("info")
        self._text = label(wrap=True, selectable=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._button = QPushButton()
        self._close = QToolButton(autoRaise=True)
        self._close.setIcon(icon("close"))
        self._close.setToolTip(phrase("Hide this"))
        self._close.setAccessibleName(phrase("Hide this"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GRID + GRID // 2, GRID, GRID + GRID // 2, GRID)
        layout.setSpacing(GRID)
        for part in (self._icon, self._text, self._button, self._close):
            layout.addWidget(part, 1 if part is self._text else 0)
        self._close.setVisible(closable)
        self._button.clicked.connect(self.cure_wanted)
        self._close.clicked.connect(self._on_close)
        self.show_sentence("")

    @property
    def sentence(self) -> str:
        """What it says now; "" while hidden."""
        return self._text.text()

    @property
    def button(self) -> QPushButton:
        """The cure's button."""
        return self._button

    def show_sentence(self, sentence: str, tone: Tone = Tone.INFO, cure: str = "") -> None:
        """Show the sentence, with `cure` as the button's text if given; hide for an empty one."""
        self._text.setText(sentence)
        self._button.setText(cure)
        self._button.setVisible(bool(cure))
        set_role(self, tone.value)
        self._icon.set_icon(_ICONS[tone], _COLORS[tone])
        self.setVisible(bool(sentence))

    @Slot()
    def _on_close(self) -> None:
        self.show_sentence("")
        self.closed.emit()
