"""Shares with their names and a bar each, all in one colour; the last is written in bold."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.theme import GRID

_BAR = 4  # pixels


class ShareBars(QWidget):
    """Bars from 0 to 1 below each other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[tuple[str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """All as they are read aloud."""
        return ", ".join(f"{name} {_figure(share)}" for name, share in self._bars)

    def set_bars(self, bars: tuple[tuple[str, float], ...]) -> None:
        """Show these names with their shares."""
        taller = len(bars) != len(self._bars)
        self._bars = bars
        self.setAccessibleName(self.words)
        self.setToolTip(self.words.replace(", ", "\n"))
        if taller:
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: a line and a bar for each."""
        return QSize(180, len(self._bars) * self._line())

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
        for place, (name, share) in enumerate(self._bars):
            top = place * self._line()
            painter.setFont(bold if place == len(self._bars) - 1 else plain)
            painter.setPen(QColor(chosen.text))
            figure = _figure(share)
            room = self.width() - painter.fontMetrics().horizontalAdvance(figure) - GRID
            words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, max(room, 0))
            area = QRectF(0, top, self.width(), high)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft | middle, words)
            painter.drawText(area, Qt.AlignmentFlag.AlignRight | middle, figure)
            track = QRectF(0, top + high + 1, self.width(), _BAR)
            painter.fillRect(track, QColor(chosen.border))
            track.setWidth(track.width() * min(max(share, 0.0), 1.0))
            painter.fillRect(track, QColor(chosen.accent))

    def _line(self) -> int:
        return self.fontMetrics().height() + _BAR + GRID


def _figure(share: float) -> str:
    return f"{share * 100:.1f} %"
