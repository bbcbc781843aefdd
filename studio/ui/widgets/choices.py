"""Controls for one choice each: how numbers are stored, and a share with a slider and a number beside it."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from studio.core.recipe import Scheme
from studio.ui.theme import GRID
from studio.ui.widgets.fields import CalmSlider, NumberField
from studio.ui.widgets.layouts import label

_TITLES = {
    Scheme.INT8: "8 bits for everything (int8)",
    Scheme.INT4: "4-bit weights (int4)",
    Scheme.INT16: "16-bit activations (int16×8)",
    Scheme.FLOAT32: "As trained, 32 bits (float32)",
    Scheme.FLOAT16: "16-bit weights (float16)",
    Scheme.DYNAMIC_RANGE: "8-bit weights (dynamic range)",
    Scheme.WEIGHTS_ONLY: "8-bit weights (weights only)",
}
_WORDS = {
    Scheme.INT8: "A quarter of the storage and memory, whole-number arithmetic. What microcontrollers run.",
    Scheme.INT4: "Weights take half of what int8 needs. Costs accuracy; “Recover accuracy” wins much of it back.",
    Scheme.INT16: "For signals with a wide range. Storage as int8, twice its memory, slower.",
    Scheme.FLOAT32: "Four times the storage and memory of int8, and slow on boards that compute whole numbers only.",
    Scheme.FLOAT16: "Half of the storage; phones and Linux boards turn it back to 32 bits while loading.",
    Scheme.DYNAMIC_RANGE: "A quarter of the storage, computed in floats and 8 bits mixed. For phones and Linux boards.",
    Scheme.WEIGHTS_ONLY: "A quarter of the storage, computed in 32 bits. For phones and Linux boards.",
}
_SHORT_REASON = {
    Scheme.FLOAT16: "Not here: a microcontroller would need a float32 copy too.",
    Scheme.DYNAMIC_RANGE: "Not here: engines for microcontrollers refuse this mix.",
    Scheme.WEIGHTS_ONLY: "Not here: turned back to float32 before each use.",
}


class SchemeChoice(QWidget):
    """The ways to store numbers. The chosen one says what it means, a refused one why it cannot be had."""

    scheme_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._refused: frozenset[Scheme] = frozenset()
        self.buttons: dict[Scheme, QRadioButton] = {}
        self.words: dict[Scheme, QLabel] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        for scheme, title in _TITLES.items():
            button = QRadioButton(title)
            button.setAccessibleName(title)
            words = label("", "small", wrap=True)
            words.setContentsMargins(3 * GRID - 2, 0, 0, GRID // 2)
            self.buttons[scheme] = button
            self.words[scheme] = words
            self._group.addButton(button)
            layout.addWidget(button)
            layout.addWidget(words)
        self._group.buttonClicked.connect(self._on_clicked)
        self.set_scheme(Scheme.INT8)

    def set_scheme(self, scheme: Scheme) -> None:
        """Show the choice without saying that it was made."""
        self.buttons[scheme].setChecked(True)
        self._show_words()

    def set_microcontroller(self, microcontroller: bool) -> None:
        """Refuse what only phones and Linux boards run, with the reason; or offer everything."""
        refused = (
            frozenset(s for s in Scheme if s.why_not_on_microcontrollers) if microcontroller else frozenset()
        )
        if refused == self._refused:
            return
        self._refused = refused
        for scheme, button in self.buttons.items():
            button.setEnabled(scheme not in refused)
            button.setToolTip((scheme.why_not_on_microcontrollers or "") if scheme in refused else "")
        self._show_words()

    def _show_words(self) -> None:
        for scheme, words in self.words.items():
            if scheme in self._refused:
                words.setText(_SHORT_REASON.get(scheme, ""))
            else:
                words.setText(_WORDS[scheme] if self.buttons[scheme].isChecked() else "")
            words.setVisible(bool(words.text()))

    @Slot()
    def _on_clicked(self) -> None:
        chosen = next(scheme for scheme, button in self.buttons.items() if button.isChecked())
        self._show_words()
        self.scheme_chosen.emit(chosen.value)


class ShareSlider(QWidget):
    """A slider from `least` to `most` per cent and a number field that show the same."""

    percent_changed = Signal(int)

    def __init__(self, most: int, name: str, *, least: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = CalmSlider(least, most, name)
        self.field = NumberField(least, most, f"{name} in per cent", suffix=" %")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.field)
        self.slider.valueChanged.connect(self._on_changed)
        self.field.valueChanged.connect(self._on_changed)

    @property
    def percent(self) -> int:
        """What is shown."""
        return self.field.value()

    def set_percent(self, percent: int) -> None:
        """Show this value without saying that it was chosen."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(percent)
        self.field.show_value(percent)

    @Slot(int)
    def _on_changed(self, percent: int) -> None:
        self.set_percent(percent)
        self.percent_changed.emit(percent)
