"""What much of something costs the window's thread: 500 layers, 1,000 trials or classes, a second of sound.

    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.many

The work of this process for each, the best of five tries, beside its limit: what holds the window up does so every
time, what a busy machine adds is not there every time. Also the C text of a model of 4 MB, and how its time grows from
1 MB (4 would be linear). `ratio` is the largest share of a limit. One JSON line at the end.
"""

import gc
import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from studio.compiler import generate
from studio.core.board import find_board
from studio.core.forecast import forecast, forecast_fit
from studio.core.graph_layout import lay_out
from studio.core.metric import Metric
from studio.core.recipe import Recipe
from studio.core.trade_off import Cost, points
from studio.core.verdict import LayerVerdict, Runs
from studio.headless.tables import table
from studio.ui.dropped import kind_of
from studio.ui.pages.layers import LayersPage
from studio.ui.session import Session
from studio.ui.widgets.accuracy_view import AccuracyView
from studio.ui.widgets.confusion_matrix import ConfusionMatrix
from studio.ui.widgets.sample_view import SampleView
from studio.ui.widgets.trade_off_plot import TradeOffPlot
from studio.ui.widgets.verdict_list import VerdictList
from tests.compiler.test_large_models import SHAPES, megabytes
from tests.core import test_forecast as known_forecast
from tests.core.entries import trial
from tests.ui import layers as known
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.test_accuracy_view import class_data, judged, scores_of
from tests.ui.walks import wait

TRIES = 5
LINEAR = 4.0
Step = Callable[[int], object]
Case = tuple[str, float, Step]
"""What it is, its limit in ms, and the work, which is told the number of the try."""


def main() -> None:
    """Measure and print."""
    app = QApplication([])
    found: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, limit, step in itertools.chain(
            layers_page(), widgets(Path(folder)), computed(Path(folder)), large_models()
        ):
            found[name] = (work_ms(app, step), limit)
    growth = max(found[f"C of 4 MB, {name}"][0] / found[f"C of 1 MB, {name}"][0] for name in SHAPES)
    rows = [(name, f"{spent:.1f} ms", f"{limit:.0f} ms") for name, (spent, limit) in found.items()]
    print(table("What much of something costs", rows, ("work", "spent", "limit")))
    print(f"C text of 4 MB against 1 MB: {growth:.1f} times the time (linear: {LINEAR:.0f})")
    print(
        json.dumps(
            {
                "benchmark": "many",
                "ms": {name: round(spent, 2) for name, (spent, _) in found.items()},
                "growth": round(growth, 2),
                "ratio": round(max(spent / limit for spent, limit in found.values()), 3),
            }
        )
    )


def work_ms(app: QApplication, step: Step) -> float:
    """The least work of this process for the step and what the window does about it, in milliseconds."""
    tries = []
    for number in range(TRIES):
        gc.collect()
        began = time.process_time()
        step(number)
        app.processEvents()
        tries.append((time.process_time() - began) * 1000)
    return min(tries)


def layers_page() -> Iterator[Case]:
    """500 layers: choosing, sorting, filtering, new figures and every plot."""
    session = Session(CannedWorker(known.long_results()), studies_worker=known.ProbingWorker())
    session.change(made.project())
    page = LayersPage(session)
    page.resize(1060, 640)
    page.show()
    wait(lambda: not session.busy and session.results.insides is not None and not page.stale)

    def show_anew(tab: str, _number: int) -> None:
        page.plots.show_tab(tab)
        page.plots.set_shown(replace(page.plots.shown, ram_bytes=page.plots.shown.ram_bytes + 1))

    yield "500 layers, select", 50, lambda number: page.table.select(400 - number)
    yield (
        "500 layers, sort",
        50,
        lambda number: page.table.sortByColumn(3 + number, Qt.SortOrder.DescendingOrder),
    )
    yield "500 layers, filter", 50, lambda number: page.tools.filter.setText(("conv", "", "add")[number % 3])
    yield "500 layers, select many", 50, lambda number: page.table.select_many(range(number, 500, 3))
    yield "500 layers, new figures", 50, lambda _: page._show()
    yield "500 layers, new plots", 50, lambda _: page._show_plots()
    for tab in page.plots.tabs:
        yield f"500 layers, plot {tab}", 50, partial(show_anew, tab)
    page.close()


def widgets(folder: Path) -> Iterator[Case]:
    """Single widgets with much to show."""
    sound = SampleView()
    sound.resize(400, 200)
    sound.set_sample(np.random.default_rng(1).normal(size=16000), (16000,), "noise")
    yield "a second of sound", 50, lambda _: sound.grab()

    verdicts = VerdictList()
    many = tuple(LayerVerdict(f"layer {number}", "CONV_2D", Runs.AS_IT_IS) for number in range(500))
    model = replace(made.model(), verdicts=many)
    yield "500 verdicts", 50, lambda number: verdicts.set_model(replace(model, name=str(number)))

    plot = TradeOffPlot()
    tried = [trial(n, Recipe(pruning=n / 1200), 0.9 + n / 20_000, flash=10_000 + n) for n in range(1000)]
    limits = {Cost.STORAGE: 28_000, Cost.MEMORY: 10_000_000, Cost.TIME: 100_000}
    yield (
        "1,000 trials",
        150,
        lambda _: plot.set_points(points([], tried), Recipe(), limits, metric=Metric.ACCURACY),
    )

    dataset, split = class_data(folder, classes=1000, samples=3000)
    random = np.random.default_rng(5)
    y = split.y.astype(np.int64)
    before, after = np.where(random.random((2, 3000)) < 0.1, random.integers(0, 1000, (2, 3000)), y)
    judgement = judged(folder, dataset, split, scores_of(before, 1000), scores_of(after, 1000))
    view = AccuracyView()
    view.resize(660, 380)
    view.show()
    yield (
        "an evaluation, shown",
        50,
        lambda number: view.set_evaluation(replace(judgement, recipe=f"int8, {number}"), dataset),
    )
    wait(lambda: view.overview is not None)
    view.classes.views.buttons["confusion"].click()
    view.classes.forms.buttons["matrix"].click()
    matrix: ConfusionMatrix = view.classes.matrix
    yield "1,000 classes, matrix", 50, lambda _: matrix.grab()
    view.close()


def computed(folder: Path) -> Iterator[Case]:
    """What is computed while somebody waits."""
    of = known_forecast.layers(500)
    base = known_forecast.candidate(Recipe(), of)
    build, board = known_forecast.build(base), find_board("virtual_cortex_m4")
    yield (
        "500 layers, forecast",
        50,
        lambda number: forecast_fit(forecast(of, Recipe(pruning=number / 100), base, build), board, 100_000),
    )
    graph = [() if node == 0 else (node - 1, max(0, node - 4)) for node in range(500)]
    yield "500 layers, graph", 500, lambda _: lay_out(graph)
    for label in ("cat", "dog"):
        (folder / "pictures" / label).mkdir(parents=True)
        for number in range(3000):
            (folder / "pictures" / label / f"{number}.png").touch()
    yield "6,000 files, told apart", 50, lambda _: kind_of(folder / "pictures")


def large_models() -> Iterator[Case]:
    """The C text of models of megabytes; written in the worker, so that its limit is patience."""
    for name in SHAPES:
        for count in (1, 4):
            data = megabytes(count, name)
            yield f"C of {count} MB, {name}", 500.0 * count, partial(_written, data)


def _written(data: bytes, _number: int) -> None:
    generate(data)


if __name__ == "__main__":
    main()
