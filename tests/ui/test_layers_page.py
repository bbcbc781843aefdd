"""The Layers page: a table and plots with one selection, and choices for single layers in one step of undo."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from studio.core.board import find_board
from studio.core.dataset import Task
from studio.core.layer_facts import facts_of
from studio.core.layers import pair_layers
from studio.core.project import Project
from studio.core.recipe import LayerChoice, Recipe, Scheme
from studio.core.results import Results
from studio.ui import theme
from studio.ui.pages.layers import LayersPage
from studio.ui.session import Session
from studio.ui.widgets.choices import ShareSlider
from studio.ui.widgets.layer_columns import PLACES
from studio.ui.widgets.layer_menu import LayerMenu
from tests.ui import layers as known
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.hands import press

Make = Callable[..., tuple[LayersPage, Session]]
CONV1, CONV2, DENSE = (made.BEFORE[place].name for place in (0, 2, 4))


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(
        results: Results | None = None,
        project: Project | None = None,
        studies: CannedWorker | None = None,
        size: tuple[int, int] = (1060, 640),
    ) -> tuple[LayersPage, Session]:
        session = Session(
            CannedWorker(results or known.results()), studies_worker=studies or known.ProbingWorker()
        )
        session.change(project or made.project())
        found = LayersPage(session)
        qtbot.addWidget(found)
        found.resize(*size)
        found.show()
        qtbot.waitUntil(lambda: not session.busy and not found.stale)
        return found, session

    return page


def cell(page: LayersPage, row: int, key: str) -> str:
    return str(page.table.model().index(row, PLACES[key]).data())


def click_row(
    page: LayersPage, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    spot = page.table.visualRect(page.table.model().index(row, PLACES["layer"])).center()
    QTest.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, modifier, spot)


def drag_rows(page: LayersPage, first: int, last: int) -> None:
    viewport, model = page.table.viewport(), page.table.model()
    spots = [page.table.visualRect(model.index(row, 1)).center() for row in range(first, last + 1)]
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(viewport, spot)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spots[-1])


def open_menu(page: LayersPage, qtbot: QtBot) -> LayerMenu:
    qtbot.waitUntil(lambda: not page.stale)
    QTest.mouseClick(page.tools.choose_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.menu is not None and page.menu.isVisible())
    assert page.menu is not None
    return page.menu


def action(menu: QMenu, text: str) -> object:
    return next(one for one in menu.actions() if text in one.text())


def test_an_empty_page_says_what_to_do_next(make: Make) -> None:
    page, _ = make(Results(), Project())
    assert "Open a model" in page.empty_words


def test_a_model_without_data_shows_its_layers_and_asks_for_data(make: Make) -> None:
    page, _ = make(replace(made.results(), dataset=None), replace(made.project(), data=""))
    assert page.empty_words == ""
    assert cell(page, 0, "layer") == "conv1"
    assert cell(page, 0, "weights") == "512 B"
    assert "Add data" in page.notice.sentence
    for tab in ("Error", "Memory", "Numbers", "Sensitivity", "Accuracy"):
        page.plots.show_tab(tab)
        assert "Add a data set" in page.plots.tabs[tab].empty_words, tab
    assert not page.plots.sensitivity.measure_button.isEnabled()


def test_weights_before_and_after_stand_side_by_side(make: Make) -> None:
    page, _ = make()
    assert cell(page, 0, "weights") == "512 B → 152 B"
    before, after = page.plots.sizes.series[:2]
    assert (before.name, after.name) == ("before", "after")
    assert before.values[2] == 2624
    assert after.values[2] == 680
    assert "Weights 3.3 KB → 998 B" in page.summary


def test_figures_of_every_result_stand_in_the_table(make: Make) -> None:
    page, _ = make()
    assert cell(page, 0, "instructions") == "31.6 k"
    assert cell(page, 0, "sqnr") == "40.0 dB"
    assert cell(page, 0, "cosine") == "0.9900"
    assert cell(page, 0, "zeros") == "25 %"
    assert cell(page, 0, "flash") == "152 B"
    assert cell(page, 1, "macs") == "–"
    assert cell(page, 0, "cycles").startswith("≈ ")


def test_a_row_marks_its_place_in_every_plot_and_a_place_its_row(make: Make) -> None:
    page, _ = make()
    click_row(page, 2)
    assert page.table.selected == 2
    for tab, place in (
        ("Size", 2),
        ("Error", 2),
        ("Work", 2),
        ("Memory", 2),
        ("Sensitivity", 1),
        ("Graph", 2),
    ):
        page.plots.show_tab(tab)
        assert page.plots.tabs[tab].marked == {place}, tab
    page.plots.show_tab("Size")
    assert page.plots.sizes.read_out.startswith("conv2: before 2.6 KB")
    plot = page.plots.sizes
    spot = QPoint(round(plot.x_of(4)), plot.surface.height() // 2)
    QTest.mouseClick(plot.surface, Qt.MouseButton.LeftButton, pos=spot)
    assert page.table.selected == 4
    QTest.keyClick(plot.surface, Qt.Key.Key_Left)
    assert page.table.selected == 3
    page.plots.show_tab("Numbers")
    assert "mean" in page.plots.numbers.heading


def test_the_selection_survives_sorting_and_new_results(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    page.table.select_many((2, 4), 4)
    page.table.sortByColumn(PLACES["weights"], Qt.SortOrder.DescendingOrder)
    assert cell(page, 0, "layer") == "conv2"
    assert page.table.selected_numbers == (2, 4)
    session.change(replace(session.project, recipe=replace(session.project.recipe, pruning=0.2)))
    qtbot.waitUntil(lambda: not session.busy and not page.stale)
    assert session.results.build is not None
    assert page.table.selected_numbers == (2, 4)
    assert page.table.selected == 4


def test_a_selected_layer_stays_selected_when_compression_adds_layers_before_it(make: Make) -> None:
    page, _ = make()
    page.table.select_many((2, 4), 4)
    added = replace(made.AFTER[1], name="added", operator="QUANTIZE")
    after = tuple(replace(layer, index=place) for place, layer in enumerate((added, *made.AFTER)))
    pairs = pair_layers(made.BEFORE, after)
    model = made.model()
    page.table.set_layers(facts_of(model, pairs, Recipe(), find_board("virtual_cortex_m4")))
    assert [facts.name for facts in page.table.selected_layers] == [CONV2, DENSE]
    assert page.table.selected_numbers == (3, 5)
    assert page.table.selected == 5
    assert page.plots.sizes.marked == {3, 5}


def test_old_values_are_grey_until_new_ones_come(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    model = page.table.model()
    index = model.index(0, PLACES["instructions"])
    assert index.data(Qt.ItemDataRole.ForegroundRole) is None
    worker = session.workbench.worker
    assert isinstance(worker, CannedWorker)
    worker.pause()
    session.set_recipe(replace(session.project.recipe, pruning=0.2))
    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.ForegroundRole) is not None)
    assert index.data(Qt.ItemDataRole.ForegroundRole).color().name() == theme.colors().before
    assert "grey figures" in page.summary
    qtbot.waitUntil(lambda: all(series.stale for series in page.plots.sizes.series[1:]))
    worker.go_on()
    qtbot.waitUntil(lambda: not session.busy and not page.stale)
    assert session.results.insides is not None
    assert index.data(Qt.ItemDataRole.ForegroundRole) is None


def test_rows_that_were_dragged_over_take_one_choice_in_one_step_of_undo(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    drag_rows(page, 0, 4)
    assert page.table.selected_numbers == (0, 1, 2, 3, 4)
    QTest.keyClick(page.table, Qt.Key.Key_4)
    assert session.project.recipe.layers == tuple(
        LayerChoice(name, Scheme.INT4) for name in sorted((CONV1, CONV2, DENSE))
    )
    qtbot.waitUntil(lambda: not session.busy and not page.stale)
    assert cell(page, 0, "own") == "int4"
    assert page.table.selected_numbers == (0, 1, 2, 3, 4)
    session.undo()
    assert session.project.recipe == Recipe()
    qtbot.waitUntil(lambda: cell(page, 0, "own") == "")


@pytest.mark.parametrize(
    ("key", "scheme"),
    [
        (Qt.Key.Key_4, Scheme.INT4),
        (Qt.Key.Key_8, Scheme.INT8),
        (Qt.Key.Key_6, Scheme.INT16),
        (Qt.Key.Key_F, Scheme.FLOAT32),
    ],
)
def test_a_key_chooses_and_delete_takes_it_back(make: Make, key: Qt.Key, scheme: Scheme) -> None:
    page, session = make()
    click_row(page, 0)
    click_row(page, 4, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.table, key)
    assert session.project.recipe.choice(CONV1).scheme is scheme
    assert session.project.recipe.choice(DENSE).scheme is scheme
    assert session.project.recipe.choice(CONV2).empty
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert session.project.recipe == Recipe()


def test_shift_and_control_a_select_many(make: Make) -> None:
    page, _ = make()
    click_row(page, 1)
    click_row(page, 3, Qt.KeyboardModifier.ShiftModifier)
    assert page.table.selected_numbers == (1, 2, 3)
    QTest.keyClick(page.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.table.selected_numbers) == 6
    assert "6 selected" in page.tools.words.words


def test_a_layer_without_weights_says_why_nothing_can_be_chosen(make: Make) -> None:
    page, session = make()
    click_row(page, 1)
    QTest.keyClick(page.table, Qt.Key.Key_4)
    assert session.project.recipe == Recipe()
    assert "no weights" in page.tools.words.words
    assert not page.tools.choose_button.isEnabled()
    assert "no weights" in page.table.model().index(1, PLACES["own"]).data(Qt.ItemDataRole.ToolTipRole)


def test_the_menu_sets_numbers_and_shares(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    page.table.select_many((0, 2), 0)
    menu = open_menu(page, qtbot)
    action(menu, "int16").trigger()  # type: ignore[attr-defined]
    menu.close()
    assert session.project.recipe.choice(CONV1).scheme is Scheme.INT16
    menu = open_menu(page, qtbot)
    shares = action(menu, "Channels").menu()  # type: ignore[attr-defined]
    assert action(shares, "As the rest").isChecked()  # type: ignore[attr-defined]
    action(shares, "50 %").trigger()  # type: ignore[attr-defined]
    menu.close()
    assert session.project.recipe.choice(CONV2) == LayerChoice(CONV2, Scheme.INT16, 0.5)
    menu = open_menu(page, qtbot)
    other = action(menu, "Single").menu().actions()[-1].defaultWidget()  # type: ignore[attr-defined]
    other.findChild(ShareSlider).slider.setValue(37)
    other.findChild(QPushButton).click()
    assert session.project.recipe.choice(CONV2) == LayerChoice(CONV2, Scheme.INT16, 0.5, 0.37)
    qtbot.waitUntil(lambda: page.menu is None)
    menu = open_menu(page, qtbot)
    action(menu, "in everything").trigger()  # type: ignore[attr-defined]
    menu.close()
    assert session.project.recipe == Recipe()


def test_the_right_button_and_the_menu_key_open_the_menu(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    spot = page.table.visualRect(page.table.model().index(2, 1)).center()
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        event = QContextMenuEvent(reason, spot, page.table.viewport().mapToGlobal(spot))
        QApplication.sendEvent(page.table.viewport(), event)
        assert page.table.selected_numbers == (2,)
        assert page.menu is not None
        menu = page.menu
        QTest.keyClick(menu, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: page.menu is None)


def test_layers_whose_channels_must_stay_are_greyed_with_the_reason(make: Make, qtbot: QtBot) -> None:
    found = known.results()
    assert found.model is not None
    model = replace(found.model, unprunable=((DENSE, "Its outputs are the classes."),))
    page, session = make(replace(found, model=model))
    page.table.select(4)
    shares = action(open_menu(page, qtbot), "Channels")
    assert not shares.isEnabled()  # type: ignore[attr-defined]
    assert "classes" in shares.toolTip()  # type: ignore[attr-defined]
    assert page.menu is not None
    page.menu.close()
    page.table.select_many((0, 4), 0)
    page._choose("pruning", 0.25)
    assert session.project.recipe.layers == (LayerChoice(CONV1, None, 0.25),)


def test_a_quantized_model_can_be_looked_at_but_not_chosen_for(make: Make) -> None:
    found = known.results()
    assert found.model is not None
    page, session = make(replace(found, model=replace(found.model, quantized=True)))
    click_row(page, 0)
    QTest.keyClick(page.table, Qt.Key.Key_4)
    assert session.project.recipe == Recipe()
    for tab in ("Sensitivity",):
        page.plots.show_tab(tab)
        assert "float original" in page.plots.tabs[tab].empty_words
    page.plots.show_tab("Memory")
    assert page.plots.memory.empty_words == ""


def test_the_filter_takes_names_operators_and_numbers(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    page.table.select(4)
    QTest.keyClicks(page.tools.filter, "conv 2d")
    assert [cell(page, row, "layer") for row in range(page.table.shown_count)] == ["conv1", "conv2"]
    assert "2 of 6 layers" in page.tools.words.words
    QTest.keyClick(page.tools.filter, Qt.Key.Key_Escape)
    assert page.table.shown_count == 6
    page.table.select(0)
    QTest.keyClick(page.table, Qt.Key.Key_4)
    QTest.keyClicks(page.tools.filter, "int4")
    qtbot.waitUntil(lambda: page.table.shown_count == 1)


def test_sensitivity_fills_row_by_row_and_names_the_worst(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    page.plots.show_tab("Sensitivity")
    plot = page.plots.sensitivity
    assert "Press Measure" in plot.empty_words
    QTest.mouseClick(plot.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.studies.sensitivity is not None)
    qtbot.waitUntil(lambda: plot.filled == 3)
    assert plot.empty_words == ""
    assert cell(page, 0, "sensitivity") == "−58.0 (90 % pruned)"
    assert not plot.measure_button.isEnabled()
    page.plots.show_tab("Error")
    page.plots.error_choice.setCurrentIndex(1)
    assert page.plots.error.series[0].values[0] == 0.4


def test_measuring_can_be_cancelled_and_begun_again(make: Make, qtbot: QtBot) -> None:
    worker = known.ProbingWorker(hold=True)
    page, session = make(studies=worker)
    page.plots.show_tab("Sensitivity")
    plot = page.plots.sensitivity
    QTest.mouseClick(plot.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: plot.filled == 1)
    qtbot.waitUntil(plot.progress.isVisible)
    assert plot.progress.value() == 333
    QTest.mouseClick(plot.cancel_button, Qt.MouseButton.LeftButton)
    assert worker.cancelled
    assert session.studies.running == ""
    qtbot.waitUntil(plot.measure_button.isVisible)
    worker.hold = False
    QTest.mouseClick(plot.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.studies.sensitivity is not None)


def test_a_failed_measurement_says_why(make: Make, qtbot: QtBot) -> None:
    page, _ = make(studies=known.ProbingWorker(refusal="There is no validation data."))
    page.plots.show_tab("Sensitivity")
    QTest.mouseClick(page.plots.sensitivity.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.plots.sensitivity.empty_words == "There is no validation data.")


def test_accuracy_has_its_interval_overall_and_a_bar_for_each_class(make: Make) -> None:
    page, _ = make()
    page.plots.show_tab("Accuracy")
    before, after = page.plots.accuracy.series
    assert len(after.values) == 1 + len(made.LABELS)
    assert after.intervals == ((0, 0.962, 0.989),)
    assert before.intervals[0][0] == 0
    page.plots.accuracy.select(0)
    assert "97.9 %" in page.plots.accuracy.read_out
    assert "96.2 %" in page.plots.accuracy.read_out


def test_a_model_that_answers_numbers_shows_its_explained_variance(make: Make) -> None:
    found = known.results()
    assert found.evaluation is not None
    numbers = replace(
        found.evaluation,
        task=Task.REGRESSION,
        classes=(),
        accuracy=0.98,
        mean_error=0.08,
        float_mean_error=0.07,
    )
    page, _ = make(replace(found, evaluation=numbers))
    assert "R² 0.9810 → 0.9800" in page.summary
    page.plots.show_tab("Accuracy")
    assert page.plots.accuracy.series[1].intervals == ()


def test_columns_fit_the_width_and_can_be_picked(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    for width in (1060, 800):
        page.resize(width, 560)
        header = page.table.horizontalHeader()
        assert header.length() <= page.table.viewport().width()
        metrics = page.table.fontMetrics()
        for key in page.table.shown_columns:
            heading = str(page.table.model().headerData(PLACES[key], Qt.Orientation.Horizontal))
            assert header.sectionSize(PLACES[key]) >= metrics.horizontalAdvance(heading) + 8, key
    assert {"layer", "weights", "sqnr", "own"} <= set(page.table.shown_columns)
    menu = page.table.columns_menu(page)
    assert "cosine" not in page.table.shown_columns
    action(menu, "Cosine").trigger()  # type: ignore[attr-defined]
    assert "cosine" in page.table.shown_columns
    action(menu, "Operator").trigger()  # type: ignore[attr-defined]
    assert "operator" not in page.table.shown_columns
    action(page.table.columns_menu(page), "As many").trigger()  # type: ignore[attr-defined]
    assert "operator" in page.table.shown_columns
    page.table.horizontalHeader().customContextMenuRequested.emit(QPoint(40, 4))
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    assert action(popup, "Cosine")
    popup.close()
    QTest.mouseClick(page.tools.columns_button, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QMenu)
    popup.close()


def test_csv_and_pictures_are_written_where_the_user_says(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = make()
    QTest.mouseClick(page.tools.csv_button, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.reject()
    page.files.save_csv(page.table.layers, tmp_path / "layers.csv")
    qtbot.waitUntil(lambda: "Saved layers.csv" in page.tools.words.words)
    rows = list(csv.DictReader((tmp_path / "layers.csv").read_text().splitlines()))
    assert rows[2]["layer"] == CONV2
    assert rows[2]["sqnr_db"] == "38"
    page.files.save_picture(page.plots.sizes, tmp_path / "size.svg")
    qtbot.waitUntil(lambda: (tmp_path / "size.svg").exists())
    page.files.save_csv(page.table.layers, tmp_path / "layers.csv" / "not a folder" / "x.csv")
    qtbot.waitUntil(lambda: "x.csv" in page.notice.sentence or "folder" in page.notice.sentence)


def test_plots_change_their_colours_with_the_theme(make: Make, qapp: QApplication) -> None:
    page, _ = make()
    theme.apply(qapp, theme.Mode.DARK)
    try:
        for name, plot in page.plots.tabs.items():
            page.plots.show_tab(name)
            assert plot.grab().toImage().pixelColor(2, plot.height() - 3).lightness() < 60, name
        key = page.plots.sizes.keys[0]
        assert key.hex == theme.DARK.before
    finally:
        theme.apply(qapp, theme.Mode.LIGHT)


def test_test_results_before_limits_say_so_here_too(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    assert "before setting limits" in page.limits.words
    assert not page.limits.isHidden()
    with qtbot.waitSignal(page.step_wanted) as caught:
        press(page.limits.button, Qt.Key.Key_Space)
    assert caught.args == ["review#limits"]
