"""The confusion matrix: true classes down, answered classes across; cells are chosen by mouse or keys."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QSizePolicy, QToolTip, QWidget

from studio.core.answers import Side
from studio.ui import theme
from studio.ui.widgets.confusion_colors import figure_color, picture, strengths
from studio.ui.widgets.confusion_names import ConfusionNames

Counts = npt.NDArray[np.int64]

_SMALLEST, _LARGEST = 4, 64  # pixels of a cell
_ZOOM = 1.25
_WIDEST = 2.4  # a cell's width against its height
_GRID_FROM = 8  # pixels of a cell from which lines stand between cells


class ConfusionMatrix(QAbstractScrollArea):
    """Counts as colours and figures; `cell_chosen` is (true class, answered class).

    The arrow keys move the frame, Enter or a click chooses the framed cell; + and − or Ctrl with the wheel zoom.
    """

    cell_chosen = Signal(int, int)
    cell_framed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Counts = np.zeros((0, 0), np.int64)
        self._totals: Counts = np.zeros(0, np.int64)
        self._labels: tuple[str, ...] = ()
        self._names = ConfusionNames((), self.font())
        self._side = Side.AFTER
        self._framed = (0, 0)
        self._chosen: tuple[int, int] | None = None
        self._wanted: int | None = None  # the cell size that was zoomed to; None fits the room
        self._strongest = 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Confusion matrix")

    @property
    def framed(self) -> tuple[int, int]:
        """The cell that the keys are at."""
        return self._framed

    @property
    def chosen(self) -> tuple[int, int] | None:
        """The cell whose samples are looked at."""
        return self._chosen

    @property
    def cell_size(self) -> int:
        """Pixels of a cell's side: as much as there is room for, or as zoomed."""
        if self._wanted is not None:
            return self._wanted
        classes = max(1, len(self._counts))
        room = min(self.viewport().width() - self._names.left, self.viewport().height() - self._names.top)
        return max(_SMALLEST, min(_LARGEST, room // classes))

    @property
    def cell_width(self) -> int:
        """Pixels of a cell's width: more than its height where there is room, for longer figures and names."""
        size = self.cell_size
        room = (self.viewport().width() - self._names.left) // max(1, len(self._counts))
        return max(size, min(round(_WIDEST * size), room))

    def set_counts(self, counts: Counts, totals: Counts, labels: tuple[str, ...], side: Side) -> None:
        """Show counts [true][answered], or differences for Side.CHANGE; `totals` are the samples of each class."""
        if len(counts) != len(self._counts):
            self._framed, self._chosen, self._wanted = (0, 0), None, None
        self._counts, self._totals, self._labels, self._side = counts, totals, labels, side
        self._names = ConfusionNames(labels if len(counts) else (), self.font())
        off = counts[~np.eye(len(counts), dtype=np.bool_)]
        self._strongest = max(1, int(np.abs(off).max())) if len(off) else 1
        self._describe()
        self._fit()

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Mark a cell as the one looked at, without saying so."""
        self._chosen = cell
        if cell is not None:
            self._frame(*cell)
        self.viewport().update()

    def words(self, truth: int, answered: int) -> str:
        """A cell in words."""
        if not len(self._counts):
            return ""
        count = int(self._counts[truth, answered])
        total = int(self._totals[truth])
        name, other = self._labels[truth], self._labels[answered]
        what = f"'{name}' answered rightly" if truth == answered else f"'{name}' answered '{other}'"
        if self._side is Side.CHANGE:
            return f"{what}: {_signed(count)} by compression, of {total}"
        share = f" ({count / total * 100:.0f} %)" if total else ""
        return f"{what}: {count} of {total}{share}"

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """The cell under a point of the viewport."""
        x = point.x() - self._names.left + self.horizontalScrollBar().value()
        y = point.y() - self._names.top + self.verticalScrollBar().value()
        if point.x() < self._names.left or point.y() < self._names.top:
            return None
        answered, truth = x // self.cell_width, y // self.cell_size
        classes = len(self._counts)
        return (truth, answered) if 0 <= truth < classes and 0 <= answered < classes else None

    def rect_of(self, truth: int, answered: int) -> QRect:
        """Where a cell is in the viewport."""
        size, width = self.cell_size, self.cell_width
        left = self._names.left + answered * width - self.horizontalScrollBar().value()
        top = self._names.top + truth * size - self.verticalScrollBar().value()
        return QRect(left, top, width, size)

    def sizeHint(self) -> QSize:
        """Qt: room for ten classes."""
        return QSize(320, 280)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the cells in sight, then the names over what scrolled under them."""
        painter = QPainter(self.viewport())
        if not len(self._counts):
            return
        size, left, top = self.cell_size, self._names.left, self._names.top
        shown = self.viewport().rect()
        width = self.cell_width
        first_column = self.horizontalScrollBar().value() // width
        first_row = self.verticalScrollBar().value() // size
        classes = len(self._counts)
        columns = range(first_column, min(classes, first_column + (shown.width() - left) // width + 2))
        rows = range(first_row, min(classes, first_row + (shown.height() - top) // size + 2))
        painter.save()
        painter.setClipRect(shown.adjusted(left, top, 0, 0))
        self._paint_cells(painter, rows, columns)
        self._paint_frames(painter)
        painter.restore()
        self._names.paint(painter, shown.size(), rows, columns, self.rect_of)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: choose the cell."""
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self._frame(*cell)
            self._choose()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: a hand over what can be chosen."""
        cell = self.cell_at(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if cell is not None else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt: the cell in words as a tip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            if cell is not None:
                QToolTip.showText(event.globalPos(), self.words(*cell), self.viewport(), self.rect_of(*cell))
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: move the frame, choose, zoom."""
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        last = len(self._counts) - 1
        if last < 0:
            super().keyPressEvent(event)
        elif key in steps:
            down, across = steps[key]
            truth, answered = self._framed
            self._frame(min(max(truth + down, 0), last), min(max(answered + across, 0), last))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._frame(self._framed[0], 0 if key == Qt.Key.Key_Home else last)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self._zoom(key == Qt.Key.Key_Plus)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Qt: with Ctrl zoom, else scroll."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(event.angleDelta().y() > 0)
            return
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: fit."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Qt: draw again in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._names = ConfusionNames(self._labels, self.font())
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._fit()

    def _paint_cells(self, painter: QPainter, rows: range, columns: range) -> None:
        size, width = self.cell_size, self.cell_width
        counts = self._counts[rows.start : rows.stop, columns.start : columns.stop]
        diagonal = np.equal.outer(np.arange(rows.start, rows.stop), np.arange(columns.start, columns.stop))
        totals = self._totals[rows.start : rows.stop]
        depth = strengths(counts, totals, diagonal, self._strongest, self._side)
        first = self.rect_of(rows.start, columns.start)
        area = QRect(first.left(), first.top(), len(columns) * width, len(rows) * size)
        image = picture(counts, diagonal, depth, self._side)
        painter.drawImage(area, image)
        if size >= _GRID_FROM:
            painter.setPen(QColor(theme.colors().raised))
            for place in range(len(columns) + 1):
                painter.drawLine(
                    area.left() + place * width - 1,
                    area.top(),
                    area.left() + place * width - 1,
                    area.bottom(),
                )
            for place in range(len(rows) + 1):
                painter.drawLine(
                    area.left(), area.top() + place * size - 1, area.right(), area.top() + place * size - 1
                )
        metrics = QFontMetricsF(self.font())
        if metrics.height() > size:
            return
        for down, across in zip(*np.nonzero(counts), strict=True):
            count = int(counts[down, across])
            words = _signed(count) if self._side is Side.CHANGE else str(count)
            if metrics.horizontalAdvance(words) + 2 <= width:
                painter.setPen(figure_color(image.pixelColor(int(across), int(down))))
                cell = self.rect_of(rows.start + int(down), columns.start + int(across))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_frames(self, painter: QPainter) -> None:
        chosen = theme.colors()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._chosen is not None:
            painter.setPen(QPen(QColor(chosen.text), 2))
            painter.drawRect(QRectF(self.rect_of(*self._chosen)).adjusted(0, 0, -1, -1))
        if self.hasFocus():
            painter.setPen(QPen(QColor(chosen.text), 2, Qt.PenStyle.DotLine))
            painter.drawRect(QRectF(self.rect_of(*self._framed)).adjusted(0, 0, -1, -1))

    def _frame(self, truth: int, answered: int) -> None:
        self._framed = (truth, answered)
        self._describe()
        area = self.rect_of(truth, answered)
        for bar, low, high, start, end in (
            (
                self.horizontalScrollBar(),
                area.left(),
                area.right(),
                self._names.left,
                self.viewport().width(),
            ),
            (self.verticalScrollBar(), area.top(), area.bottom(), self._names.top, self.viewport().height()),
        ):
            if low < start:
                bar.setValue(bar.value() + low - start)
            elif high >= end:
                bar.setValue(bar.value() + high - end + 1)
        self.viewport().update()
        self.cell_framed.emit(truth, answered)

    def _choose(self) -> None:
        self._chosen = self._framed
        self.viewport().update()
        self.cell_chosen.emit(*self._framed)

    def _zoom(self, closer: bool) -> None:
        size = self.cell_size
        wanted = max(size + 1, round(size * _ZOOM)) if closer else min(size - 1, round(size / _ZOOM))
        self._wanted = None
        fitting = self.cell_size
        self._wanted = None if wanted <= fitting else min(_LARGEST, wanted)
        self._fit()
        self._frame(*self._framed)

    def _fit(self) -> None:
        classes = len(self._counts)
        view = self.viewport()
        for bar, size, room in (
            (self.horizontalScrollBar(), self.cell_width, view.width() - self._names.left),
            (self.verticalScrollBar(), self.cell_size, view.height() - self._names.top),
        ):
            bar.setRange(0, max(0, classes * size - room))
            bar.setPageStep(max(1, room))
            bar.setSingleStep(max(size, 1))
        view.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(self.words(*self._framed))


def _signed(count: int) -> str:
    return f"+{count}" if count > 0 else f"−{-count}" if count < 0 else "0"
