"""A section that folds: its title with what is chosen in it, and its body below while it is open."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.icons import paint_icon
from studio.ui.theme import GRID, set_role

_ARROW = 16


class _Header(QAbstractButton):
    """The line one clicks (or presses Space on) to fold."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setText(title)
        self.setCheckable(True)
        self.setAccessibleName(title)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.summary = ""

    def sizeHint(self) -> QSize:
        return QSize(160, 5 * GRID)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = GRID + GRID // 2
        middle = self.height() / 2
        name = "unfolded" if self.isChecked() else "folded"
        color = chosen.text if self.underMouse() else chosen.muted
        paint_icon(painter, name, color, QRectF(edge, middle - _ARROW / 2, _ARROW, _ARROW))
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(QColor(chosen.text if self.isEnabled() else chosen.before))
        left = edge + _ARROW + GRID
        title = QFontMetrics(bold).horizontalAdvance(self.text())
        line = QRectF(left, 0, self.width() - left - edge, self.height())
        middle_left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(line, middle_left, self.text())
        if self.summary:
            painter.setFont(self.font())
            painter.setPen(QColor(chosen.muted))
            room = line.adjusted(title + 2 * GRID, 0, 0, 0)
            words = self.fontMetrics().elidedText(
                self.summary, Qt.TextElideMode.ElideRight, max(0, round(room.width()))
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, words)
        if self.hasFocus():
            painter.setPen(QPen(QColor(chosen.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), 6, 6)


class Section(QFrame):
    """A card whose `body` folds away; `summary` says in the header what is chosen inside."""

    unfolded = Signal(bool)

    def __init__(self, title: str, *, unfolded: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.header = _Header(title)
        self.inside = QWidget()
        self.body = QVBoxLayout(self.inside)
        self.body.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        self.body.setSpacing(GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.inside)
        self.header.setChecked(unfolded)
        self.inside.setVisible(unfolded)
        self.header.toggled.connect(self._on_toggled)

    @property
    def summary(self) -> str:
        """What the header says besides the title."""
        return self.header.summary

    def set_summary(self, words: str) -> None:
        """Say in the header what is chosen inside."""
        if words != self.header.summary:
            self.header.summary = words
            self.header.setAccessibleDescription(words)
            self.header.setToolTip(words)
            self.header.update()

    def set_unfolded(self, unfolded: bool) -> None:
        """Open or fold."""
        self.header.setChecked(unfolded)

    @Slot(bool)
    def _on_toggled(self, unfolded: bool) -> None:
        self.inside.setVisible(unfolded)
        self.unfolded.emit(unfolded)
