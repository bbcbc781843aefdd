"""One figure before and after: two bars from the same zero, the values, and what changed in words."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label


@dataclass(frozen=True, slots=True)
class Value:
    """A value as text, as a share of the longest bar, and its 95 % interval as shares if there is one."""

    text: str
    share: float
    interval: tuple[float, float] | None = None


class _Strip(QWidget):
    """One bar, with its interval as a whisker."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self._color = color
        self._value = Value("", 0.0)
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_value(self, value: Value, faded: bool) -> None:
        self._value, self._faded = value, faded
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, 2 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width, height = self.width() - 2, self.height()
        painter.setBrush(QColor(chosen.raised))
        painter.drawRoundedRect(QRectF(0, 0, width, height), 3, 3)
        painter.setBrush(QColor(chosen.border if self._faded else str(getattr(chosen, self._color))))
        length = max(min(self._value.share, 1.0) * width, 2.0)
        painter.drawRoundedRect(QRectF(0, 0, length, height), 3, 3)
        if self._value.interval is None or self._faded:
            return
        low, high = (min(max(end, 0.0), 1.0) * width for end in self._value.interval)
        middle = height / 2
        for pen in (QPen(QColor(chosen.base), 4), QPen(QColor(chosen.text), 1.5)):
            painter.setPen(pen)
            painter.drawLine(int(low), int(middle), int(high), int(middle))
            for end in (low, high):
                painter.drawLine(int(end), int(middle) - 3, int(end), int(middle) + 3)


class BeforeAfter(QWidget):
    """A heading, the two values, and a sentence below."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label(heading, "heading")
        self.change = label("", "figure")
        self.before = label("")
        self.after = label("")
        self._before = _Strip("before")
        self._after = _Strip("after")
        self.words = label("", "muted", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID + GRID // 2)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(2, 72)
        lines = (("Before", self._before, self.before), ("After", self._after, self.after))
        for line, (name, strip, value) in enumerate(lines):
            grid.addWidget(label(name, "muted"), line, 0)
            grid.addWidget(strip, line, 1)
            grid.addWidget(value, line, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.heading)
        layout.addWidget(self.change)
        layout.addLayout(grid)
        layout.addWidget(self.words)

    def set_values(
        self, before: Value, after: Value, change: str, words: str, *, stale: bool = False
    ) -> None:
        """Show both; `stale` fades what no longer holds while it is measured anew."""
        self.before.setText(before.text)
        self.after.setText("…" if stale and not after.text else after.text)
        self.change.setText(change)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self._before.set_value(before, False)
        self._after.set_value(after, stale)
        set_role(self.change, "figure-stale" if stale else "figure")
        set_role(self.after, "muted" if stale else "")
