"""The line that stands beside test results while no limits are set: what that means, and a way to set them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.ui.theme import set_role

_WORDS = "You see test results before setting limits: your review will say so."
_LINK = "Set limits"


class BeforeLimits(QLabel):
    """`limits_wanted` comes with a click on its link, or Enter on it."""

    limits_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(f'{_WORDS} <a href="limits">{_LINK}</a>')
        self.setAccessibleName(f"{_WORDS} {_LINK}")
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse
                                     | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)  # fmt: skip
        set_role(self, "small")
        self.linkActivated.connect(lambda _link: self.limits_wanted.emit())
        self.hide()
