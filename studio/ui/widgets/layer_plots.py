"""The plots below the table of layers, one tab each, with one selection: what is marked in one is marked in all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QTabWidget, QWidget

from studio.core.board_report import LayerClock
from studio.core.build import Build
from studio.core.dataset import Task
from studio.core.evaluation import Evaluation
from studio.core.formatting import show_bytes
from studio.core.layer_facts import LayerFacts
from studio.core.memory_plan import MemoryPlan, memory_plan
from studio.ui import theme
from studio.ui.widgets.bar_plot import BarPlot
from studio.ui.widgets.histogram_plot import HistogramPlot
from studio.ui.widgets.layer_columns import From
from studio.ui.widgets.layer_series import (
    accuracy_bars,
    board_times,
    error_bars,
    graph_nodes,
    names_of,
    show_decibels,
    show_percent,
    size_bars,
    work_bars,
    worst_bars,
)
from studio.ui.widgets.memory_plot import MemoryPlot
from studio.ui.widgets.model_graph import ModelGraph
from studio.ui.widgets.plot import Plot
from studio.ui.widgets.sensitivity_map import SensitivityMap


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the plots draw, and the words for what cannot be drawn, by the name of the tab."""

    layers: tuple[LayerFacts, ...] = ()
    stale: frozenset[From] = frozenset()
    build: Build | None = None
    board: str = ""
    ram_bytes: int = 0
    compressed: bool = False
    accuracy: Evaluation | None = None
    accuracy_stale: bool = False
    empty: tuple[tuple[str, str], ...] = ()
    clock: LayerClock | None = None

    def words(self, tab: str) -> str:
        """What stands in the place of a tab's plot; "" where it can be drawn."""
        return dict(self.empty).get(tab.lower(), "")


class LayerPlots(QTabWidget):
    """Size, error, work, memory, numbers, sensitivity, graph and accuracy; only the tab in sight is drawn."""

    layer_picked = Signal(int)
    picture_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = Shown()
        self._due: set[str] = set()
        self._marked: tuple[int, ...] = ()
        self._current: int | None = None
        self._places: dict[str, dict[int, int]] = {}
        self._plan: tuple[Build, MemoryPlan | None] | None = None
        self.sizes = BarPlot("Storage of each layer", lambda size: show_bytes(round(size)), binary=True)
        self.error = BarPlot("Error", show_decibels)
        self.work = BarPlot("Share of the work", show_percent)
        self.memory = MemoryPlot()
        self.numbers = HistogramPlot()
        self.sensitivity = SensitivityMap()
        self.graph = ModelGraph()
        self.accuracy = BarPlot("Accuracy", show_percent, top=1.0)
        self.error_choice = QComboBox()
        self.error_choice.addItems(["SQNR of its output", "Accuracy with the worst probe"])
        self.error_choice.setAccessibleName("Which error is shown")
        self.error.tools.addWidget(self.error_choice)
        self.tabs: dict[str, Plot] = {
            "Size": self.sizes,
            "Error": self.error,
            "Work": self.work,
            "Memory": self.memory,
            "Numbers": self.numbers,
            "Sensitivity": self.sensitivity,
            "Graph": self.graph,
            "Accuracy": self.accuracy,
        }
        self.setDocumentMode(True)
        self.tabBar().setAccessibleName("What is drawn of the layers")
        for name, plot in self.tabs.items():
            plot.setContentsMargins(0, theme.GRID // 2, 0, 0)
            self.addTab(plot, name)
            plot.picture_wanted.connect(lambda suffix, plot=plot: self.picture_wanted.emit(plot, suffix))
            if plot not in (self.accuracy, self.numbers):
                plot.picked.connect(lambda place, name=name: self._on_picked(name, place))
        self.error_choice.currentIndexChanged.connect(self._on_error_choice)
        self.currentChanged.connect(self._refresh)

    @property
    def shown(self) -> Shown:
        """What is drawn."""
        return self._shown

    def show_tab(self, name: str) -> None:
        """Show the tab of this name."""
        self.setCurrentWidget(self.tabs[name])

    def set_shown(self, shown: Shown) -> None:
        """Draw this from now on."""
        if shown != self._shown:
            self._shown = shown
            self._due = set(self.tabs)
        self._refresh()

    def mark(self, numbers: Sequence[int], current: int | None) -> None:
        """Mark these layers in every plot."""
        self._marked, self._current = tuple(numbers), current
        self._due.add("Numbers")
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """Bring the tab in sight up to date."""
        name = self.tabText(self.currentIndex())
        if name in self._due:
            self._due.discard(name)
            plot = self.tabs[name]
            words = self._shown.words(name)
            plot.set_empty(words)
            if words and name not in ("Error", "Sensitivity"):
                plot.set_keys(())
                plot.set_note("")
            else:
                getattr(self, f"_draw_{name.lower()}")()
        self._mark_shown()

    def _mark_shown(self) -> None:
        name = self.tabText(self.currentIndex())
        plot = self.tabs[name]
        if plot in (self.accuracy, self.numbers):
            return
        place_of = self._places.get(name)
        if place_of is None:
            plot.mark(self._marked, self._current)
            return
        places = [place_of[number] for number in self._marked if number in place_of]
        plot.mark(places, place_of.get(self._current) if self._current is not None else None)

    def _draw_size(self) -> None:
        shown = self._shown
        names, marks = names_of(shown.layers)
        self.sizes.set_bars(names, size_bars(shown.layers, shown.stale, compressed=shown.compressed), marks)

    def _draw_error(self) -> None:
        shown = self._shown
        names, marks = names_of(shown.layers)
        if self.error_choice.currentIndex() == 0:
            self.error.set_heading("How well each output is kept")
            self.error.set_show(show_decibels)
            series = error_bars(shown.layers, shown.stale)
            missing = shown.words("Error") or "This is measured next."
        else:
            self.error.set_heading("Accuracy if only this layer is changed")
            self.error.set_show(show_percent, top=1.0)
            series = worst_bars(shown.layers)
            missing = shown.words("Sensitivity") or "Measure the sensitivity first, on its tab."
        is_known = any(value is not None for value in series[0].values)
        self.error.set_empty("" if is_known else missing)
        self.error.set_bars(names, series, marks)

    def _draw_work(self) -> None:
        shown = self._shown
        names, marks = names_of(shown.layers)
        times = board_times(shown.layers, shown.build, shown.clock)
        series, words = work_bars(shown.layers, shown.stale, shown.board, times, shown.clock)
        self.work.set_bars(names, series, marks)
        self.work.set_note(words)

    def _draw_memory(self) -> None:
        build = self._shown.build
        if build is None:
            return
        if self._plan is None or self._plan[0] is not build:
            self._plan = (build, memory_plan(build))
        plan = self._plan[1]
        if plan is None:
            self.memory.set_empty("This build keeps nothing in a working buffer.")
            return
        number_of = {facts.pair.after.index: facts.number for facts in self._shown.layers if facts.pair.after}
        numbers = [number_of.get(index, -1) for index in plan.layers]
        names = [
            self._shown.layers[number].pair.short_name if number >= 0 else name
            for number, name in zip(numbers, plan.names, strict=True)
        ]
        self._places["Memory"] = {number: step for step, number in enumerate(numbers) if number >= 0}
        self.memory.set_plan(
            replace(plan, names=tuple(names)),
            names,
            [str(number) if number >= 0 else "" for number in numbers],
            limit_bytes=self._shown.ram_bytes,
            board=self._shown.board,
            stale=From.BUILD in self._shown.stale,
        )

    def _draw_numbers(self) -> None:
        layers = self._shown.layers
        number = self._current
        if number is None or number >= len(layers):
            self.numbers.set_inside("", None)
            self.numbers.set_empty(
                "Select a layer in the table: how its weights and outputs are spread stands here."
            )
            return
        facts = layers[number]
        self.numbers.set_empty(
            ""
            if facts.inside
            else "Nothing was measured inside this layer: it is not in the compressed model."
            if facts.pair.after is None
            else "This layer's numbers are looked into next."
        )
        self.numbers.set_inside(facts.pair.short_name, facts.inside, stale=From.INSIDES in self._shown.stale)

    def _draw_sensitivity(self) -> None:
        layers = [f for f in self._shown.layers if f.pair.before is not None and f.pair.before.parameters]
        self._places["Sensitivity"] = {facts.number: place for place, facts in enumerate(layers)}
        names, marks = names_of(layers)
        baseline = next((facts.baseline for facts in layers if facts.baseline is not None), None)
        metric = self._shown.accuracy.metric if self._shown.accuracy else "accuracy"
        self.sensitivity.set_rows(names, [facts.sensitivity for facts in layers], baseline, marks, metric)

    def _draw_graph(self) -> None:
        self.graph.set_nodes(graph_nodes(self._shown.layers))

    def _draw_accuracy(self) -> None:
        found = self._shown.accuracy
        if found is None:
            return
        classifies = found.task is Task.CLASSIFICATION
        self.accuracy.set_heading("Accuracy of each class" if classifies else f"Overall: {found.metric}")
        names = ["overall", *(score.label for score in found.classes)]
        self.accuracy.set_bars(
            names, accuracy_bars(found, stale=self._shown.accuracy_stale), ["all", *names[1:]]
        )
        self.accuracy.set_note(f"{found.n} test samples, computed by {found.engine.value}")

    def _on_picked(self, name: str, place: int) -> None:
        place_of = self._places.get(name)
        if place_of is not None:
            known = [number for number, at in place_of.items() if at == place]
            if not known:
                return
            place = known[0]
        self.layer_picked.emit(place)

    @Slot()
    def _on_error_choice(self) -> None:
        self._due.add("Error")
        self._refresh()
