"""The Layers page with the real worker, and with 500 layers: what is chosen is measured, and nothing holds it up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.recipe import LayerChoice, Scheme
from studio.ui.pages.layers import LayersPage
from studio.ui.session import Session
from studio.ui.widgets.layer_columns import PLACES
from tests.ui import layers as known
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.walks import wait


@pytest.fixture
def digits(qapp: QApplication, own_places: Path) -> Iterator[tuple[LayersPage, Session]]:
    session = Session(studies_worker=known.ProbingWorker())
    page = LayersPage(session)
    page.resize(1060, 640)
    page.show()
    session.opening.open_sample("digits")
    wait(lambda: not session.busy and any(facts.inside is not None for facts in page.table.layers))
    yield page, session
    session.close()
    page.close()
    page.deleteLater()


def test_a_choice_for_one_layer_becomes_a_recipe_and_is_measured(digits: tuple[LayersPage, Session]) -> None:
    page, session = digits
    assert session.results.problems == ()
    row = next(facts.number for facts in page.table.layers if facts.pair.layer.operator == "FULLY_CONNECTED")
    before = page.table.layers[row].pair.after
    assert before is not None
    sqnr = page.table.layers[row].inside
    assert sqnr is not None
    page.table.select(row)
    QTest.keyClick(page.table, Qt.Key.Key_4)
    name = page.table.layers[row].name
    assert session.project.recipe.layers == (LayerChoice(name, Scheme.INT4),)
    wait(lambda: not session.busy and page.table.layers[row].inside not in (None, sqnr))
    assert session.results.problems == ()
    assert session.results.candidate is not None
    assert session.results.candidate.recipe == session.project.recipe
    now = page.table.layers[row]
    assert now.pair.after is not None
    assert now.pair.after.weight_bytes < 0.7 * before.weight_bytes
    assert now.inside is not None
    assert now.inside.sqnr_db is not None
    assert sqnr.sqnr_db is not None
    assert now.inside.sqnr_db < sqnr.sqnr_db
    own = page.table.model().index(row, PLACES["own"]).data()
    assert own == "int4"
    page.plots.show_tab("Memory")
    assert page.plots.memory.plan is not None
    page.plots.show_tab("Graph")
    assert any(node.inputs for node in page.plots.graph.nodes)


def test_500_layers_are_chosen_sorted_filtered_and_drawn(qtbot: QtBot) -> None:
    session = Session(CannedWorker(known.long_results()), studies_worker=known.ProbingWorker())
    session.change(made.project())
    page = LayersPage(session)
    qtbot.addWidget(page)
    page.resize(1060, 640)
    page.show()
    wait(lambda: not session.busy and session.results.insides is not None and not page.stale)
    page.table.select_many(range(0, 500, 3))
    assert len(page.table.selected_numbers) == 167
    page.table.sortByColumn(PLACES["weights"], Qt.SortOrder.DescendingOrder)
    assert len(page.table.selected_numbers) == 167
    page.tools.filter.setText("add")
    assert 0 < page.table.shown_count < 500
    for tab in page.plots.tabs:
        page.plots.show_tab(tab)
    assert page.plots.graph.nodes
