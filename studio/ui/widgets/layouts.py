"""The few shapes every page is laid out with: a scrolling page, a card, labels with a role, a row, a rule."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.ui.theme import GRID, set_role


def label(text: str = "", role: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A label with a role of the theme ("title", "heading", "figure", "muted", "small", "good"…)."""
    found = QLabel(text)
    found.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        set_role(found, role)
    if wrap:
        found.setWordWrap(True)
        found.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if selectable:
        found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return found


def row(*items: QWidget | QLayout | None, spacing: int = GRID) -> QHBoxLayout:
    """Widgets side by side; None is a stretch."""
    layout = QHBoxLayout()
    layout.setSpacing(spacing)
    fill(layout, items)
    return layout


def column(*items: QWidget | QLayout | None, spacing: int = GRID) -> QVBoxLayout:
    """Widgets below each other; None is a stretch."""
    layout = QVBoxLayout()
    layout.setSpacing(spacing)
    fill(layout, items)
    return layout


def fill(layout: QHBoxLayout | QVBoxLayout, items: Iterable[QWidget | QLayout | None]) -> None:
    """Add the items to the layout; None is a stretch."""
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)


class Card(QFrame):
    """A framed group with an optional heading; add to `body`."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(2 * GRID, GRID + GRID // 2, 2 * GRID, GRID + GRID // 2)
        self.body.setSpacing(GRID)
        self.heading = label(heading, "heading")
        self.body.addWidget(self.heading)  # then show it: without a parent it would be a window of its own
        self.heading.setVisible(bool(heading))


class Inside(QWidget):
    """What scrolls: as high as its text needs at its present width.

    Qt takes the height at the narrowest width, where wrapped text is highest, and would scroll too early.
    """

    def minimumSizeHint(self) -> QSize:
        """Qt: the height at the width that there is."""
        layout = self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return super().minimumSizeHint()
        narrowest = layout.minimumSize().width()
        parent = self.parentWidget()
        width = max(narrowest, parent.width() if parent is not None else self.width())
        return QSize(narrowest, layout.heightForWidth(width))
