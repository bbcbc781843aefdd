"""The line that stands beside test results while no limits are set: what that means, and a way to set them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from studio.core.phrases import phrase
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label


class BeforeLimits(QWidget):
    """`limits_wanted` comes with its button."""

    limits_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = phrase("You see test results before setting limits: your review will say so.")
        self._words = label(words, "small", wrap=True)
        self.button = QPushButton(phrase("Set limits"))
        self.button.setToolTip(phrase("Goes to the limits on the Review page"))
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._words, 1)
        layout.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.button.clicked.connect(lambda: self.limits_wanted.emit())
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()
