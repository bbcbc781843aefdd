"""The names beside a confusion matrix: true classes at the left, answered classes at the top, upright where long."""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from studio.ui import theme
from studio.ui.theme import GRID

_ROOM_FOR_NAME = 13  # pixels of a cell from which every class has its name written
_MOST_NAME = 96
_LONGEST_MEASURED = 20  # names; measuring each of a thousand would take too long
_FLAT_LINES = 2.2  # names up to so many lines wide are never upright


class ConfusionNames:
    """How much room the names of `labels` need, and how they are painted."""

    def __init__(self, labels: tuple[str, ...], font: QFont) -> None:
        self._labels = labels
        self._metrics = QFontMetricsF(font)
        self._line = self._metrics.height()
        longest = sorted(labels, key=len)[-_LONGEST_MEASURED:]
        self._widest = max((self._metrics.horizontalAdvance(name) for name in longest), default=0.0)
        self.left = int(self._line + min(_MOST_NAME, self._widest) + GRID)
        short = self._widest <= _FLAT_LINES * self._line
        self.top = int(self._line + (self._line if short else min(_MOST_NAME, self._widest) + 6) + 6)

    def paint(
        self,
        painter: QPainter,
        room: QSize,
        rows: range,
        columns: range,
        rect_of: Callable[[int, int], QRect],
    ) -> None:
        """Write the names of the rows and columns in sight; `rect_of` says where the cells are."""
        first = rect_of(rows.start, columns.start)
        painter.setPen(QColor(theme.colors().muted))
        painter.drawText(QRectF(self.left, 0, room.width() - self.left, self._line), 0, "answered →")
        painter.save()
        painter.translate(0, room.height())
        painter.rotate(-90)
        down = QRectF(0, 0, room.height() - self.top, self._line)
        painter.drawText(down, Qt.AlignmentFlag.AlignRight, "← true")
        painter.restore()
        down_step, across_step = (
            max(1, math.ceil(_ROOM_FOR_NAME / side)) for side in (first.height(), first.width())
        )
        painter.setClipRect(QRect(0, self.top, self.left, room.height() - self.top))
        for truth in rows:
            if truth % down_step == 0:
                self._write_row(painter, truth, rect_of(truth, 0).top(), first.height())
        painter.setClipRect(QRect(self.left, 0, room.width() - self.left, self.top))
        for answered in columns:
            if answered % across_step == 0:
                self._write_column(painter, answered, rect_of(0, answered).left(), first.width())
        painter.setClipping(False)

    def _write_row(self, painter: QPainter, truth: int, top: int, size: int) -> None:
        area = QRectF(self._line, top, self.left - self._line - 6, max(size, self._line))
        if size < self._line:
            area.translate(0, (size - self._line) / 2)
        self._write(painter, area, truth, Qt.AlignmentFlag.AlignRight)

    def _write_column(self, painter: QPainter, answered: int, left: int, size: int) -> None:
        if self._widest <= size - 4:
            area = QRectF(left, self._line, size, self.top - self._line)
            self._write(painter, area, answered, Qt.AlignmentFlag.AlignHCenter)
            return
        painter.save()
        painter.translate(QPointF(left + size / 2 - self._line / 2, self.top - 4))
        painter.rotate(-90)
        area = QRectF(0, 0, self.top - self._line - 8, self._line)
        self._write(painter, area, answered, Qt.AlignmentFlag.AlignLeft)
        painter.restore()

    def _write(self, painter: QPainter, area: QRectF, place: int, side: Qt.AlignmentFlag) -> None:
        words = self._metrics.elidedText(self._labels[place], Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, words)
