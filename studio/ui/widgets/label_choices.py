"""How scores become labels: averaging, threshold, hysteresis and gap, as numbers to set."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from studio.core.post_processing import PostProcessing
from studio.ui.theme import GRID
from studio.ui.widgets.fields import NumberField, RealField
from studio.ui.widgets.layouts import label

_MOST_AVERAGED = 1000
_LONGEST_GAP_S = 60.0
_ABOUT = (
    "The studio's firmware sends plain scores, so nothing here changes the board. Set what your sketch does with them, "
    "and the label above is the one it would act on."
)


class LabelChoices(QWidget):
    """Four fields and a button that sets them back; `chosen` brings a PostProcessing."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.averaged = NumberField(1, _MOST_AVERAGED, "Results averaged")
        self.threshold = NumberField(0, 100, "Threshold", suffix=" %", step=5)
        self.hysteresis = NumberField(0, 100, "Hysteresis", suffix=" %", step=5)
        self.gap = RealField(0.0, _LONGEST_GAP_S, "Gap after a label", suffix=" s", step=0.5)
        self.plain_button = QPushButton("As the firmware")
        self.plain_button.setToolTip(
            "No averaging, no threshold: the highest score wins, as the firmware does it"
        )
        rows = (
            ("Average of", self.averaged, "The mean of so many results decides (smoothing)"),
            ("Threshold", self.threshold, "A label begins when its mean is at least this"),
            (
                "Hysteresis",
                self.hysteresis,
                "It ends this far below, or when another leads by more than this",
            ),
            ("Gap", self.gap, "No label begins for so long after one has ended (refractory time)"),
        )
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.setColumnStretch(0, 1)
        for place, (words, field, tip) in enumerate(rows):
            title = label(words, "muted")
            title.setToolTip(tip)
            field.setToolTip(tip)
            layout.addWidget(title, place, 0)
            layout.addWidget(field, place, 1)
        layout.addWidget(self.plain_button, len(rows), 0, 1, 2)
        layout.addWidget(label(_ABOUT, "small", wrap=True), len(rows) + 1, 0, 1, 2)
        for number in (self.averaged, self.threshold, self.hysteresis):
            number.valueChanged.connect(self._on_changed)
        self.gap.valueChanged.connect(self._on_changed)
        self.plain_button.clicked.connect(lambda: self.set_choice(PostProcessing()))
        self._show_use()

    @property
    def choice(self) -> PostProcessing:
        """What is set."""
        return PostProcessing(
            self.averaged.value(),
            self.threshold.value() / 100,
            self.hysteresis.value() / 100,
            self.gap.value(),
        )

    def set_choice(self, wanted: PostProcessing) -> None:
        """Set these."""
        if wanted == self.choice:
            return
        self.averaged.show_value(wanted.averaged)
        self.threshold.show_value(round(wanted.threshold * 100))
        self.hysteresis.show_value(round(wanted.hysteresis * 100))
        self.gap.show_value(wanted.gap_s)
        self._on_changed()

    def _show_use(self) -> None:
        self.plain_button.setEnabled(self.choice != PostProcessing())

    @Slot()
    def _on_changed(self, *_: object) -> None:
        self._show_use()
        self.chosen.emit(self.choice)
