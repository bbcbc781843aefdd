"""The stepper: the journey's six steps, each with a mark that says how it stands."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from studio.core.steps import Step, StepState
from studio.ui import theme
from studio.ui.icons import paint_icon
from studio.ui.theme import GRID

TITLES = {
    Step.MODEL: "Model",
    Step.COMPRESS: "Compress",
    Step.LAYERS: "Layers",
    Step.REVIEW: "Review",
    Step.EXPORT: "Export",
    Step.LIVE: "Live",
}
_MARKS = {
    StepState.DONE: ("done", "good", "Done"),
    StepState.NEEDS_YOU: ("needs_you", "warning", "Needs you"),
    StepState.WORKING: ("working", "accent", "Working on it"),
    StepState.BLOCKED: ("blocked", "danger", "Blocked: finish the review first"),
    StepState.WAITING: ("waiting", "muted", "Waits for an earlier step"),
}


class StepButton(QAbstractButton):
    """One step: its icon and title, and its state as an icon at the right."""

    def __init__(self, step: Step, number: int) -> None:
        super().__init__()
        self._step = step
        self._number = number
        self._state = StepState.WAITING
        self.setText(TITLES[step])
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_state(StepState.WAITING)

    @property
    def state(self) -> StepState:
        """How the step stands."""
        return self._state

    def set_state(self, state: StepState) -> None:
        """Show another state mark."""
        self._state = state
        words = _MARKS[state][2]
        self.setToolTip(f"{words} · Ctrl+{self._number}")
        self.setAccessibleName(f"Step {self._number}, {self.text()}: {words}")
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: wide enough for the longest title."""
        return QSize(176, 5 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the row."""
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(chosen.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            fill = chosen.accent_soft if self.isChecked() else chosen.raised
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(area, 6, 6)
        middle = self.height() / 2
        color = chosen.accent if self.isChecked() else chosen.text
        paint_icon(painter, self._step.value, color, QRectF(12, middle - 10, 20, 20))
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(self.rect().adjusted(42, 0, -36, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        name, part, _ = _MARKS[self._state]
        mark = QRectF(self.width() - 30, middle - 9, 18, 18)
        paint_icon(painter, name, str(getattr(chosen, part)), mark)


class Stepper(QWidget):
    """All six steps; `step_chosen` when the user clicks one."""

    step_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, 2 * GRID, GRID, GRID)
        layout.setSpacing(4)
        self._buttons: dict[Step, StepButton] = {}
        for number, step in enumerate(Step, 1):
            button = StepButton(step, number)
            self._buttons[step] = button
            self._group.addButton(button, number)
            layout.addWidget(button)
        layout.addStretch(1)
        self.setFixedWidth(184)
        self._group.idClicked.connect(self._on_clicked)

    def button(self, step: Step) -> StepButton:
        """The button of a step."""
        return self._buttons[step]

    def set_current(self, step: Step) -> None:
        """Mark the step whose page is shown."""
        self._buttons[step].setChecked(True)

    def set_states(self, states: dict[Step, StepState]) -> None:
        """Show how every step stands."""
        for step, state in states.items():
            self._buttons[step].set_state(state)

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.step_chosen.emit(list(Step)[number - 1].value)
