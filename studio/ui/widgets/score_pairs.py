"""Scores of one sample before and after compression, side by side: a line for each class, value or error."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.phrases import phrase
from studio.ui import theme
from studio.ui.theme import GRID

_BAR = 3  # pixels


@dataclass(frozen=True, slots=True)
class ScorePair:
    """A name (`strong`: the true class), both scores as text, and as shares of a bar where they have one."""

    name: str
    before: str
    after: str
    shares: tuple[float, float] | None = None
    strong: bool = False

    @property
    def words(self) -> str:
        """Both scores in one."""
        return f"{self.before} → {self.after}"


class ScorePairs(QWidget):
    """The pairs below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pairs: tuple[ScorePair, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def pairs(self) -> tuple[ScorePair, ...]:
        """What is shown."""
        return self._pairs

    def set_pairs(self, pairs: tuple[ScorePair, ...]) -> None:
        """Show these."""
        if pairs == self._pairs:
            return
        taller = len(pairs) != len(self._pairs)
        self._pairs = pairs
        words = "; ".join(f"{pair.name}: {pair.words}" for pair in pairs)
        self.setAccessibleName(phrase("Scores before → after. {scores}", scores=words))
        self.setToolTip(words.replace("; ", "\n"))
        if taller:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: a line for each pair."""
        return QSize(160, len(self._pairs) * self._line())

    def minimumSizeHint(self) -> QSize:
        """Qt: as high as the hint."""
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the lines."""
        chosen = theme.colors()
        painter = QPainter(self)
        plain, bold = QFont(self.font()), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        high = self.fontMetrics().height()
        for place, pair in enumerate(self._pairs):
            top = place * self._line()
            painter.setFont(bold if pair.strong else plain)
            painter.setPen(QColor(chosen.text))
            width = painter.fontMetrics().horizontalAdvance(pair.words)
            room = max(0, self.width() - width - GRID)
            name = painter.fontMetrics().elidedText(pair.name, Qt.TextElideMode.ElideRight, room)
            area = QRectF(0, top, self.width(), high)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, pair.words)
            if pair.shares is None:
                continue
            for line, (share, color) in enumerate(
                zip(pair.shares, (chosen.before, chosen.after), strict=True)
            ):
                track = QRectF(0, top + high + line * (_BAR + 1), self.width(), _BAR)
                painter.fillRect(track, QColor(chosen.border))
                track.setWidth(track.width() * min(max(share, 0.0), 1.0))
                painter.fillRect(track, QColor(color))

    def _line(self) -> int:
        barred = any(pair.shares is not None for pair in self._pairs)
        return self.fontMetrics().height() + (2 * _BAR + 6 if barred else 2)
