"""What a data set holds: its splits with their classes as small bars, its groups and its notes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.core.dataset import Dataset, Task
from studio.core.formatting import show_shape
from studio.ui.theme import GRID
from studio.ui.widgets.class_balance import ClassBars as ClassBars
from studio.ui.widgets.layouts import label

_PURPOSES = {"train": "Training", "validation": "Validation", "test": "Test"}


class DataSummary(QWidget):
    """The data set in a few lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(2, 1)
        self._words = label("", wrap=True)
        self._steps = label("", "muted", wrap=True)
        self._notes = label("", "warning", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._grid)
        layout.addWidget(self._words)
        layout.addWidget(self._steps)
        layout.addWidget(self._notes)

    def set_dataset(self, dataset: Dataset) -> None:
        """Show this data set."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line, split in enumerate(dataset.splits):
            purpose = "Calibration and test" if dataset.single else _PURPOSES.get(split.name, split.name)
            self._grid.addWidget(label(purpose), line, 0)
            count = label(f"{split.samples:,}", "muted")
            self._grid.addWidget(count, line, 1, Qt.AlignmentFlag.AlignRight)
            if split.class_counts:
                self._grid.addWidget(ClassBars(split.class_counts, dataset.labels), line, 2)
        self._words.setText("\n".join(_sentences(dataset)))
        self._steps.setText(" ".join(dataset.steps))
        self._steps.setVisible(bool(dataset.steps))
        self._notes.setText("\n".join(dataset.notes))
        self._notes.setVisible(bool(dataset.notes))


def balance(dataset: Dataset) -> str:
    """How evenly the classes are spread in the test set, in a sentence; "" for numbers."""
    split = dataset.splits[-1]
    if dataset.task is not Task.CLASSIFICATION or not split.class_counts:
        return ""
    empty = [name for name, count in zip(dataset.labels, split.class_counts, strict=False) if not count]
    if empty:
        return f"No test sample of: {_some(empty)}."
    least, most = min(split.class_counts), max(split.class_counts)
    rarest = dataset.labels[split.class_counts.index(least)]
    commonest = dataset.labels[split.class_counts.index(most)]
    if least == most:
        return f"Every class has {least} test samples."
    return f"Test samples of each class: {least} ({rarest}) to {most} ({commonest})."


def _sentences(dataset: Dataset) -> list[str]:
    what = f"{len(dataset.labels)} classes" if dataset.task is Task.CLASSIFICATION else "numbers, not classes"
    if dataset.task is Task.AUTOENCODER:
        what = "what it was given (an autoencoder)"
    found = [f"Each sample is {show_shape(dataset.sample_shape)}; the model answers {what}."]
    spread = balance(dataset)
    if spread:
        found.append(spread)
    train = next((split for split in dataset.splits if split.name == "train" and split.class_counts), None)
    if train is not None:
        missing = [name for name, count in zip(dataset.labels, train.class_counts, strict=False) if not count]
        if missing:
            found.append(f"No training sample of: {_some(missing)}.")
    if dataset.groups:
        found.append(f"Groups that can be compared: {', '.join(dataset.groups)}.")
    return found


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:4])}{'…' if len(names) > 4 else ''}"
