"""Training after compression: recover the accuracy of a pruned or rounded model, or teach a student."""

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QWidget

from studio.core.metric import Metric
from studio.core.recipe import Recipe, Scheme, Training
from studio.core.study import CurvePoint, Trained
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.choices import ShareSlider
from studio.ui.widgets.fields import NumberField, RealField
from studio.ui.widgets.layouts import label
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.run_progress import RunProgress
from studio.ui.widgets.section import Section

_DEFAULT_ALPHA = 0.5
_WORDS = "The training samples adjust what is left; the best epoch on the validation samples is kept."

_CHANGED = "The choices changed since the training, so these weights are untrained: train them again."


class TrainingPanel(Section):
    """Its fields make a `Training`; `train_wanted` carries it. Until then the recipe does not change."""

    train_wanted = Signal(object)
    stop_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Recover accuracy (fine-tuning)", parent=parent)
        self._recipe = Recipe()
        self._touched = False
        self._blocked = ""
        self._untrained = False  # the choices changed since they were trained
        self._running = False
        self.epochs = NumberField(1, 1000, "Most epochs", step=5)
        self.rate = RealField(0.00001, 1.0, "Learning rate", decimals=5, step=0.0005)
        self.aware = QCheckBox("Train with rounding (QAT)")
        self.aware.setToolTip(
            "The forward pass rounds as the chosen numbers will (quantization-aware training): "
            "the model learns to live with it. On for int4."
        )
        self.alpha = ShareSlider(100, "Learn from the loaded model (distillation, alpha)")
        self.temperature = RealField(0.5, 20.0, "Temperature of distillation", step=0.5)
        self.train = QPushButton()
        set_role(self.train, "primary")
        self.why_not = label("", "small", wrap=True)
        self.progress = RunProgress()
        self.problem = Notice(closable=True)
        self.outcome = label("", "", wrap=True)
        self._lay_out()
        self.train.clicked.connect(self._on_train)
        self.aware.clicked.connect(self._on_touched)
        self.alpha.percent_changed.connect(self._on_touched)
        self.progress.stop_wanted.connect(self.stop_wanted)
        self.progress.cancel_wanted.connect(self.cancel_wanted)
        self._show(Training())
        self.set_recipe(self._recipe)
        self.set_trained((), None, metric=Metric.ACCURACY)

    @property
    def training(self) -> Training:
        """What the fields say."""
        return Training(
            epochs=self.epochs.value(),
            learning_rate=self.rate.value(),
            quantization_aware=self.aware.isChecked() and self.aware.isEnabled(),
            distillation=self.alpha.percent / 100,
            temperature=self.temperature.value(),
        )

    @property
    def said(self) -> QWidget:
        """What says how the last training ended."""
        return self.problem if self.problem.sentence else self.outcome

    def set_recipe(self, recipe: Recipe) -> None:
        """Fit the offer to this recipe: int4 is trained with rounding, a student learns from its teacher."""
        before, self._recipe = self._recipe, recipe
        if recipe.training is not None:
            self._untrained = False
        elif before.training is not None:
            self._untrained = True
            self.outcome.setText(_CHANGED)
            self.outcome.show()
        if recipe.training is not None and recipe.training != before.training:
            self._show(recipe.training)
        elif not self._touched and recipe.training is None:
            self.aware.setChecked(_rounds_hard(recipe))
            self.alpha.set_percent(round(_DEFAULT_ALPHA * 100) if recipe.student else 0)
        self.aware.setEnabled(recipe.scheme.needs_calibration)
        self.train.setText("Train the student" if recipe.student else "Recover accuracy")
        self.set_summary("trained" if recipe.training else "")

    def forget(self) -> None:
        """Another model or other data: nothing that was said or touched is about them."""
        self._untrained = self._touched = False
        self.problem.show_sentence("")
        self.outcome.setText("")
        self.outcome.hide()
        if self._recipe.training is None:
            self._show(Training())
            self.set_recipe(self._recipe)

    def set_blocked(self, why: str) -> None:
        """Say why nothing can be trained now; "" when it can."""
        self._blocked = why
        self._show_button()

    def show_problem(self, sentence: str, tone: Tone = Tone.DANGER) -> None:
        """Say what went wrong, or why nothing came of it; "" when all is well."""
        self.problem.show_sentence(sentence, tone)

    def set_running(self, running: bool) -> None:
        """Training began or ended."""
        if running and not self._running:
            self.outcome.setText("")
            self.outcome.hide()
        self._running = running
        self.progress.set_running(running, "Preparing the training samples…")
        self._show_button()

    def set_trained(self, curve: Sequence[CurvePoint], trained: Trained | None, *, metric: Metric) -> None:
        """Show the last epoch while it runs, then what it came to."""
        words = ""
        if self._untrained and not self._running:
            words = _CHANGED
        elif trained is not None:
            words = trained_words(trained, metric=metric)
        elif curve and self._running:
            last = curve[-1]
            words = f"Epoch {last.epoch}: loss {last.loss:.3f}, {metric.say(last.accuracy)} on validation."
        self.outcome.setText(words)
        self.outcome.setVisible(bool(words))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        fields = (("Most epochs", self.epochs), ("Learning rate", self.rate))
        for line, (name, field) in enumerate(fields):
            grid.addWidget(label(name, "muted"), line, 0)
            grid.addWidget(field, line, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.aware)
        self.body.addWidget(label("Learn from the loaded model (distillation)", "muted", wrap=True))
        self.body.addWidget(self.alpha)
        softened = QGridLayout()
        softened.setHorizontalSpacing(2 * GRID)
        softened.setColumnStretch(1, 1)
        softened.addWidget(label("Temperature", "muted"), 0, 0)
        softened.addWidget(self.temperature, 0, 1)
        self.body.addLayout(softened)
        self.body.addWidget(label(_WORDS, "small", wrap=True))
        for part in (self.train, self.why_not, self.progress, self.problem, self.outcome):
            self.body.addWidget(part)

    def _show(self, training: Training) -> None:
        self.epochs.show_value(training.epochs)
        self.rate.show_value(training.learning_rate)
        self.aware.setChecked(training.quantization_aware)
        self.alpha.set_percent(round(training.distillation * 100))
        self.temperature.show_value(training.temperature)

    def _show_button(self) -> None:
        self.train.setVisible(not self._running)
        self.train.setEnabled(not self._blocked)
        self.why_not.setText(self._blocked)
        self.why_not.setVisible(bool(self._blocked) and not self._running)

    @Slot()
    def _on_touched(self) -> None:
        self._touched = True

    @Slot()
    def _on_train(self) -> None:
        self.train_wanted.emit(self.training)


def trained_words(trained: Trained, *, metric: Metric) -> str:
    """What training came to, in a sentence."""
    best = next((point for point in trained.curve if point.epoch == trained.best_epoch), None)
    before = metric.say(trained.before)
    if best is None:
        return f"No epoch was better than before ({before} on validation); the weights stay as they were."
    after = metric.say(best.accuracy)
    return (
        f"{before} → {after} on the validation samples; epoch {best.epoch} of {len(trained.curve)} is kept."
    )


def _rounds_hard(recipe: Recipe) -> bool:
    return recipe.scheme is Scheme.INT4 or any(choice.scheme is Scheme.INT4 for choice in recipe.layers)
