"""Every control of the Layers page, worked by mouse and by keys: what it does to the recipe, the plots and files."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.recipe import LayerChoice, Recipe, Scheme
from studio.ui.pages.layers import LayersPage
from studio.ui.session import Session
from studio.ui.widgets.choices import ShareSlider
from studio.ui.widgets.layer_columns import PLACES
from tests.ui import layers as known
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.hands import (
    LEFT,
    answer_dialog,
    cell,
    choose_in_menu,
    click,
    click_heading,
    controls_of,
    name_of,
    not_reached,
    open_and_choose,
    press,
    reached_by_tab,
    shows_focus,
    slide,
)

CONV1, CONV2 = (made.BEFORE[place].name for place in (0, 2))
Make = Callable[[], tuple[LayersPage, Session]]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page() -> tuple[LayersPage, Session]:
        session = Session(CannedWorker(known.results()), studies_worker=known.ProbingWorker())
        session.change(made.project())
        found = LayersPage(session)
        qtbot.addWidget(found)
        found.resize(1060, 640)
        found.show()
        found.activateWindow()
        qtbot.waitUntil(lambda: found.isActiveWindow() and not session.busy and not found.stale)
        return found, session

    return page


def select(page: LayersPage, row: int) -> None:
    QTest.mouseClick(page.table.viewport(), LEFT, pos=cell(page.table, row, PLACES["layer"]))


def opened(page: LayersPage, qtbot: QtBot) -> QMenu:
    """The menu for the selected layers, by its button."""
    qtbot.waitUntil(lambda: page.menu is None)
    click(page.tools.choose_button)
    qtbot.waitUntil(lambda: page.menu is not None and page.menu.isVisible())
    assert page.menu is not None
    return page.menu


def test_tab_leads_to_every_control_and_each_has_a_name_and_shows_the_keys(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    looks: set[str] = set()
    select(page, 0)
    for name in page.plots.tabs:
        page.plots.show_tab(name)
        QApplication.processEvents()
        page.tools.filter.setFocus()
        reached = reached_by_tab(page)
        assert not_reached(page, reached) == []
        for control in controls_of(page):
            assert name_of(control), control
        for control in reached:
            kind = type(control).__name__
            if kind not in looks:
                looks.add(kind)
                assert shows_focus(control), kind
    assert {"Surface", "GraphView", "QToolButton", "QPushButton", "QComboBox"} <= looks


@pytest.mark.parametrize(
    ("words", "scheme"),
    [("int4", Scheme.INT4), ("(int8)", Scheme.INT8), ("int16", Scheme.INT16), ("float32", Scheme.FLOAT32)],
)
def test_every_entry_for_numbers_is_chosen_in_the_menu_and_taken_back(
    make: Make, qtbot: QtBot, words: str, scheme: Scheme
) -> None:
    page, session = make()
    select(page, 0)
    choose_in_menu(opened(page, qtbot), words)
    assert session.project.recipe == Recipe(layers=(LayerChoice(CONV1, scheme),))
    qtbot.waitUntil(lambda: not session.busy and not page.stale)
    choose_in_menu(opened(page, qtbot), "As the rest (int8)")
    assert session.project.recipe == Recipe()


def test_shares_are_chosen_and_slid_in_the_menus_below(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    select(page, 2)
    for part, words in (("pruning", "Channels"), ("sparsity", "Single")):
        menu = opened(page, qtbot)
        below = next(one.menu() for one in menu.actions() if words in one.text().replace("&", ""))
        assert isinstance(below, QMenu)
        below.popup(menu.mapToGlobal(QPoint(10, 10)))
        choose_in_menu(below, "50 %")
        assert getattr(session.project.recipe.choice(CONV2), part) == 0.5
        menu.close()
        qtbot.waitUntil(lambda: not session.busy and not page.stale)
        menu = opened(page, qtbot)
        below = next(one.menu() for one in menu.actions() if words in one.text().replace("&", ""))
        assert isinstance(below, QMenu)
        below.popup(menu.mapToGlobal(QPoint(10, 10)))
        slider = below.findChild(ShareSlider)
        assert slider is not None
        slide(slider.slider)
        click(below.findChildren(QPushButton)[0])
        assert getattr(session.project.recipe.choice(CONV2), part) == 0.61
        qtbot.waitUntil(lambda: not session.busy and not page.stale)
    choose_in_menu(opened(page, qtbot), "in everything")
    assert session.project.recipe == Recipe()


def test_headings_sort_and_both_menus_of_columns_pick(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    click_heading(page.table, PLACES["layer"])
    click_heading(page.table, PLACES["layer"])
    names = [str(page.table.model().index(row, PLACES["layer"]).data()) for row in range(3)]
    assert names == sorted(names, reverse=True)
    assert "cosine" not in page.table.shown_columns
    open_and_choose(qtbot, lambda: click(page.tools.columns_button), "Cosine")
    assert "cosine" in page.table.shown_columns
    header = page.table.horizontalHeader()
    place = QPoint(40, 4)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, header.viewport().mapToGlobal(place))
    open_and_choose(qtbot, lambda: QApplication.sendEvent(header.viewport(), asked), "As many")
    assert "cosine" not in page.table.shown_columns


def test_the_filter_is_emptied_by_its_button(make: Make, qtbot: QtBot) -> None:
    page, _ = make()
    QTest.keyClicks(page.tools.filter, "dense")
    assert page.table.shown_count == 1
    button = page.tools.filter.findChild(QToolButton)
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert page.table.shown_count == 6


def test_csv_and_pictures_are_saved_in_dialogs_and_copied(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = make()
    click(page.tools.csv_button)
    answer_dialog(qtbot, page, tmp_path / "layers")
    qtbot.waitUntil((tmp_path / "layers.csv").exists)
    rows = list(csv.DictReader((tmp_path / "layers.csv").read_text().splitlines()))
    assert [row["layer"] for row in rows][:1] == [CONV1]
    plot = page.plots.sizes
    open_and_choose(qtbot, lambda: click(plot.save_button), "PNG")
    answer_dialog(qtbot, page, tmp_path / "size.png")
    qtbot.waitUntil(lambda: not QImage(str(tmp_path / "size.png")).isNull())
    QGuiApplication.clipboard().clear()
    place = QPoint(50, 50)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, plot.surface.mapToGlobal(place))
    open_and_choose(qtbot, lambda: QApplication.sendEvent(plot.surface, asked), "Copy")
    assert not QGuiApplication.clipboard().image().isNull()


def test_tabs_turn_by_arrow_keys_and_each_plot_selects_in_the_table(make: Make, qtbot: QtBot) -> None:
    page, session = make()
    plots = page.plots
    bar = plots.tabBar()
    for name in list(plots.tabs)[1:]:
        press(bar, Qt.Key.Key_Right)
        assert plots.tabText(plots.currentIndex()) == name
    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(3).center())
    assert plots.currentWidget() is plots.memory
    QApplication.processEvents()
    inside = plots.memory.inside(QRectF(plots.memory.surface.rect()))
    spot = QPoint(round(plots.memory.x_of(2)), round(inside.center().y()))
    QTest.mouseClick(plots.memory.surface, LEFT, pos=spot)
    assert page.table.selected is not None
    for name in ("Error", "Work"):
        plots.show_tab(name)
        plot = plots.tabs[name]
        press(plot.surface, Qt.Key.Key_Home)
        press(plot.surface, Qt.Key.Key_Right)
        assert page.table.selected == plot.current
    plots.show_tab("Graph")
    QTest.mouseClick(plots.graph.view.viewport(), LEFT, pos=plots.graph.place_of(4).center().toPoint())
    assert page.table.selected == 4
    plots.show_tab("Error")
    press(plots.error_choice, Qt.Key.Key_Down)
    assert "only this layer" in plots.error.heading
    plots.show_tab("Sensitivity")
    click(plots.sensitivity.measure_button)
    qtbot.waitUntil(lambda: plots.sensitivity.filled == 3)
    press(plots.sensitivity.surface, Qt.Key.Key_Home, Qt.Key.Key_Return)
    assert page.table.selected == 0
    assert session.studies.sensitivity is not None
