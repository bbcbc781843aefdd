"""What the recipe comes to: size, accuracy, storage, memory and compute, now and before, and how that is known."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.build import Fit, Gauge, Source
from studio.core.evaluation import Evaluation
from studio.core.evidence import wilson
from studio.core.formatting import show_bytes, show_time
from studio.core.metric import metric_of
from studio.core.model import Layer, Model
from studio.core.recipe import Candidate
from studio.ui.theme import GRID
from studio.ui.widgets.before_after import BeforeAfter, Value
from studio.ui.widgets.before_limits import BeforeLimits
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.symbol import Symbol

_MOST_NOTES = 2
_SHOWS: tuple[Callable[[int], str], ...] = (show_bytes, show_bytes, show_time)


class Outcome(Card):
    """Five figures. What is measured anew is greyed; what is estimated while a slider moves says so with ≈.

    `limits_wanted` asks for the place where limits are set, which the line about them leads to.
    """

    limits_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._mark = Symbol("waiting", "muted", 16)
        self.state = label("", "small", wrap=True)
        self.state.setMinimumHeight(2 * self.state.fontMetrics().height())  # so that nothing below jumps
        self.bytes = BeforeAfter("Size of the weights")
        self.accuracy = BeforeAfter("Accuracy")
        self.storage = BeforeAfter("Storage (flash)")
        self.memory = BeforeAfter("Memory (RAM)")
        self.compute = BeforeAfter("Compute")
        self.notes = label("", "warning", wrap=True)
        self.limits = BeforeLimits()
        self.limits.limits_wanted.connect(self.limits_wanted)
        upper = QGridLayout()
        upper.setHorizontalSpacing(2 * GRID)
        upper.setVerticalSpacing(GRID)
        for place, part in enumerate((self.bytes, self.accuracy)):
            upper.addWidget(part, 0, 3 * place, 1, 3)
        for place, part in enumerate((self.storage, self.memory, self.compute)):
            upper.addWidget(part, 1, 2 * place, 1, 2)
        for column in range(6):
            upper.setColumnStretch(column, 1)
            upper.setColumnMinimumWidth(column, 24)
        top = row(self._mark, self.state, spacing=GRID)
        top.setStretch(1, 1)
        self.body.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self.body.addLayout(upper)
        self.body.addLayout(top)
        self.body.addWidget(self.limits)
        self.body.addWidget(self.notes)

    def set_state(self, symbol: str, color: str, words: str) -> None:
        """Say how the figures came about, or that they are on their way."""
        self._mark.set_icon(symbol, color)
        self.state.setText(words)

    def set_notes(self, notes: tuple[str, ...]) -> None:
        """Show what could not be done, and what else to know; the rest of many in the tip."""
        words = "\n".join(notes[:_MOST_NOTES])
        if len(notes) > _MOST_NOTES:
            words += f"\n(and {len(notes) - _MOST_NOTES} more: hover here)"
        self.notes.setText(words)
        self.notes.setToolTip("\n".join(notes))
        self.notes.setVisible(bool(notes))

    def set_size(
        self,
        model: Model | None,
        candidate: Candidate | None,
        *,
        forecast: int | None = None,
        stale: bool = False,
    ) -> None:
        """Show what the weights take before and after; `forecast` bytes stand there until it is measured."""
        if model is None:
            self.bytes.set_values(None, None)
            return
        before = _weights(model.layers)
        known = _weights(candidate.layers) if candidate else None
        after = forecast if forecast is not None else known
        most = max(before, after or 0, 1)
        now = None if after is None else Value(_about(show_bytes(after), forecast), after / most)
        self.bytes.set_values(
            Value(show_bytes(before), before / most),
            now,
            _size_change(before, after) if after else "",
            f"was {show_bytes(before)} as loaded",
            stale=stale and forecast is None,
            tip=_size_words(model, candidate)
            if candidate and forecast is None
            else "Estimated while you choose.",
        )

    def set_accuracy(self, evaluation: Evaluation | None, *, stale: bool) -> None:
        """Show the accuracy before and after, with the interval of what can be told from so many samples."""
        if evaluation is None:
            self.accuracy.heading.setText("Accuracy")
            self.accuracy.set_values(None, None)
            return
        metric = metric_of(evaluation, None)
        self.accuracy.heading.setText(f"{metric.heading}, {evaluation.n} test samples")
        hits = round(evaluation.float_accuracy * evaluation.n)
        low, high = (metric.show(end, evaluation.n) for end in evaluation.accuracy_ci)
        before = metric.show(evaluation.float_accuracy, evaluation.n)
        now = metric.show(evaluation.accuracy, evaluation.n)
        self.accuracy.set_values(
            Value(before, evaluation.float_accuracy, wilson(hits, evaluation.n) if metric.is_share else None),
            Value(now, evaluation.accuracy, evaluation.accuracy_ci),
            metric.show_change(evaluation.float_accuracy, evaluation.accuracy, evaluation.n),
            f"was {before} · 95 %: {low} to {high}",
            stale=stale,
            tip=_accuracy_words(evaluation, f"{low} to {high}"),
        )

    def set_fits(
        self,
        now: Fit | None,
        before: Fit | None,
        before_name: str,
        *,
        forecast: Fit | None = None,
        stale: bool = False,
        unknown: str = "known after building",
    ) -> None:
        """Show need against limit `now`, and how it differs from `before`, the choice called `before_name`.

        Figures that are `stale` say that they are from before; `unknown` words stand where there are none.
        """
        parts = (self.storage, self.memory, self.compute)
        shown = forecast or now
        gauges, older = _gauges(shown), _gauges(before)
        for part, gauge, old, show in zip(parts, gauges, older, _SHOWS, strict=True):
            if gauge is None:
                part.set_values(None, None, words=unknown)
                continue
            over = not gauge.fits
            words = f"{show(-gauge.margin)} too much" if over else f"of {show(gauge.limit)}"
            if forecast is None and stale:
                words += " · before the change"
            elif forecast is None:
                words += f" · {gauge.source.value}" if gauge.source is Source.MEASURED else " · est."
            most = max(gauge.limit, 1)
            mark = None if old is None else Value(show(old.need), old.need / most)
            change = _change(gauge, old, show)
            tip = (
                f"{part.heading.text()}: {show(gauge.need)} of {show(gauge.limit)}, "
                f"{_how(gauge, forecast, stale=stale)}."
            )
            if change and old is not None:
                tip += f"\nBefore, with {before_name}: {show(old.need)}."
            part.set_values(
                mark,
                Value(_about(show(gauge.need), forecast), gauge.share),
                change,
                words,
                stale=stale and forecast is None,
                danger=over,
                tip=tip,
            )


def _how(gauge: Gauge, forecast: Fit | None, *, stale: bool) -> str:
    if forecast is not None:
        return "estimated from the choice before until it is measured"
    if stale:
        return "as it was before the change"
    return gauge.source.value


def _about(text: str, forecast: object) -> str:
    return text if forecast is None else f"≈ {text}"


def _gauges(fit: Fit | None) -> tuple[Gauge | None, Gauge | None, Gauge | None]:
    return (fit.storage, fit.memory, fit.compute) if fit else (None, None, None)


def _change(now: Gauge, before: Gauge | None, show: Callable[[int], str]) -> str:
    if before is None:
        return ""
    change = now.need - before.need
    if change == 0:
        return "same"
    return f"{'+' if change > 0 else '−'}{show(abs(change))}"


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


def _accuracy_words(evaluation: Evaluation, interval: str) -> str:
    words = f"With so many samples: {interval} (95 % interval)."
    if evaluation.mean_error is not None and evaluation.float_mean_error is not None:
        words += f" Mean error {evaluation.float_mean_error:.4f} → {evaluation.mean_error:.4f}."
    if evaluation.flips is not None:
        broken, mended = evaluation.flips.broken, evaluation.flips.mended
        words += f" {broken} right answers broken, {mended} wrong ones mended."
    return words
