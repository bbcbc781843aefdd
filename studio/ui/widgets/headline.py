"""The accuracy in one line: before and after, how sure that is, and, one hover away, what it comes from."""

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QToolTip, QWidget

from studio.core.dataset import Task
from studio.core.evaluation import Engine, Errors, Estimate, Evaluation
from studio.core.evidence import change_interval
from studio.core.metric import Metric, metric_of
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import column, label

_ENGINES = {Engine.STUDIO_C: "exported C", Engine.LITERT: "LiteRT"}


class _Line(QLabel):
    """A line of words that ends in … where there is no room for all of them."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.words = ""
        if role:
            set_role(self, role)

    def set_words(self, words: str) -> None:
        self.words = words
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width()))


class Headline(QWidget):
    """A large figure, two lines of words beside it, and a button that says where the figures come from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.figure = label("", "figure")
        self.change = _Line("")
        self.words = _Line("small")
        self.about = QToolButton(autoRaise=True)
        self.about.setIcon(icon("info"))
        self.about.setAccessibleName("What these figures come from")
        self.about.clicked.connect(self._on_about)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.figure)
        layout.addLayout(column(self.change, self.words, spacing=0), 1)
        layout.addWidget(self.about)

    def set_evaluation(self, evaluation: Evaluation, *, preview: bool) -> None:
        """Show these figures; a preview is greyed."""
        self.figure.setText(figures(evaluation))
        set_role(self.figure, "figure-stale" if preview else "figure")
        self.change.set_words(change_words(evaluation))
        self.words.set_words(interval_words(evaluation, preview=preview))
        tip = provenance_words(evaluation, preview=preview)
        for part in (self, self.about):
            part.setToolTip(tip)
        self.about.setAccessibleDescription(tip.replace("\n", "; "))
        for line in (self.change, self.words):
            line.setToolTip(f"{line.words}\n\n{tip}")

    @Slot()
    def _on_about(self) -> None:
        where = self.about.mapToGlobal(QPoint(0, self.about.height()))
        QToolTip.showText(where, self.about.toolTip(), self.about)


def figures(evaluation: Evaluation) -> str:
    """The metric before and after: '97.5 % → 97.2 %'."""
    metric = metric_of(evaluation, None)
    before = metric.show(evaluation.float_accuracy, evaluation.n)
    after = metric.show(evaluation.accuracy, evaluation.n)
    words = after if before == after else f"{before} → {after}"
    return words if metric.is_share else f"{metric.value} {words}"


def change_words(evaluation: Evaluation) -> str:
    """What compression changed: the paired change with its interval, or the mean errors."""
    if evaluation.task is not Task.CLASSIFICATION:
        before, after = evaluation.float_errors, evaluation.errors
        if before is None or after is None:
            return ""
        return ", ".join(_pair(name, one, two) for name, one, two in _errors(before, after)[:2])
    words = metric_of(evaluation, None).show_change(
        evaluation.float_accuracy, evaluation.accuracy, evaluation.n
    )
    if evaluation.flips is not None:
        broken, mended = evaluation.flips.broken, evaluation.flips.mended
        low, high = change_interval(broken, mended, evaluation.n)
        words += f" (95 %: {low * 100:+.1f} to {high * 100:+.1f})".replace("-", "−")
        words += f", {broken} broken, {mended} mended"
    return words


def interval_words(evaluation: Evaluation, *, preview: bool) -> str:
    """How sure the figure after compression is, and from how many samples by what."""
    metric = metric_of(evaluation, None)
    low, high = (metric.show(end, evaluation.n) for end in evaluation.accuracy_ci)
    samples = f"{evaluation.n} of {evaluation.of}" if evaluation.of > evaluation.n else str(evaluation.n)
    words = f"95 %: {low} to {high} · {samples} {evaluation.split} samples · {_ENGINES[evaluation.engine]}"
    if evaluation.balanced is not None:
        before, after = evaluation.balanced
        words += f" · each class counted alike (balanced): {metric.show(before)} → {metric.show(after)}"
    return f"Preview. {words}" if preview else words


def provenance_words(evaluation: Evaluation, *, preview: bool) -> str:
    """What the figures come from, a line for each part, and all figures with their intervals."""
    lines = [f"{name}: {value}" for name, value in evaluation.provenance]
    if preview:
        lines.insert(0, "A preview: the exported C has not answered the whole test set yet.")
    if evaluation.errors is not None and evaluation.float_errors is not None:
        lines.append("")
        for name, before, after in _errors(evaluation.float_errors, evaluation.errors):
            lines.append(f"{name} before {_estimate(before)}, after {_estimate(after)}")
    if evaluation.auc is not None and evaluation.float_auc is not None:
        lines.append(f"AUC before {_estimate(evaluation.float_auc)}, after {_estimate(evaluation.auc)}")
    return "\n".join(lines)


def _errors(before: Errors, after: Errors) -> tuple[tuple[str, Estimate, Estimate], ...]:
    return (
        ("MAE", before.absolute, after.absolute),
        ("RMSE", before.root_square, after.root_square),
        (Metric.R2.value, before.explained, after.explained),
    )


def _pair(name: str, before: Estimate, after: Estimate) -> str:
    one, two = f"{before.value:.4g}", f"{after.value:.4g}"
    return f"{name} {two}" if one == two else f"{name} {one} → {two}"


def _estimate(estimate: Estimate) -> str:
    return f"{estimate.value:.4g} (95 %: {estimate.low:.4g} to {estimate.high:.4g})"
