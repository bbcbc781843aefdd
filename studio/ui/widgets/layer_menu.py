"""The menu for selected layers: how their numbers are stored, and what is removed from them."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget, QWidgetAction

from studio.core.layer_facts import LayerFacts
from studio.core.recipe import Recipe, Scheme
from studio.ui.theme import GRID
from studio.ui.widgets.choices import ShareSlider

SCHEME_KEYS = {Scheme.INT4: "4", Scheme.INT8: "8", Scheme.INT16: "6", Scheme.FLOAT32: "F"}
_TITLES = {
    Scheme.INT4: "Weights in 4 bits (int4)",
    Scheme.INT8: "8 bits (int8)",
    Scheme.INT16: "Activations in 16 bits (int16×8)",
    Scheme.FLOAT32: "As trained, 32 bits (float32)",
}
_SHARES = (0.0, 0.1, 0.25, 0.5, 0.75)
_MOST_PERCENT = 90


class LayerMenu(QMenu):
    """What can be chosen for the layers it was made for; what none of them can take is greyed with the reason."""

    choice_wanted = Signal(str, object)
    release_wanted = Signal()

    def __init__(self, layers: Sequence[LayerFacts], recipe: Recipe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers = tuple(layers)
        self.setToolTipsVisible(True)
        self.setAccessibleName("For the selected layers")
        self.addSection(
            layers[0].pair.short_name if len(layers) == 1 else f"{len(layers)} layers" if layers else ""
        )
        self._add_schemes(recipe)
        self.addSeparator()
        self._add_shares("pruning", "&Channels removed", recipe.pruning)
        self._add_shares("sparsity", "&Single weights removed", recipe.sparsity)
        self.addSeparator()
        release = self.addAction("As the &rest in everything\tDel", self.release_wanted.emit)
        release.setEnabled(any(facts.own for facts in layers))
        if not release.isEnabled():
            release.setToolTip("Nothing differs from the rest here.")

    def _add_schemes(self, recipe: Recipe) -> None:
        reason, able = self._able("scheme")
        chosen = {facts.choice.scheme for facts in able}
        for scheme, title in _TITLES.items():
            action = self.addAction(f"{title}\t{SCHEME_KEYS[scheme]}")
            action.setCheckable(True)
            action.setChecked(chosen == {scheme})
            action.setEnabled(bool(able))
            action.setToolTip(reason)
            action.triggered.connect(
                lambda _checked=False, scheme=scheme: self.choice_wanted.emit("scheme", scheme)
            )
        rest = self.addAction(f"As the rest ({recipe.scheme.value})")
        rest.setCheckable(True)
        rest.setChecked(chosen == {None})
        rest.setEnabled(bool(able))
        rest.setToolTip(reason)
        rest.triggered.connect(lambda _checked=False: self.choice_wanted.emit("scheme", None))

    def _add_shares(self, part: str, title: str, share_of_rest: float) -> None:
        reason, able = self._able(part)
        menu = self.addMenu(title)
        menu.setToolTipsVisible(True)
        menu.menuAction().setToolTip(reason)
        menu.setEnabled(bool(able))
        chosen = {getattr(facts.choice, part) for facts in able}
        values: list[tuple[str, float | None]] = [(f"As the rest ({share_of_rest * 100:.0f} %)", None)]
        values += [(f"{share * 100:.0f} %", share) for share in _SHARES]
        for words, value in values:
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(chosen == {value})
            action.triggered.connect(lambda _checked=False, value=value: self.choice_wanted.emit(part, value))
        menu.addSeparator()
        known = next((share for share in chosen if share is not None), share_of_rest)
        menu.addAction(self._other(menu, part, known))

    def _other(self, menu: QMenu, part: str, share: float) -> QWidgetAction:
        """A slider for any other share."""
        name = "Channels removed" if part == "pruning" else "Single weights removed"
        slider = ShareSlider(_MOST_PERCENT, name)
        slider.set_percent(round(share * 100))
        slider.setMinimumWidth(220)
        button = QPushButton("Set")
        body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        layout.addWidget(slider, 1)
        layout.addWidget(button)
        action = QWidgetAction(menu)
        action.setDefaultWidget(body)

        def take() -> None:
            self.choice_wanted.emit(part, slider.slider.value() / 100)
            menu.close()
            self.close()

        button.clicked.connect(take)
        return action

    def _able(self, part: str) -> tuple[str, list[LayerFacts]]:
        """Why some of the layers cannot take `part`, and those that can."""
        able = [facts for facts in self._layers if not facts.refusal(part)]
        refused = [facts for facts in self._layers if facts.refusal(part)]
        if not self._layers:
            return "Select layers in the table first.", able
        if not refused:
            return "", able
        words = f"{refused[0].pair.short_name}: {refused[0].refusal(part)}"
        return words if not able else f"{len(able)} of {len(self._layers)} layers can. {words}", able
