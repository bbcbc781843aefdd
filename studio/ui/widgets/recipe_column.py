"""All choices of a recipe in one column of sections that fold."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.core.recipe import Recipe
from studio.ui.theme import GRID
from studio.ui.widgets.apart_choices import ApartChoices
from studio.ui.widgets.layouts import Inside, row
from studio.ui.widgets.number_choices import NumberChoices
from studio.ui.widgets.palette_choices import PaletteChoices
from studio.ui.widgets.pruning_choices import PruningChoices
from studio.ui.widgets.search_panel import SearchPanel
from studio.ui.widgets.student_choices import StudentChoices
from studio.ui.widgets.training_panel import TrainingPanel
from studio.ui.widgets.tuning_choices import TuningChoices


class RecipeColumn(Inside):
    """`recipe_changed` carries the recipe that a choice leads to, and a word by which quick changes are merged."""

    recipe_changed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = NumberChoices()
        self.pruning = PruningChoices()
        self.palette_choices = PaletteChoices()
        self.apart = ApartChoices()
        self.student = StudentChoices()
        self.training = TrainingPanel()
        self.search = SearchPanel()
        self.tuning = TuningChoices()
        self.load_recipe = QPushButton("Load recipe…")
        self.save_recipe = QPushButton("Save recipe…")
        self._choices = (self.numbers, self.pruning, self.palette_choices, self.apart, self.student)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, GRID, 0)
        layout.setSpacing(GRID)
        for section in (*self._choices, self.training, self.search, self.tuning):
            layout.addWidget(section)
        layout.addLayout(row(self.load_recipe, self.save_recipe, None))
        layout.addStretch(1)
        for section in self._choices:
            section.recipe_changed.connect(self.recipe_changed)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show the choices of this recipe without saying that they were made."""
        for section in self._choices:
            section.set_recipe(recipe)
        self.training.set_recipe(recipe)

    def set_choosable(self, choosable: bool) -> None:
        """Let choices be made, or grey them out where there is nothing to choose."""
        for section in (*self._choices, self.training, self.search):
            section.setEnabled(choosable)
