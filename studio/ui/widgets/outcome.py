"""What compression did to the model: size and accuracy before and after, and how that was measured."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.core.dataset import Task
from studio.core.evaluation import Evaluation
from studio.core.evidence import wilson
from studio.core.formatting import show_bytes, show_share
from studio.core.model import Layer, Model
from studio.core.recipe import Candidate
from studio.ui.theme import GRID
from studio.ui.widgets.before_after import BeforeAfter, Value
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.symbol import Symbol


class Outcome(Card):
    """The result card; everything in it is measured, and greyed while it is measured anew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What it does", parent)
        self._mark = Symbol("waiting", "muted", 18)
        self.state = label("", "muted", wrap=True)
        self.bytes = BeforeAfter("Size of the weights")
        self.accuracy = BeforeAfter("Accuracy on the test set")
        self.notes = label("", "warning", wrap=True)
        top = row(self._mark, self.state, spacing=GRID)
        top.setStretch(1, 1)
        self.body.addLayout(top)
        self.body.setSpacing(GRID + GRID // 2)
        for part in (self.bytes, self.accuracy, self.notes):
            self.body.addWidget(part)

    def set_state(self, symbol: str, color: str, words: str) -> None:
        """Say how the figures below came about, or that they are on their way."""
        self._mark.set_icon(symbol, color)
        self.state.setText(words)

    def set_notes(self, notes: tuple[str, ...]) -> None:
        """Show what could not be done, and what else to know."""
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))

    def set_size(self, model: Model | None, candidate: Candidate | None, *, stale: bool) -> None:
        """Show what the weights take before and after, and the whole file."""
        self.bytes.setVisible(model is not None)
        if model is None:
            return
        before, after = _weights(model.layers), _weights(candidate.layers if candidate else ())
        most = max(before, after, 1)
        self.bytes.set_values(
            Value(show_bytes(before), before / most),
            Value(show_bytes(after) if candidate else "–", after / most),
            _size_change(before, after) if candidate else "–",
            _size_words(model, candidate) if candidate else "",
            stale=stale,
        )

    def set_accuracy(self, evaluation: Evaluation | None, *, stale: bool) -> None:
        """Show the accuracy before and after, with the interval of what can be told from so many samples."""
        self.accuracy.setVisible(evaluation is not None)
        if evaluation is None:
            return
        classes = evaluation.task is Task.CLASSIFICATION
        name = "Accuracy" if classes else "Explained variance (R²)"
        self.accuracy.heading.setText(f"{name} on {evaluation.n} test samples")
        hits = round(evaluation.float_accuracy * evaluation.n)
        before_interval = wilson(hits, evaluation.n) if classes else None
        self.accuracy.set_values(
            Value(_score(evaluation, evaluation.float_accuracy), evaluation.float_accuracy, before_interval),
            Value(_score(evaluation, evaluation.accuracy), evaluation.accuracy, evaluation.accuracy_ci),
            _accuracy_change(evaluation),
            _accuracy_words(evaluation),
            stale=stale,
        )


def _size_change(before: int, after: int) -> str:
    if after == before or not after:
        return "the same size"
    if after > before:
        return f"{after / before:.1f} × larger"
    return f"{before / after:.1f} × smaller"


def _size_words(model: Model, candidate: Candidate) -> str:
    words = f"{candidate.removed_channels} channels removed. " if candidate.removed_channels else ""
    whole = f"{show_bytes(model.artifact_bytes)} → {show_bytes(candidate.file_bytes)}"
    return f"{words}The .tflite file with its names and tables: {whole}."


def _weights(layers: Sequence[Layer]) -> int:
    return sum(layer.weight_bytes for layer in layers)


def _score(evaluation: Evaluation, value: float) -> str:
    if evaluation.task is Task.CLASSIFICATION:
        return show_share(value, evaluation.n)
    return f"{value:.4f}"


def _accuracy_change(evaluation: Evaluation) -> str:
    change = evaluation.accuracy - evaluation.float_accuracy
    sign = "+" if change > 0 else "−"
    if evaluation.task is not Task.CLASSIFICATION:
        return "unchanged" if abs(change) < 5e-5 else f"{sign}{abs(change):.4f}"
    return "unchanged" if abs(change) < 5e-4 else f"{sign}{abs(change) * 100:.1f} points"


def _accuracy_words(evaluation: Evaluation) -> str:
    low, high = evaluation.accuracy_ci
    if evaluation.task is not Task.CLASSIFICATION:
        words = f"95 % interval {low:.4f} to {high:.4f}."
        if evaluation.mean_error is not None and evaluation.float_mean_error is not None:
            words += f" Mean error {evaluation.float_mean_error:.4f} → {evaluation.mean_error:.4f}."
        return words
    words = f"With so many samples: between {show_share(low)} and {show_share(high)} (95 % interval)."
    if evaluation.flips is not None:
        broken, mended = evaluation.flips.broken, evaluation.flips.mended
        words += f" {broken} right answers broken, {mended} wrong ones mended."
    return words
