"""The few shapes every page is laid out with: a scrolling page, a card, labels with a role, a row, a rule."""

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
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


class PageFrame(QWidget):
    """A page: its title with a line of words below, and a `body` that scrolls when the window is small.

    `step_wanted` asks the window to show another step (a value of `Step`).
    """

    step_wanted = Signal(str)

    def __init__(self, title: str, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = label(title, "title")
        self.words = label(words, "muted", wrap=True)
        if not words:
            self.words.hide()
        self.header = row(column(self.title, self.words, spacing=2), spacing=2 * GRID)
        inside = Inside()
        inside.setAutoFillBackground(False)
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(0, 0, GRID, 0)
        self.body.setSpacing(2 * GRID)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(inside)
        self.scroller.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        outer.setSpacing(2 * GRID)
        outer.addLayout(self.header)
        outer.addWidget(self.scroller, 1)

    def set_words(self, words: str) -> None:
        """Change the line below the title."""
        self.words.setText(words)
        self.words.setVisible(bool(words))
