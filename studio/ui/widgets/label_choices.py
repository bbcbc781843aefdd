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
        layout.addWidget(self.plain_button, len(rows) + 1, 0, 1, 2)
        layout.addWidget(label(_ABOUT, "small", wrap=True), len(rows) + 2, 0, 1, 2)
        self._differs = label("", "warning", wrap=True)
        self._differs.hide()
        layout.addWidget(self._differs, len(rows), 0, 1, 2)
        for number in (self.averaged, self.threshold, self.hysteresis):
            number.valueChanged.connect(self._on_changed)
        self.gap.valueChanged.connect(self._on_changed)
        self.plain_button.clicked.connect(lambda: self.set_choice(PostProcessing()))
        self._reviewed: float | None = None
        self._exact = PostProcessing()
        self._show_use()

    @property
    def differs(self) -> str:
        """What is said where the threshold is not the reviewed one."""
        return self._differs.text() if not self._differs.isHidden() else ""

    def set_reviewed(self, threshold: float | None) -> None:
        """The threshold that the review of the running model holds for; None: there is none to compare with."""
        self._reviewed = threshold
        self._show_use()

    @property
    def choice(self) -> PostProcessing:
        """What is set."""
        percent = self.threshold.value()
        exact = self._exact.threshold  # finer than the field, as long as nobody moves it
        return PostProcessing(
            self.averaged.value(),
            exact if round(exact * 100) == percent else percent / 100,
            self.hysteresis.value() / 100,
            self.gap.value(),
        )

    def set_choice(self, wanted: PostProcessing) -> None:
        """Set these."""
        if wanted == self.choice:
            return
        self._exact = wanted
        self.averaged.show_value(wanted.averaged)
        self.threshold.show_value(round(wanted.threshold * 100))
        self.hysteresis.show_value(round(wanted.hysteresis * 100))
        self.gap.show_value(wanted.gap_s)
        self._on_changed()

    def _show_use(self) -> None:
        self.plain_button.setEnabled(self.choice != PostProcessing())
        differs = self._reviewed is not None and self._reviewed != self.choice.threshold
        self._differs.setVisible(differs)
        if differs:
            now, reviewed = self.choice.threshold * 100, (self._reviewed or 0.0) * 100
            self._differs.setText(
                f"The review of this model holds for a threshold of {reviewed:.4g} %, not {now:.4g} %."
            )

    @Slot()
    def _on_changed(self, *_: object) -> None:
        self._show_use()
        self.chosen.emit(self.choice)
