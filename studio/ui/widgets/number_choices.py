"""How numbers are stored (quantization): the scheme, the samples that set its ranges, and what goes in and out."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.candidates import Entry
from studio.core.comparison import clip_effects
from studio.core.metric import Metric
from studio.core.model import Layer, Model
from studio.core.recipe import Candidate, Clip, Recipe, Sampling, Scheme
from studio.ui.theme import GRID
from studio.ui.widgets.choices import SchemeChoice
from studio.ui.widgets.fields import ChoiceField, NumberField
from studio.ui.widgets.layouts import label
from studio.ui.widgets.section import Section

_MOST_NAMED = 4


class NumberChoices(Section):
    """The part of a recipe that says how numbers are stored; `recipe_changed` carries the whole recipe."""

    recipe_changed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Numbers (quantization)", unfolded=True, parent=parent)
        self._recipe = Recipe()
        self.scheme = SchemeChoice()
        self.ends = label("", wrap=True)
        self.exceptions = label("", "warning", wrap=True)
        self.samples = NumberField(1, 100_000, "Calibration samples", suffix=" samples", step=50)
        self.samples.setKeyboardTracking(False)
        self.sampling = ChoiceField({one.value: one.words for one in Sampling}, "Which samples calibrate")
        self.clip = ChoiceField({one.value: one.words for one in Clip}, "How ranges are clipped")
        self.effect = label("", "small", wrap=True)
        self._calibration = QWidget()
        self._lay_out()
        self.scheme.scheme_chosen.connect(self._on_scheme)
        self.samples.valueChanged.connect(self._on_samples)
        self.sampling.activated.connect(self._on_sampling)
        self.clip.activated.connect(self._on_clip)
        self.set_candidate(None, None)
        self.set_entries((), metric=Metric.ACCURACY)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the choices of this recipe."""
        self._recipe = recipe
        self.scheme.set_scheme(recipe.scheme)
        self.samples.show_value(recipe.calibration_samples)
        self.sampling.show_value(recipe.sampling)
        self.clip.show_value(recipe.clip)
        needed = recipe.scheme.needs_calibration or any(
            choice.scheme is not None and choice.scheme.needs_calibration for choice in recipe.layers
        )
        self._calibration.setVisible(needed)
        self.set_summary(recipe.scheme.value)

    def set_candidate(self, model: Model | None, candidate: Candidate | None) -> None:
        """Say in what form samples go in and answers come out, and which layers are stored as floats after all."""
        self.ends.setVisible(candidate is not None)
        self.exceptions.setVisible(False)
        if candidate is None or not candidate.layers or model is None:
            self.ends.setVisible(False)
            return
        going_in = model.inputs[0].dtype if model.inputs else "float32"
        first = candidate.layers[0]
        if first.operator != "QUANTIZE":
            going_in = first.dtype
        self.ends.setText(f"Samples go in as {going_in}, answers come out as {candidate.layers[-1].dtype}.")
        floats = float_layers(candidate)
        self.exceptions.setText(_named(floats))
        self.exceptions.setVisible(bool(floats))

    def set_entries(self, entries: Sequence[Entry], *, metric: Metric) -> None:
        """Show what each way of clipping came to, as far as it was measured."""
        effects = clip_effects(entries, self._recipe)
        parts = [f"{clip.value} {metric.show(accuracy, n)}" for clip, (accuracy, n) in effects.items()]
        self.effect.setText(f"Measured: {', '.join(parts)}." if len(parts) > 1 else "")
        self.effect.setVisible(len(parts) > 1)

    def _lay_out(self) -> None:
        self.body.addWidget(self.scheme)
        self.body.addWidget(self.ends)
        self.body.addWidget(self.exceptions)
        words = label("Ranges are set by training samples (calibration):", "muted", wrap=True)
        inside = QGridLayout(self._calibration)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setHorizontalSpacing(GRID + GRID // 2)
        inside.setVerticalSpacing(GRID)
        inside.setColumnStretch(1, 1)
        inside.addWidget(words, 0, 0, 1, 2)
        fields = (("How many", self.samples), ("Which", self.sampling))
        for line, (name, field) in enumerate(fields, 1):
            inside.addWidget(label(name, "muted"), line, 0)
            inside.addWidget(field, line, 1)
        inside.addWidget(label("Of the values seen, the range covers:", "muted", wrap=True), 3, 0, 1, 2)
        inside.addWidget(self.clip, 4, 0, 1, 2)
        inside.addWidget(self.effect, 5, 0, 1, 2)
        self.body.addWidget(self._calibration)

    @Slot(str)
    def _on_scheme(self, scheme: str) -> None:
        self.recipe_changed.emit(replace(self._recipe, scheme=Scheme(scheme)), "")

    @Slot(int)
    def _on_samples(self, samples: int) -> None:
        self.recipe_changed.emit(replace(self._recipe, calibration_samples=samples), "calibration")

    @Slot(int)
    def _on_sampling(self, _place: int) -> None:
        self.recipe_changed.emit(replace(self._recipe, sampling=Sampling(self.sampling.value)), "")

    @Slot(int)
    def _on_clip(self, _place: int) -> None:
        self.recipe_changed.emit(replace(self._recipe, clip=Clip(self.clip.value)), "")


def float_layers(candidate: Candidate) -> tuple[Layer, ...]:
    """The layers that compute in floats although the recipe stores whole numbers, but for those it asks for."""
    recipe = candidate.recipe
    if not recipe.scheme.needs_calibration:
        return ()
    return tuple(
        layer
        for layer in candidate.layers
        if layer.dtype.startswith("float")
        and layer.operator != "DEQUANTIZE"
        and recipe.scheme_of(layer.name) is not Scheme.FLOAT32
    )


def _named(layers: Sequence[Layer]) -> str:
    if not layers:
        return ""
    names = [f"{layer.name} ({layer.operator})" for layer in layers[:_MOST_NAMED]]
    more = f" and {len(layers) - _MOST_NAMED} more" if len(layers) > _MOST_NAMED else ""
    verb = "stays" if len(layers) == 1 else "stay"
    return f"In floats {verb}: {', '.join(names)}{more}. There is no whole-number form of it in this scheme."
