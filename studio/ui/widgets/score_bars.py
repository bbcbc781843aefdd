"""The scores of this moment: a row for each class with its colour, a bar and a figure; also the plot's legend."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import theme
from studio.ui.widgets.line_colors import line_color

_ROW = 24
_FIGURE = 60


class ScoreBars(QWidget):
    """Rows for `names`; the highest score of a classifier is written in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._scores: tuple[float, ...] = ()
        self._classifies = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_names(self, names: tuple[str, ...], *, classifies: bool) -> None:
        """Show a row for each of these."""
        self._names, self._classifies, self._scores = names, classifies, ()
        self.updateGeometry()
        self._describe()
        self.update()

    def set_scores(self, scores: tuple[float, ...]) -> None:
        """Show these, one for each name; none empties the rows."""
        if scores != self._scores:
            self._scores = scores
            self._describe()
            self.update()

    def sizeHint(self) -> QSize:
        """Qt: a row for each name."""
        return QSize(200, max(1, len(self._names)) * _ROW)

    def minimumSizeHint(self) -> QSize:
        """Qt: as high as the hint."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the rows."""
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        best = max(range(len(self._scores)), key=self._scores.__getitem__) if self._scores else -1
        plain, bold = QFont(self.font()), QFont(self.font())
        bold.setBold(True)
        for place, name in enumerate(self._names):
            top = place * _ROW
            painter.setFont(bold if place == best and self._classifies else plain)
            painter.setPen(QColor(chosen.text))
            middle = Qt.AlignmentFlag.AlignVCenter
            width = self.width() - _FIGURE - 20
            words = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(16, top, width, _ROW - 6), middle, words)
            if self._scores:
                score = self._scores[place]
                figure = f"{score * 100:.1f} %" if self._classifies else f"{score:.3f}"
                edge = QRectF(self.width() - _FIGURE, top, _FIGURE, _ROW - 6)
                painter.drawText(edge, middle | Qt.AlignmentFlag.AlignRight, figure)
            self._draw_sign(painter, place, top)
            if self._classifies:
                track = QRectF(0, top + _ROW - 5, self.width(), 3)
                if self._scores:
                    share = min(max(self._scores[place], 0.0), 1.0)
                    painter.drawRect(QRectF(track.x(), track.y(), track.width() * share, track.height()))

    def _draw_sign(self, painter: QPainter, place: int, top: int) -> None:
        """The line's colour; hollow where the colours begin again, darker or lighter."""
        color = line_color(place)
        hollow = place >= len(theme.colors().series)
        painter.setPen(QPen(color, 2) if hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else color)
        painter.drawRoundedRect(QRectF(1, top + 5, 8, 8) if hollow else QRectF(0, top + 4, 10, 10), 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)

    def _describe(self) -> None:
        pairs = zip(self._names, self._scores, strict=False)
        self.setAccessibleName("Scores now: " + ", ".join(f"{name} {score:.2f}" for name, score in pairs))
