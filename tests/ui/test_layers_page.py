"""The Layers page: a table and two plots with one selection."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.dataset import Task
from studio.core.pipeline import Results
from studio.core.project import Project
from studio.ui import theme
from studio.ui.pages.layers import LayersPage
from studio.ui.session import Session
from studio.ui.widgets.layer_table import COLUMNS
from tests.ui import results as made
from tests.ui.canned import canned_session

Make = Callable[[Results, Project], tuple[LayersPage, Session]]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(results: Results, project: Project) -> tuple[LayersPage, Session]:
        session, _ = canned_session(results, project)
        found = LayersPage(session)
        qtbot.addWidget(found)
        found.resize(1060, 640)
        found.show()
        qtbot.waitUntil(lambda: not session.busy and found.sizes.made and found.accuracy.made)
        return found, session

    return page


def cell(page: LayersPage, row: int, heading: str) -> str:
    column = next(place for place, known in enumerate(COLUMNS) if known.heading == heading)
    model = page.table.model()
    return str(model.index(row, column).data())


def test_an_empty_page_says_what_to_do_next(make: Make) -> None:
    page, _ = make(Results(), Project())
    assert "Open a model" in page.empty_words


def test_a_model_without_data_shows_its_layers_and_asks_for_data(make: Make) -> None:
    page, _ = make(replace(made.results(), dataset=None), replace(made.project(), data=""))
    assert page.empty_words == ""
    assert cell(page, 0, "Layer") == "conv1"
    assert cell(page, 0, "Weights") == "512 B"


def test_weights_before_and_after_stand_side_by_side(make: Make) -> None:
    page, _ = make(made.results(), made.project())
    assert cell(page, 0, "Weights") == "512 B → 152 B"
    assert [series.name for series in page.sizes.series] == ["before", "after"]
    assert page.sizes.series[0].values[2] == 2624
    assert page.sizes.series[1].values[2] == 680
    assert "Weights 3.3 KB → 998 B" in page.summary


def test_instructions_appear_once_the_board_has_counted_them(make: Make) -> None:
    page, _ = make(made.results(), made.project())
    assert cell(page, 0, "Instructions") == "31.6 k"


def test_accuracy_has_its_interval_overall_and_a_bar_for_each_class(make: Make) -> None:
    page, _ = make(made.results(), made.project())
    before, after = page.accuracy.series
    assert len(after.values) == 1 + len(made.LABELS)
    assert after.intervals == ((0, 0.962, 0.989),)
    assert before.intervals[0][0] == 0
    page.accuracy.select(0)
    assert "97.9 %" in page.accuracy.read_out
    assert "96.2 %" in page.accuracy.read_out


def test_a_row_selects_its_bar_and_a_bar_its_row(make: Make) -> None:
    page, _ = make(made.results(), made.project())
    page.table.select(2)
    assert page.sizes.selected == 2
    assert page.sizes.read_out.startswith("conv2: before 2.6 KB")
    page.sizes.bar_selected.emit(4)
    assert page.table.selected == 4


def test_the_selection_survives_sorting_and_new_results(make: Make, qtbot: QtBot) -> None:
    page, session = make(made.results(), made.project())
    page.table.select(4)
    page.table.sortByColumn(6, Qt.SortOrder.DescendingOrder)
    assert cell(page, 0, "Layer") == "conv2"
    assert page.table.selected == 4
    session.change(replace(session.project, recipe=replace(session.project.recipe, pruning=0.2)))
    qtbot.waitUntil(lambda: not session.busy and session.results.build is not None)
    assert page.table.selected == 4


def test_hovering_a_bar_reads_it_out(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results(), made.project())
    plot = page.sizes._plot
    box = plot.getViewBox()
    spot = plot.mapFromScene(box.mapViewToScene(box.viewRect().center()))
    QTest.mouseMove(plot.viewport(), QPoint(spot.x() - 4, spot.y()))
    QTest.mouseMove(plot.viewport(), spot)
    qtbot.waitUntil(lambda: "before" in page.sizes.read_out)


def test_a_model_that_answers_numbers_shows_its_explained_variance(make: Make) -> None:
    found = made.results()
    assert found.evaluation is not None
    numbers = replace(
        found.evaluation,
        task=Task.REGRESSION,
        classes=(),
        accuracy=0.98,
        mean_error=0.08,
        float_mean_error=0.07,
    )
    page, _ = make(replace(found, evaluation=numbers), made.project())
    assert "R² 0.9810 → 0.9800" in page.summary
    assert page.accuracy.series[1].intervals == ()


def test_plots_change_their_colours_with_the_theme(make: Make, qapp: object) -> None:
    page, _ = make(made.results(), made.project())
    theme.apply(qapp, theme.Mode.DARK)  # type: ignore[arg-type]
    try:
        assert page.grab().toImage().pixelColor(2, 2).lightness() < 60
    finally:
        theme.apply(qapp, theme.Mode.LIGHT)  # type: ignore[arg-type]
