"""One figure before and after: its value now in large, where it came from, and a bar from the same zero."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row


@dataclass(frozen=True, slots=True)
class Value:
    """A value as text, as a share of the longest bar, and its 95 % interval as shares if there is one."""

    text: str
    share: float
    interval: tuple[float, float] | None = None


class _Strip(QWidget):
    """The bar of now over the mark of before, with the interval as a whisker."""

    def __init__(self) -> None:
        super().__init__()
        self._before: Value | None = None
        self._after: Value | None = None
        self._faded = False
        self._danger = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, before: Value | None, after: Value | None, *, faded: bool, danger: bool) -> None:
        self._before, self._after, self._faded, self._danger = before, after, faded, danger
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(56, GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width, height = self.width() - 1, self.height()
        painter.setBrush(QColor(chosen.raised))
        painter.drawRoundedRect(QRectF(0, 1, width, height - 2), 3, 3)
        if self._after is not None:
            color = chosen.danger if self._danger else chosen.after
            painter.setBrush(QColor(chosen.before if self._faded else color))
            length = max(min(self._after.share, 1.0) * width, 2.0)
            painter.drawRoundedRect(QRectF(0, 1, length, height - 2), 3, 3)
        if self._before is not None:
            at = min(max(self._before.share, 0.0), 1.0) * width
            painter.setPen(QPen(QColor(chosen.text), 2))
            painter.drawLine(int(max(at - 1, 1)), 0, int(max(at - 1, 1)), height)
        if self._after is None or self._after.interval is None or self._faded:
            return
        low, high = (min(max(end, 0.0), 1.0) * width for end in self._after.interval)
        middle = height / 2
        for pen in (QPen(QColor(chosen.base), 3), QPen(QColor(chosen.text), 1)):
            painter.setPen(pen)
            painter.drawLine(int(low), int(middle), int(high), int(middle))


class BeforeAfter(QWidget):
    """A name, the figure now, what it was before and what that makes, and a bar."""

    def __init__(self, heading: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = label(heading, "muted")
        self.after = label("–", "value")
        self.change = label("", "small")
        self.words = label("", "small")
        self._strip = _Strip()
        for part in (self.heading, self.change, self.words):
            part.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.heading)
        layout.addLayout(row(self.after, self.change, None))
        layout.addWidget(self._strip)
        layout.addWidget(self.words)

    def set_values(
        self,
        before: Value | None,
        after: Value | None,
        change: str = "",
        words: str = "",
        *,
        stale: bool = False,
        danger: bool = False,
        tip: str = "",
    ) -> None:
        """Show both; `stale` fades what no longer holds, `danger` marks what does not fit."""
        self.after.setText(after.text if after else "–")
        self.change.setText(change)
        self.words.setText(words)
        self._strip.set_values(before, after, faded=stale, danger=danger)
        set_role(self.after, "value-stale" if stale else "value-danger" if danger else "value")
        set_role(self.words, "small-danger" if danger and not stale else "small")
        self.setToolTip(tip)
        self.setAccessibleName(f"{self.heading.text()}: {self.after.text()} {change} {words}".strip())
