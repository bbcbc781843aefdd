"""How numbers fare: targets against answers, and how large the errors are; for autoencoders normal and anomalous."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.core.answers import Answers, ErrorBins, Overview, Side, error_bins
from studio.core.dataset import Task
from studio.ui.theme import GRID
from studio.ui.widgets.bar_plot import BarPlot, BarSeries
from studio.ui.widgets.layouts import row
from studio.ui.widgets.scatter_plot import ScatterPlot
from studio.ui.widgets.switch import Switch

_LARGEST_FIRST = "Largest errors first"


class NumberAnswers(QWidget):
    """Two plots. `samples_chosen` tells samples (places in the answers), their title, which is first and a hint."""

    samples_chosen = Signal(object, str, int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: Answers | None = None
        self._bins: ErrorBins | None = None
        self.views = Switch("View", (("scatter", "Targets and answers"), ("errors", "Errors")))
        self.sides = Switch("Errors", ((Side.BEFORE, "Before"), (Side.AFTER, "After")))
        self.sides.set_value(Side.AFTER)
        self.scatter = ScatterPlot("Answers against targets")
        self.errors = BarPlot("Errors", _count)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.scatter)
        self.stack.addWidget(self.errors)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.views, self.sides, None))
        layout.addWidget(self.stack, 1)
        self.views.chosen.connect(self._on_view)
        self.sides.chosen.connect(self._on_side)
        self.scatter.picked.connect(self._on_point)
        self.errors.picked.connect(self._on_bin)

    def set_unknown(self, words: str) -> None:
        """Say why the single answers are not known."""
        self._answers = self._bins = None
        self.scatter.set_empty(words)
        self.errors.set_empty(words)

    def set_overview(self, overview: Overview) -> None:
        """Show these answers."""
        answers = overview.answers
        self._answers, self._bins = answers, error_bins(answers)
        self.scatter.set_empty("")
        self.errors.set_empty("")
        regression = answers.task is Task.REGRESSION
        self.views.setVisible(regression)
        self.sides.setVisible(answers.anomalous is not None)
        if regression:
            numbers = (answers.y, answers.float_scores, answers.scores)
            self.scatter.set_points(*(values.astype(np.float64).reshape(-1) for values in numbers))
        self._show_view()
        self._show_bins()

    def show_again(self) -> None:
        """Tell again which samples are chosen, after the answers changed."""
        self._tell_all()

    def mark(self, sample: int) -> None:
        """Mark the sample that is looked at."""
        if self._answers is None or self._bins is None:
            return
        if self._answers.task is Task.REGRESSION:
            place = sample * self._answers.scores.shape[1]
            self.scatter.mark((place,), place)
        bin_place = int(self._places(self._bins)[sample])
        self.errors.mark((bin_place,), bin_place)

    def _show_view(self) -> None:
        answers = self._answers
        scatter = answers is not None and answers.task is Task.REGRESSION and self.views.value == "scatter"
        self.stack.setCurrentWidget(self.scatter if scatter else self.errors)

    def _show_bins(self) -> None:
        answers, bins = self._answers, self._bins
        if answers is None or bins is None:
            return
        ends = list(zip(bins.edges[:-1], bins.edges[1:], strict=True))
        names = [f"{_number(low)} to {_number(high)}" for low, high in ends]
        names[-1] = f"{_number(ends[-1][0])} or more"
        if bins.edges[0] < 0:
            names[0] = f"{_number(ends[0][1])} or less"
        marks = [_number(low) for low, _ in ends]
        if answers.anomalous is None:
            groups = [
                BarSeries(side.value, side.value, tuple(map(float, bins.counts(side))))
                for side in (Side.BEFORE, Side.AFTER)
            ]
        else:
            side = Side(self.sides.value)
            groups = [
                BarSeries(name, color, tuple(map(float, bins.counts(side, chosen))))
                for name, color, chosen in (
                    ("normal", "accent", ~answers.anomalous),
                    ("anomalous", "warning", answers.anomalous),
                )
            ]
        self.errors.set_heading(_heading(answers))
        self.errors.set_bars(names, groups, marks)

    def _places(self, bins: ErrorBins) -> np.typing.NDArray[np.int64]:
        answers = self._answers
        before = answers is not None and answers.anomalous is not None and self.sides.value == Side.BEFORE
        return bins.float_places if before else bins.places

    def _tell_all(self) -> None:
        if self._answers is None:
            return
        samples = tuple(int(sample) for sample in self._answers.farthest())
        self.samples_chosen.emit(samples, _LARGEST_FIRST, 0, "")
        if samples:
            self.mark(samples[0])

    @Slot(str)
    def _on_view(self, _view: str) -> None:
        self._show_view()

    @Slot(str)
    def _on_side(self, _side: str) -> None:
        self._show_bins()
        self._tell_all()

    @Slot(int)
    def _on_point(self, place: int) -> None:
        if self._answers is None:
            return
        sample = place // self._answers.scores.shape[1]
        samples = tuple(int(found) for found in self._answers.farthest())
        self.samples_chosen.emit(samples, _LARGEST_FIRST, samples.index(sample), "")

    @Slot(int)
    def _on_bin(self, place: int) -> None:
        if self._bins is None:
            return
        inside = np.flatnonzero(self._places(self._bins) == place)
        samples = tuple(int(sample) for sample in inside)
        names = f"Error {self.errors.names[place]}"
        self.samples_chosen.emit(samples, names if samples else "", 0, f"No sample: {names.lower()}.")


def _heading(answers: Answers) -> str:
    if answers.task is Task.AUTOENCODER:
        return "Samples by reconstruction error"
    one = answers.scores.shape[1] == 1
    return "Samples by error, answer minus target" if one else "Samples by mean absolute error"


def _count(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else ""


def _number(value: float) -> str:
    return f"{float(value):.3g}".replace("-", "−")
