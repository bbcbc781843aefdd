"""A line of words that changes thirty times a second: painted, so that the page is not laid out anew each time."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme


class PaintedLine(QWidget):
    """One line, cut with an ellipsis where it is too long; its size never depends on its words.

    `color` is a name of the theme, `scale` the size of the font against the usual one.
    """

    def __init__(self, color: str = "text", *, scale: float = 1.0, bold: bool = False) -> None:
        super().__init__()
        self._words = ""
        self._color = color
        self._scale = scale
        self._bold = bold
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The words."""
        return self._words

    def set_words(self, words: str, color: str = "") -> None:
        """Show this, in another colour if one is given."""
        if words == self._words and color in ("", self._color):
            return
        self._words, self._color = words, color or self._color
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: one line high."""
        return QSize(40, round(self.fontMetrics().height() * self._scale) + 1)

    def minimumSizeHint(self) -> QSize:
        """Qt: as the hint."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the words."""
        painter = QPainter(self)
        font = QFont(self.font())
        if self._scale != 1.0:
            font.setPointSizeF(font.pointSizeF() * self._scale)
        if self._bold:
            font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(str(getattr(theme.colors(), self._color))))
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(self.rect()), flags, words)
