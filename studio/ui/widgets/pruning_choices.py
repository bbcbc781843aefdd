"""What is taken out of the model (pruning): whole channels, and single weights with what zeros win on this board."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.core.candidates import Entry
from studio.core.comparison import sparsity_won
from studio.core.formatting import show_bytes, show_time
from studio.core.recipe import PATTERNS, Recipe
from studio.ui.theme import GRID
from studio.ui.widgets.choices import ShareSlider
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.section import Section

_CHANNELS = (
    "The channels that matter least leave every layer that can lose some, in fours where there are many. Storage, "
    "memory and compute shrink, the accuracy falls: “Recover accuracy” wins it back."
)
_ZEROS = (
    "Zeros alone make nothing smaller or faster: memory and time stay. Where a layer is smaller stored without its "
    "zeros, the generated C does that, which saves storage."
)


class PruningChoices(Section):
    """The part of a recipe that takes channels and weights out; `recipe_changed` carries the whole recipe."""

    recipe_changed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Pruning", unfolded=True, parent=parent)
        self._recipe = Recipe()
        self.channels = ShareSlider(90, "Channels removed")
        self.weights = ShareSlider(95, "Single weights set to zero")
        patterns = {"": "the smallest"}
        patterns |= {one: f"{one.replace(':', ' of every ')} weights stay ({one})" for one in PATTERNS}
        self.pattern = ChoiceField(patterns, "Which single weights")
        self.removed = label("", "small", wrap=True)
        self.won = label(_ZEROS, "small", wrap=True)
        self.body.addWidget(label("Channels removed (structured)", "heading"))
        self.body.addWidget(self.channels)
        self.body.addWidget(label(_CHANNELS, "small", wrap=True))
        self.body.addWidget(self.removed)
        self.body.addSpacing(GRID)
        self.body.addWidget(label("Single weights set to zero", "heading"))
        self.body.addWidget(self.weights)
        self.body.addLayout(row(label("Which:", "muted"), self.pattern))
        self.body.addWidget(self.won)
        self.channels.percent_changed.connect(self._on_channels)
        self.weights.percent_changed.connect(self._on_weights)
        self.pattern.activated.connect(self._on_pattern)
        self.set_removed(0)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the choices of this recipe."""
        self._recipe = recipe
        self.channels.set_percent(round(recipe.pruning * 100))
        self.weights.set_percent(round(recipe.sparsity * 100))
        self.weights.setEnabled(not recipe.pattern)
        self.weights.setToolTip("The pattern says how many weights stay." if recipe.pattern else "")
        self.pattern.show_value(recipe.pattern)
        parts = [f"{recipe.pruning * 100:.0f} % of channels"] if recipe.pruning else []
        if recipe.pattern:
            parts.append(f"{recipe.pattern} weights")
        elif recipe.sparsity:
            parts.append(f"{recipe.sparsity * 100:.0f} % of weights")
        self.set_summary(", ".join(parts) or "none")

    def set_removed(self, channels: int) -> None:
        """Say how many channels went."""
        self.removed.setText(f"{channels} channels are gone.")
        self.removed.setVisible(channels > 0)

    def set_entries(self, entries: Sequence[Entry], board: str) -> None:
        """Say what zeros won on the board, once it was measured with and without them."""
        won = sparsity_won(entries, self._recipe)
        if won is None:
            self.won.setText(_ZEROS)
            return
        saved, slower = won
        words = f"On the {board} these zeros save {show_bytes(saved)} of storage"
        if saved <= 0:
            words = f"On the {board} these zeros win nothing: no layer is smaller stored without them"
        if slower > 0:
            words += f", and an answer takes {show_time(slower)} longer"
        elif slower < 0:
            words += f", and an answer comes {show_time(-slower)} sooner"
        self.won.setText(f"{words}. Memory is the same.")

    @Slot(int)
    def _on_channels(self, percent: int) -> None:
        self.recipe_changed.emit(replace(self._recipe, pruning=percent / 100), "pruning")

    @Slot(int)
    def _on_weights(self, percent: int) -> None:
        self.recipe_changed.emit(replace(self._recipe, sparsity=percent / 100), "sparsity")

    @Slot(int)
    def _on_pattern(self, _place: int) -> None:
        pattern = self.pattern.value
        self.recipe_changed.emit(replace(self._recipe, pattern=pattern), "")
