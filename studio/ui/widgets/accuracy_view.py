"""The accuracy looked at closely: the figures, where the mistakes are, what compression changed, and the samples."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.core.answers import Overview, read_overview
from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Evaluation
from studio.core.sample_rows import read_rows
from studio.ui.aside import Aside
from studio.ui.theme import GRID
from studio.ui.widgets.class_answers import ClassAnswers
from studio.ui.widgets.headline import Headline
from studio.ui.widgets.layouts import label
from studio.ui.widgets.number_answers import NumberAnswers
from studio.ui.widgets.sample_panel import SamplePanel

_NO_ACCURACY = (
    "No accuracy yet. It is measured once there are a model and data: choose both on the Model page."
)
_NO_ANSWERS = "The single answers follow once the whole test set is measured."
_PANEL_WIDTH = 26 * GRID

Values = npt.NDArray[np.float32]


class AccuracyView(QWidget):
    """An evaluation with its samples. Files are read beside the window's thread; until then the figures stand alone.

    Hidden it reads nothing: what came in meanwhile is read when it is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evaluation: Evaluation | None = None
        self._dataset: Dataset | None = None
        self._overview: Overview | None = None
        self._read = ""  # the predictions that the overview was read from, or is being read from
        self._reader = Aside(self)
        self._sampler = Aside(self)
        self.empty = label("", "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.headline = Headline()
        self.classes = ClassAnswers()
        self.numbers = NumberAnswers()
        self.panel = SamplePanel()
        self.panel.setMinimumWidth(16 * GRID)
        self.faces = QStackedWidget()
        self.faces.addWidget(self.classes)
        self.faces.addWidget(self.numbers)
        self.sides = QSplitter(Qt.Orientation.Horizontal)
        self.sides.addWidget(self.faces)
        side = QWidget()
        inside = QHBoxLayout(side)
        inside.setContentsMargins(GRID, 0, 0, 0)
        inside.addWidget(self.panel)
        self.sides.addWidget(side)
        self.sides.setStretchFactor(0, 1)
        self.sides.setStretchFactor(1, 0)
        self.sides.setChildrenCollapsible(False)
        self.sides.setSizes([56 * GRID, _PANEL_WIDTH])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.headline)
        layout.addWidget(self.sides, 1)
        self.classes.samples_chosen.connect(self._on_samples)
        self.numbers.samples_chosen.connect(self._on_samples)
        self.panel.moved.connect(self._on_moved)
        self.panel.values_wanted.connect(self._on_values_wanted)
        for keys, button in (("Alt+Left", self.panel.previous), ("Alt+Right", self.panel.next)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        self._show_empty(_NO_ACCURACY)

    @property
    def evaluation(self) -> Evaluation | None:
        """What is shown."""
        return self._evaluation

    @property
    def overview(self) -> Overview | None:
        """The single answers, once they were read."""
        return self._overview

    @property
    def _row(self) -> int | None:
        """The number in the split of the sample that is looked at."""
        sample = self.panel.sample
        return None if self._overview is None or sample is None else int(self._overview.answers.rows[sample])

    def set_evaluation(
        self,
        evaluation: Evaluation | None,
        dataset: Dataset | None,
        *,
        preview: bool = False,
        words: str = "",
    ) -> None:
        """Show these figures; `words` say what to do, or what is under way, where there are none."""
        if evaluation is None or dataset is None:
            self._forget()
            self._show_empty(words or _NO_ACCURACY)
            return
        self.headline.set_evaluation(evaluation, preview=preview)
        if (evaluation, dataset) == (self._evaluation, self._dataset):
            return
        other = self._dataset is None or self._dataset.sha256 != dataset.sha256
        self._evaluation, self._dataset = evaluation, dataset
        if other:
            self._sampler.forget()
            self._overview = None
            self.panel.set_answers(None, ())
            self.panel.set_hint("")
        self.empty.hide()
        self.headline.show()
        self.sides.show()
        classes = evaluation.task is Task.CLASSIFICATION
        self.faces.setCurrentWidget(self.classes if classes else self.numbers)
        if classes:
            self.classes.set_evaluation(evaluation, dataset.labels)
        if self.isVisible():
            self._read_answers()

    def showEvent(self, event: object) -> None:
        """Qt: read what came in while this was hidden."""
        self._read_answers()

    def _forget(self) -> None:
        self._reader.forget()
        self._evaluation, self._dataset, self._overview, self._read = None, None, None, ""

    def _show_empty(self, words: str) -> None:
        self.empty.setText(words)
        self.empty.show()
        self.headline.hide()
        self.sides.hide()

    def _read_answers(self) -> None:
        evaluation, dataset = self._evaluation, self._dataset
        if evaluation is None or dataset is None or (self._read and self._read == evaluation.predictions):
            return
        self._reader.forget()
        self._read = evaluation.predictions
        if not evaluation.predictions:
            self._on_no_answers(_NO_ANSWERS)
            return
        self._reader.run(_reading(evaluation, dataset.labels), self._on_overview, self._on_no_answers)

    @Slot(object)
    def _on_overview(self, overview: Overview) -> None:
        dataset = self._dataset
        if dataset is None:
            return
        looked_at = self._row
        self._overview = overview
        self.panel.set_answers(overview.answers, dataset.labels)
        if overview.answers.task is Task.CLASSIFICATION:
            self.classes.set_overview(overview)
            self.classes.show_again()
        else:
            self.numbers.set_overview(overview)
            self.numbers.show_again()
        rows = overview.answers.rows
        same = next((sample for sample in self.panel.samples if int(rows[sample]) == looked_at), None)
        if same is not None:
            self.panel.go_to(same)

    @Slot(str)
    def _on_no_answers(self, sentence: str) -> None:
        self._overview = None
        self.panel.set_answers(None, ())
        self.classes.set_unknown(sentence)
        self.numbers.set_unknown(sentence)
        self.panel.set_hint(sentence)

    @Slot(object, str, int, str)
    def _on_samples(self, samples: tuple[int, ...], title: str, at: int, hint: str) -> None:
        if self._overview is not None:
            self.panel.show_samples(samples, title, at=at, hint=hint)

    @Slot(int)
    def _on_moved(self, sample: int) -> None:
        self.classes.mark(sample)
        self.numbers.mark(sample)

    @Slot(int)
    def _on_values_wanted(self, row: int) -> None:
        evaluation, dataset = self._evaluation, self._dataset
        if evaluation is None or dataset is None:
            return
        shape = dataset.sample_shape

        def then(values: Values) -> None:
            self.panel.set_values(row, values, shape)

        self._sampler.forget()
        self._sampler.run(_sampling(dataset, evaluation.split, row), then, self.panel.set_hint)


def _reading(evaluation: Evaluation, labels: tuple[str, ...]) -> Callable[[], Overview]:
    return lambda: read_overview(evaluation, labels)


def _sampling(dataset: Dataset, split: str, row: int) -> Callable[[], Values]:
    return lambda: read_rows(dataset, split, (row,))[0][0]
