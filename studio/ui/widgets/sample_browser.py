"""The samples of a data set to leaf through: a few side by side, of one split, of all classes or of one."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.core.dataset import Dataset, Task
from studio.core.errors import StudioError
from studio.core.sample_rows import classes_of, in_turns, read_answers, read_rows
from studio.ui.theme import GRID
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.sample_view import SampleView
from studio.ui.widgets.switch import Switch

_MOST = 6
_NARROWEST = 96  # pixels for one sample
_PURPOSES = (("train", "Training"), ("validation", "Validation"), ("test", "Test"))
_ALL = "-1"

Rows = npt.NDArray[np.int64]


class SampleBrowser(QWidget):
    """Reads only the samples it shows, and those only while it can be seen. `failed` tells why it could not."""

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._answers: npt.NDArray[np.generic] | None = None
        self._rows: Rows = np.zeros(0, np.int64)
        self._first = 0
        self._due = False
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._fill)
        self.heading = label("Samples", "heading")
        self.splits = Switch("Split shown", _PURPOSES)
        self.classes = ChoiceField({_ALL: "All classes"}, "Class shown")
        self.place = label("", "muted")
        self.back = _arrow(Qt.ArrowType.LeftArrow, "Samples before these")
        self.on = _arrow(Qt.ArrowType.RightArrow, "Samples after these")
        self.views = tuple(SampleView() for _ in range(_MOST))
        strip = QHBoxLayout()
        strip.setSpacing(GRID)
        for view in self.views:
            view.setMinimumSize(_NARROWEST // 2, 13 * GRID)
            strip.addWidget(view, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.heading, None, self.splits))
        layout.addLayout(row(self.classes, None, self.place, self.back, self.on))
        layout.addLayout(strip, 1)
        self.splits.chosen.connect(self._on_split)
        self.classes.currentIndexChanged.connect(self._on_class)
        self.back.clicked.connect(self._on_back)
        self.on.clicked.connect(self._on_on)

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows of the split that are shown now."""
        return tuple(int(number) for number in self._rows[self._first : self._first + self._count])

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Show samples of this data set, from the beginning."""
        self._dataset = dataset
        if dataset is None:
            self._rows = np.zeros(0, np.int64)
            self._fill()
            return
        names = [info.name for info in dataset.splits]
        for name, _ in _PURPOSES:
            self.splits.buttons[name].setVisible(name in names)
        self.splits.setVisible(len(names) > 1)
        if self.splits.value not in names:
            self.splits.set_value(names[-1])
        with QSignalBlocker(self.classes):
            self.classes.clear()
            self.classes.addItem("All classes", _ALL)
            for number, name in enumerate(dataset.labels):
                self.classes.addItem(name, str(number))
        self.classes.setVisible(dataset.task is Task.CLASSIFICATION)
        self._load()

    def showEvent(self, event: object) -> None:
        """Qt: read what was due while nobody could see it."""
        if self._due:
            self._load()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: as many samples as there is room for, once this event is over: filling changes the layout again."""
        if isValid(self):  # a window that is being taken apart is still resized
            self._later.start(0)

    @property
    def _count(self) -> int:
        return min(max(self.width() // _NARROWEST, 1), _MOST)

    def _load(self) -> None:
        self._due = not self.isVisible()
        if self._due or self._dataset is None:
            return
        self._first = 0
        try:
            self._answers = classes_of(self._dataset, read_answers(self._dataset, self.splits.value))
        except StudioError as error:
            self._answers = None
            self.failed.emit(str(error))
        self._choose()

    def _choose(self) -> None:
        """The rows that can be leafed through: those of a class, or all with the classes in turns."""
        answers = self._answers
        total = (
            next((info.samples for info in self._dataset.splits if info.name == self.splits.value), 0)
            if self._dataset is not None
            else 0
        )
        if answers is None or answers.ndim != 1 or not np.issubdtype(answers.dtype, np.integer):
            self._rows = np.arange(total if answers is None else len(answers), dtype=np.int64)
        elif self.classes.value not in (_ALL, "None"):
            self._rows = np.flatnonzero(answers == int(self.classes.value)).astype(np.int64)
        else:
            self._rows = in_turns(answers)
        self._first = 0
        self._fill()

    @Slot()
    def _fill(self) -> None:
        rows = self.rows
        dataset, values = self._dataset, None
        if dataset is not None and rows:
            try:
                values, _ = read_rows(dataset, self.splits.value, rows)
            except StudioError as error:
                self.failed.emit(str(error))
        for place, view in enumerate(self.views):
            view.setVisible(place < self._count)
            if dataset is not None and values is not None and place < len(rows):
                view.set_sample(values[place], dataset.sample_shape, self._label(dataset, rows[place]))
            else:
                view.clear()
        self.back.setEnabled(self._first > 0)
        self.on.setEnabled(self._first + self._count < len(self._rows))
        last = min(self._first + self._count, len(self._rows))
        self.place.setText(f"{self._first + 1:,}–{last:,} of {len(self._rows):,}" if rows else "None")

    def _label(self, dataset: Dataset, sample: int) -> str:
        if self._answers is None:
            return ""
        answer = self._answers[sample]
        if dataset.task is Task.CLASSIFICATION:
            return dataset.labels[int(answer)]
        numbers = np.atleast_1d(np.asarray(answer)).reshape(-1)
        if dataset.task is Task.AUTOENCODER:
            return ("normal", "anomaly")[int(numbers[0] > 0)] if len(numbers) == 1 else ""
        shown = ", ".join(f"{float(number):.4g}" for number in numbers[:3])
        return f"{shown}…" if len(numbers) > 3 else shown

    @Slot(str)
    def _on_split(self, value: str) -> None:
        self._load()

    @Slot(int)
    def _on_class(self, place: int) -> None:
        self._choose()

    @Slot()
    def _on_back(self) -> None:
        self._first = max(self._first - self._count, 0)
        self._fill()

    @Slot()
    def _on_on(self) -> None:
        self._first += self._count
        self._fill()


def _arrow(kind: Qt.ArrowType, words: str) -> QToolButton:
    button = QToolButton()
    button.setArrowType(kind)
    button.setAutoRaise(True)
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
