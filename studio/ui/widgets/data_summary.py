"""What a data set holds: its splits with their classes as small bars, its groups and its notes."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from studio.core.dataset import Dataset, Task
from studio.core.formatting import show_shape
from studio.ui import theme
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label

_PURPOSES = {"train": "Training", "validation": "Validation", "test": "Test"}


class ClassBars(QWidget):
    """The number of samples of each class as bars from the same zero; a class without samples is a red stroke."""

    def __init__(
        self, counts: tuple[int, ...], labels: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._counts = counts
        self._labels = labels
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(self._words(index) for index in range(len(counts))))

    def sizeHint(self) -> QSize:
        """Qt: the height of a line of text."""
        return QSize(120, 3 * GRID)

    def event(self, event: QEvent) -> bool:
        """Qt: say which class is under the mouse."""
        if isinstance(event, QHelpEvent) and self._counts:
            index = int(event.pos().x() / max(1, self.width()) * len(self._counts))
            QToolTip.showText(event.globalPos(), self._words(max(0, min(index, len(self._counts) - 1))), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the bars."""
        if not self._counts:
            return
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        most = max(*self._counts, 1)
        step = self.width() / len(self._counts)
        gap = 2.0 if step > 6 else 0.0
        for index, count in enumerate(self._counts):
            height = max(count / most * self.height(), 2.0)
            painter.setBrush(QColor(chosen.accent if count else chosen.danger))
            painter.drawRect(QRectF(index * step, self.height() - height, step - gap, height))

    def _words(self, index: int) -> str:
        return f"{self._labels[index]}: {self._counts[index]}"


class DataSummary(QWidget):
    """The data set in a few lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(2, 1)
        self._words = label("", wrap=True)
        self._notes = label("", "warning", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._grid)
        layout.addWidget(self._words)
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
        self._notes.setText("\n".join(dataset.notes))
        self._notes.setVisible(bool(dataset.notes))


def balance(dataset: Dataset) -> str:
    """How evenly the classes are spread in the test set, in a sentence; "" for numbers."""
    split = dataset.splits[-1]
    if dataset.task is not Task.CLASSIFICATION or not split.class_counts:
        return ""
    empty = [name for name, count in zip(dataset.labels, split.class_counts, strict=False) if not count]
    if empty:
        return f"No test sample of: {', '.join(empty[:4])}{'…' if len(empty) > 4 else ''}."
    least, most = min(split.class_counts), max(split.class_counts)
    rarest = dataset.labels[split.class_counts.index(least)]
    commonest = dataset.labels[split.class_counts.index(most)]
    if least == most:
        return f"Every class has {least} test samples."
    return f"Test samples of each class: {least} ({rarest}) to {most} ({commonest})."


def _sentences(dataset: Dataset) -> list[str]:
    what = f"{len(dataset.labels)} classes" if dataset.task is Task.CLASSIFICATION else "numbers, not classes"
    found = [f"Each sample is {show_shape(dataset.sample_shape)}; the model answers {what}."]
    spread = balance(dataset)
    if spread:
        found.append(spread)
    if dataset.groups:
        found.append(f"Groups that can be compared: {', '.join(dataset.groups)}.")
    return found
