"""How data without splits of its own is divided: the shares, the group that stays together, and the seed."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.core.dataset import Dataset, SplitChoice
from studio.ui.theme import GRID
from studio.ui.widgets.fields import ChoiceField, NumberField
from studio.ui.widgets.layouts import label

_OWN = "This data comes in splits, which are kept. Where there are none, shares, seed and groups are chosen here."
_WHOLE = "This data is one file, which is used whole, for calibration and for testing alike."
_TEST = "This data has a part for testing alone, which is kept."
_HIGHEST_SEED = 9999
_FIELD = 76  # pixels


class SplitChoices(QWidget):
    """The fields; `chosen` tells the new choice. For data that comes in splits they are away, and words say why."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = SplitChoice()
        self._columns: tuple[str, ...] | None = None
        self.test = NumberField(1, 90, "Share for testing", suffix=" %", step=5)
        self.validation = NumberField(0, 90, "Share for validation", suffix=" %", step=5)
        self.seed = NumberField(0, _HIGHEST_SEED, "Seed of the division")
        self.group = ChoiceField({"": "Nothing"}, "Column whose groups stay together")
        self.group.setMinimumContentsLength(6)
        for field in (self.test, self.validation, self.seed):
            field.setKeyboardTracking(False)
            field.setFixedWidth(_FIELD)
        self.seed.setToolTip("The same seed divides the same way again")
        self.group.setToolTip("Samples of one wearer, device or site are then never in two splits")
        self.words = label("", "muted", wrap=True)
        self.area = QWidget()
        grid = QGridLayout(self.area)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        named: tuple[tuple[str, QWidget], ...] = (
            ("Test", self.test),
            ("Validation", self.validation),
            ("Seed", self.seed),
            ("Keep together", self.group),
        )
        for place, (name, choice) in enumerate(named):
            line, side = divmod(place, 2)
            grid.addWidget(label(name, "muted"), line, 2 * side)
            grid.addWidget(choice, line, 2 * side + 1)
        grid.setColumnStretch(4, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.area)
        layout.addWidget(self.words)
        for field in (self.test, self.validation, self.seed):
            field.valueChanged.connect(self._on_changed)
        self.group.currentIndexChanged.connect(self._on_changed)
        self.set_dataset(None, SplitChoice())

    def set_dataset(self, dataset: Dataset | None, choice: SplitChoice) -> None:
        """Show the choice, and whether it counts for this data set."""
        self._choice = choice
        columns = dataset.group_columns if dataset is not None else ()
        if choice.group and choice.group not in columns:
            columns = (*columns, choice.group)
        if columns != self._columns:
            self._columns = columns
            self.group.blockSignals(True)
            self.group.clear()
            self.group.addItem("Nothing", "")
            for name in columns:
                self.group.addItem(name, name)
            self.group.blockSignals(False)
        self.test.show_value(round(choice.test_share * 100))
        self.validation.show_value(round(choice.validation_share * 100))
        self.seed.show_value(choice.seed)
        self.group.show_value(choice.group)
        divides = dataset is not None and dataset.divided
        self.area.setVisible(divides)
        self.group.setEnabled(bool(columns))
        self.words.setText(_why(dataset) if dataset is not None and not divides else "")
        self.words.setVisible(bool(self.words.text()))

    @Slot()
    def _on_changed(self) -> None:
        choice = replace(
            self._choice,
            seed=self.seed.value(),
            test_share=self.test.value() / 100,
            validation_share=self.validation.value() / 100,
            group=self.group.value,
        )
        if choice != self._choice:
            self._choice = choice
            self.chosen.emit(choice)


def _why(dataset: Dataset) -> str:
    """Why nothing is chosen here."""
    if dataset.single:
        return _WHOLE
    return _OWN if len(dataset.splits) > 1 else _TEST
