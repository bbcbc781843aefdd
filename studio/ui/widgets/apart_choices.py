"""The layers that differ from the rest of a recipe: which and how, and the way to change that."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from studio.core.recipe import LayerChoice, Recipe
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.section import Section

_MOST_NAMED = 6
_NONE = "Every layer follows the choices above. On the Layers page single layers can be stored or pruned otherwise."


class ApartChoices(Section):
    """Says which layers differ; `recipe_changed` takes them back, `layers_wanted` asks for their page."""

    recipe_changed = Signal(object, str)
    layers_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Layers apart", parent=parent)
        self._recipe = Recipe()
        self.words = label(_NONE, "small", wrap=True)
        self.edit = QPushButton("Edit in Layers")
        self.clear = QPushButton("Clear")
        self.clear.setToolTip("Let every layer follow the rest again")
        self.body.addWidget(self.words)
        self.body.addLayout(row(self.edit, self.clear, None))
        self.edit.clicked.connect(self.layers_wanted)
        self.clear.clicked.connect(self._on_clear)
        self.set_recipe(self._recipe)

    def set_recipe(self, recipe: Recipe) -> None:
        """Show what differs in this recipe."""
        self._recipe = recipe
        count = len(recipe.layers)
        lines = [_said(choice) for choice in recipe.layers[:_MOST_NAMED]]
        if count > _MOST_NAMED:
            lines.append(f"and {count - _MOST_NAMED} more")
        self.words.setText("\n".join(lines) or _NONE)
        self.clear.setEnabled(count > 0)
        self.set_summary(f"{count} layer{'s' if count != 1 else ''}" if count else "none")

    @Slot()
    def _on_clear(self) -> None:
        self.recipe_changed.emit(replace(self._recipe, layers=()), "")


def _said(choice: LayerChoice) -> str:
    parts = [choice.scheme.value] if choice.scheme else []
    if choice.pruning is not None:
        parts.append(f"{choice.pruning * 100:.0f} % of channels removed")
    if choice.sparsity is not None:
        parts.append(f"{choice.sparsity * 100:.0f} % of weights zero")
    return f"{choice.layer}: {', '.join(parts)}"
