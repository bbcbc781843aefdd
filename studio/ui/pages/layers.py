"""The Layers page: what each layer costs and how well the model answers, before and after compression."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from studio.core.dataset import Task
from studio.core.evaluation import Evaluation
from studio.core.evidence import wilson
from studio.core.formatting import show_bytes, show_share
from studio.core.layers import LayerPair, pair_layers
from studio.core.pipeline import Results
from studio.ui import theme
from studio.ui.session import Session
from studio.ui.widgets.bar_plot import BarPlot, BarSeries
from studio.ui.widgets.layer_table import LayerTable
from studio.ui.widgets.layouts import label
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.when_shown import WhenShown

_NO_MODEL = "Open a model on the Model page (Ctrl+1): its layers and what they cost will stand here."
_NO_CANDIDATE = "These are the layers as loaded. Add data on the Model page to compress them and compare."
_NO_EVALUATION = "The accuracy stands here once the test set has been answered."
_NO_DATA = "Add a data set on the Model page to measure the accuracy."


def _show_axis(size: float) -> str:
    return show_bytes(round(size))


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".0 %", " %")


class LayersPage(QWidget):
    """A table and two plots with one selection."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._pairs: tuple[LayerPair, ...] = ()

        self._title = label("Layers", "title")
        self._summary = label("", "muted", wrap=True)
        self._notice = Notice()
        self.table = LayerTable()
        self.sizes = BarPlot("Weights of each layer", _show_axis, binary=True)
        self.accuracy = BarPlot("Accuracy", _percent, top=1.0)
        self._accuracy_empty = label(_NO_EVALUATION, "muted", wrap=True)
        self._empty = label(_NO_MODEL, "muted", wrap=True)
        for words in (self._accuracy_empty, self._empty):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()

        self.table.layer_selected.connect(self._select_bar)
        self.sizes.bar_selected.connect(self.table.select)
        self._fresh = WhenShown(self, lambda: self._show(session.results))
        session.results_changed.connect(self._on_results_changed)
        self._show(session.results)

    @property
    def empty_words(self) -> str:
        """What the page says while there is nothing to show."""
        return self._empty.text() if self._stack.currentIndex() == 0 else ""

    @property
    def summary(self) -> str:
        """The line under the title."""
        return self._summary.text()

    def _lay_out(self) -> None:
        accuracy = QWidget()
        self._accuracy_stack = QStackedLayout(accuracy)
        self._accuracy_stack.addWidget(self._accuracy_empty)
        self._accuracy_stack.addWidget(self.accuracy)
        plots = QWidget()
        row = QHBoxLayout(plots)
        row.setContentsMargins(0, theme.GRID, 0, 0)
        row.setSpacing(theme.GRID * 3)
        row.addWidget(self.sizes, 1)
        row.addWidget(accuracy, 1)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.table)
        splitter.addWidget(plots)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GRID * 3, theme.GRID * 2, theme.GRID * 3, theme.GRID * 2)
        layout.setSpacing(theme.GRID)
        layout.addWidget(self._title)
        layout.addWidget(self._summary)
        layout.addWidget(self._notice)
        layout.addWidget(body, 1)

    @Slot(object)
    def _on_results_changed(self, _results: Results) -> None:
        self._fresh.ask()

    def _show(self, results: Results) -> None:
        model = results.model
        self._stack.setCurrentIndex(0 if model is None else 1)
        self._summary.setVisible(model is not None)
        if model is None:
            problem = results.problem("load")
            self._empty.setText(problem.sentence if problem else _NO_MODEL)
            self._notice.show_sentence("")
            return
        candidate = results.candidate
        builds = results.build.layers if results.build else ()
        if candidate is None:
            pairs = tuple(LayerPair(number, layer, layer) for number, layer in enumerate(model.layers))
        else:
            pairs = pair_layers(model.layers, candidate.layers, builds)
        if pairs != self._pairs:
            self._pairs = pairs
            self.table.set_pairs(pairs)
            self._show_sizes(compressed=candidate is not None)
        self._show_notice(results)
        self._show_accuracy(results)
        self._show_summary(results)

    def _show_notice(self, results: Results) -> None:
        problem = (
            results.problem("compress") or results.problem("compile_candidate") or results.problem("evaluate")
        )
        if problem is not None:
            self._notice.show_sentence(problem.sentence, Tone.WARNING)
        elif results.candidate is None and results.dataset is None and not self._session.project.data:
            self._notice.show_sentence(_NO_CANDIDATE)
        else:
            self._notice.show_sentence(" ".join(results.candidate.notes) if results.candidate else "")

    def _show_sizes(self, *, compressed: bool) -> None:
        before = tuple(float(pair.before.weight_bytes) if pair.before else None for pair in self._pairs)
        series = [BarSeries("before", "before", before)]
        if compressed:
            after = tuple(float(pair.after.weight_bytes) if pair.after else None for pair in self._pairs)
            series.append(BarSeries("after", "after", after))
        names = [pair.short_name for pair in self._pairs]
        self.sizes.set_bars(names, series, marks=[str(pair.number) for pair in self._pairs])
        self.sizes.select(self.table.selected)

    def _show_accuracy(self, results: Results) -> None:
        found = results.evaluation
        self._accuracy_stack.setCurrentIndex(0 if found is None else 1)
        if found is None:
            problem = results.problem("evaluate")
            self._accuracy_empty.setText(
                problem.sentence if problem else _NO_EVALUATION if self._session.project.data else _NO_DATA
            )
            return
        self.accuracy.set_heading(
            "Accuracy of each class" if found.task is Task.CLASSIFICATION else "Variance explained (R²)"
        )
        intervals: tuple[tuple[tuple[int, float, float], ...], ...] = ((), ())
        if found.task is Task.CLASSIFICATION:
            low, high = wilson(round(found.float_accuracy * found.n), found.n)
            intervals = (((0, low, high),), ((0, *found.accuracy_ci),))
        names = ["overall", *(score.label for score in found.classes)]
        float_values = (max(0.0, found.float_accuracy), *(score.float_recall for score in found.classes))
        values = (max(0.0, found.accuracy), *(score.recall for score in found.classes))
        self.accuracy.set_bars(
            names,
            [
                BarSeries("before", "before", float_values, intervals[0]),
                BarSeries("after", "after", values, intervals[1]),
            ],
        )

    def _show_summary(self, results: Results) -> None:
        assert results.model is not None
        before = sum(layer.weight_bytes for layer in results.model.layers)
        parts = [f"Weights {show_bytes(before)}"]
        if results.candidate is not None:
            after = sum(layer.weight_bytes for layer in results.candidate.layers)
            parts = [f"Weights {show_bytes(before)} → {show_bytes(after)}"]
        found = results.evaluation
        if found is not None:
            parts += _accuracy_words(found)
        build = results.build
        if build is not None and build.measurement is None:
            parts.append("instructions are being counted")
        self._summary.setText("  ·  ".join(parts))

    @Slot(int)
    def _select_bar(self, number: int) -> None:
        self.sizes.select(number if number >= 0 else None)


def _accuracy_words(found: Evaluation) -> list[str]:
    if found.task is Task.CLASSIFICATION:
        before, after = show_share(found.float_accuracy, found.n), show_share(found.accuracy, found.n)
        low, high = (show_share(share, found.n) for share in found.accuracy_ci)
        words = f"accuracy {before} → {after} (95 %: {low} to {high}; {found.n} test samples)"
        return [words, f"computed by {found.engine.value}"]
    words = f"R² {found.float_accuracy:.4f} → {found.accuracy:.4f}"
    if found.float_mean_error is not None and found.mean_error is not None:
        words += f", mean absolute error {found.float_mean_error:.4f} → {found.mean_error:.4f}"
    return [f"{words} ({found.n} test samples)", f"computed by {found.engine.value}"]
