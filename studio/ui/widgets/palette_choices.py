"""How many different weights each layer may have (palette, also called weight clustering)."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.core.recipe import PALETTES, Recipe
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import label
from studio.ui.widgets.section import Section

_WORDS = (
    "Weights that are nearly alike become the same (k-means); each is then stored as its number in a short list. "
    "The generated C does so where that is smaller. Needs int8, int16×8 or int4."
)


class PaletteChoices(Section):
    """The palette of a recipe; `recipe_changed` carries the whole recipe."""

    recipe_changed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Palette (weight clustering)", parent=parent)
        self._recipe = Recipe()
        choices = {"0": "Any weights (off)"}
        choices |= {str(one): f"{one} different weights a layer" for one in sorted(PALETTES, reverse=True)}
        self.palette_field = ChoiceField(choices, "Different weights a layer")
        self.body.addWidget(self.palette_field)
        self.body.addWidget(label(_WORDS, "small", wrap=True))
        self.palette_field.activated.connect(self._on_palette)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the choice of this recipe."""
        self._recipe = recipe
        self.palette_field.show_value(str(recipe.palette))
        self.palette_field.setEnabled(recipe.scheme.needs_calibration or recipe.palette > 0)
        self.set_summary(f"{recipe.palette} weights" if recipe.palette else "off")

    @Slot(int)
    def _on_palette(self, _place: int) -> None:
        self.recipe_changed.emit(replace(self._recipe, palette=int(self.palette_field.value)), "")
