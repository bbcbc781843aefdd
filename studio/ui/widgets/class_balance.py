"""How many samples of each class a split has: bars from the same zero."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from studio.ui import theme
from studio.ui.theme import GRID


class ClassBars(QWidget):
    """The number of samples of each class as bars from the same zero; a class without samples is a red stroke."""

    def __init__(
        self, counts: tuple[int, ...], labels: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._counts = counts
        self._labels = labels
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(self._words(index) for index in range(len(counts))))

    def sizeHint(self) -> QSize:
        """Qt: the height of a line of text."""
        return QSize(120, 3 * GRID)

    def event(self, event: QEvent) -> bool:
        """Qt: say which class is under the mouse."""
        if isinstance(event, QHelpEvent) and self._counts:
            index = int(event.pos().x() / max(1, self.width()) * len(self._counts))
            QToolTip.showText(event.globalPos(), self._words(max(0, min(index, len(self._counts) - 1))), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the bars."""
        if not self._counts:
            return
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        most = max(*self._counts, 1)
        step = self.width() / len(self._counts)
        gap = 2.0 if step > 6 else 0.0
        for index, count in enumerate(self._counts):
            height = max(count / most * self.height(), 2.0)
            painter.setBrush(QColor(chosen.accent if count else chosen.danger))
            painter.drawRect(QRectF(index * step, self.height() - height, step - gap, height))

    def _words(self, index: int) -> str:
        return f"{self._labels[index]}: {self._counts[index]:,}"
