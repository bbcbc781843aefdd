"""Lines of a name and a figure, with bars from 0 to 1 below each: what scores of one sample are shown by."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import GRID

_BAR = 3  # pixels


@dataclass(frozen=True, slots=True)
class BarredLine:
    """`bars` are shares with the names of their colours in the theme; `strong` lines are written in bold."""

    name: str
    figure: str
    bars: tuple[tuple[float, str], ...] = ()
    strong: bool = False


class BarredLines(QWidget):
    """The lines below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[BarredLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_lines(self, lines: tuple[BarredLine, ...]) -> None:
        """Show these."""
        before, self._lines = self.sizeHint(), lines
        if self.sizeHint() != before:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: all lines."""
        return QSize(160, len(self._lines) * self._line())

    def minimumSizeHint(self) -> QSize:
        """Qt: as high as the hint."""
        return QSize(100, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the lines."""
        chosen = theme.colors()
        painter = QPainter(self)
        plain, bold = QFont(self.font()), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        high, middle = self.fontMetrics().height(), Qt.AlignmentFlag.AlignVCenter
        for place, line in enumerate(self._lines):
            top = place * self._line()
            painter.setFont(bold if line.strong else plain)
            painter.setPen(QColor(chosen.text))
            room = max(0, self.width() - painter.fontMetrics().horizontalAdvance(line.figure) - GRID)
            name = painter.fontMetrics().elidedText(line.name, Qt.TextElideMode.ElideRight, room)
            area = QRectF(0, top, self.width(), high)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, name)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, line.figure)
            for below, (share, color) in enumerate(line.bars):
                track = QRectF(0, top + high + below * (_BAR + 1), self.width(), _BAR)
                painter.fillRect(track, QColor(chosen.border))
                track.setWidth(track.width() * min(max(share, 0.0), 1.0))
                painter.fillRect(track, QColor(getattr(chosen, color)))

    def _line(self) -> int:
        bars = max((len(line.bars) for line in self._lines), default=0)
        return self.fontMetrics().height() + (bars * _BAR + 6 if bars else 2)
