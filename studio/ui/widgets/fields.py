"""Fields that leave the wheel to the page while they have no focus, and undo and redo to the window's menu."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSlider, QSpinBox, QWidget

from studio.ui.theme import GRID

_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


class _Manners(QObject):
    """Passes on what is not the field's own: undo and redo always, the wheel while it has no focus."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: an ignored event goes on to the parent, or to the shortcut."""
        kind = event.type()
        if kind in _KEYS and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            foreign = event.matches(keys.Undo) or event.matches(keys.Redo)
        else:
            foreign = kind == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus()
        if foreign:
            event.ignore()
        return foreign


def _teach(field: QWidget, name: str) -> None:
    field.setAccessibleName(name)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_Manners(field))


class NumberField(QSpinBox):
    """A whole number with its unit."""

    def __init__(
        self,
        low: int,
        high: int,
        name: str,
        *,
        suffix: str = "",
        step: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(GRID // 2, 0, 0, 0)  # a style sheet's padding does not reach it
        _teach(self, name)

    def show_value(self, value: int) -> None:
        """Show this without saying that it was chosen."""
        with QSignalBlocker(self):
            self.setValue(value)


class RealField(QDoubleSpinBox):
    """A number with a fraction, and its unit."""

    def __init__(
        self,
        low: float,
        high: float,
        name: str,
        *,
        decimals: int = 1,
        suffix: str = "",
        step: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setDecimals(decimals)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(GRID // 2, 0, 0, 0)  # a style sheet's padding does not reach it
        _teach(self, name)

    def show_value(self, value: float) -> None:
        """Show this without saying that it was chosen."""
        with QSignalBlocker(self):
            self.setValue(value)


class ChoiceField(QComboBox):
    """One of several, each with the value it stands for."""

    def __init__(self, choices: Mapping[str, str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for value, words in choices.items():
            self.addItem(words, str(value))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        _teach(self, name)

    @property
    def value(self) -> str:
        """What the choice shown stands for."""
        return str(self.currentData())

    def show_value(self, value: str) -> None:
        """Show this choice without saying that it was made."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(str(value)))


class CalmSlider(QSlider):
    """A horizontal slider."""

    def __init__(self, low: int, high: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(low, high)
        self.setSingleStep(1)
        self.setPageStep(10)
        _teach(self, name)
