"""Controls for one choice each: how numbers are stored, and a share with a slider and a number beside it."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSlider, QSpinBox, QVBoxLayout, QWidget

from studio.core.recipe import Scheme
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label

_TITLES = {
    Scheme.INT8: "8 bits for everything (int8)",
    Scheme.FLOAT32: "As trained, 32 bits (float32)",
    Scheme.DYNAMIC_RANGE: "8 bits for weights only (dynamic range)",
}
_WORDS = {
    Scheme.INT8: "A quarter of the storage and memory, whole-number arithmetic. What microcontrollers run.",
    Scheme.FLOAT32: "Four times the storage and memory of int8, and slow on boards that compute whole numbers only.",
}


class SchemeChoice(QWidget):
    """The ways to store numbers, each with what it means on a microcontroller."""

    scheme_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self.buttons: dict[Scheme, QRadioButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for scheme, title in _TITLES.items():
            button = QRadioButton(title)
            button.setAccessibleName(title)
            words = label(_WORDS.get(scheme) or scheme.why_not_on_microcontrollers or "", "small", wrap=True)
            words.setContentsMargins(3 * GRID, 0, 0, GRID // 2)
            words.setBuddy(button)
            self.buttons[scheme] = button
            self._group.addButton(button)
            layout.addWidget(button)
            layout.addWidget(words)
        self._group.buttonClicked.connect(self._on_clicked)

    def set_scheme(self, scheme: Scheme) -> None:
        """Show the choice without saying that it was made."""
        self.buttons[scheme].setChecked(True)

    @Slot()
    def _on_clicked(self) -> None:
        chosen = next(scheme for scheme, button in self.buttons.items() if button.isChecked())
        self.scheme_chosen.emit(chosen.value)


class ShareSlider(QWidget):
    """A slider from 0 to `most` per cent and a number field that show the same."""

    percent_changed = Signal(int)

    def __init__(self, most: int, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, most)
        self.slider.setSingleStep(1)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(name)
        self.field = QSpinBox()
        self.field.setRange(0, most)
        self.field.setSuffix(" %")
        self.field.setAccessibleName(f"{name} in per cent")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.slider.valueChanged.connect(self._on_changed)
        self.field.valueChanged.connect(self._on_changed)

    def set_percent(self, percent: int) -> None:
        """Show this value without saying that it was chosen."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.field):
            self.slider.setValue(percent)
            self.field.setValue(percent)

    @Slot(int)
    def _on_changed(self, percent: int) -> None:
        self.set_percent(percent)
        self.percent_changed.emit(percent)
