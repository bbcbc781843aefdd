"""What the generated C is tuned for: storage, speed, or a balance."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.core.build import Optimize
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import label
from studio.ui.widgets.section import Section

_TUNED_FOR = {
    Optimize.SIZE: "little storage (size)",
    Optimize.BALANCED: "a balance of both",
    Optimize.SPEED: "quick answers (speed)",
}


class TuningChoices(Section):
    """`optimize_chosen` carries a value of `Optimize`."""

    optimize_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What the C code is tuned for", parent=parent)
        self.field = ChoiceField({one.value: words for one, words in _TUNED_FOR.items()}, "Tuned for")
        self.body.addWidget(self.field)
        words = "The answers are the same to the bit; code size and time differ."
        self.body.addWidget(label(words, "small", wrap=True))
        self.field.activated.connect(self._on_activated)

    def set_optimize(self, optimize: Optimize) -> None:
        """Show this choice."""
        self.field.show_value(optimize)
        self.set_summary(optimize.value)

    @Slot(int)
    def _on_activated(self, _place: int) -> None:
        self.optimize_chosen.emit(self.field.value)
