"""The table of candidates: sorted, renamed, pinned, deleted, compared and used, by mouse and by key."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from studio.core.candidates import Entry
from studio.core.metric import Metric
from studio.core.recipe import Recipe, Scheme
from studio.ui.widgets.candidate_table import CandidateTable
from tests.core.entries import entry

ENTRIES = (
    entry(Recipe(pruning=0.5), accuracy=0.95, flash=20_000, us=3000, name="half", pinned=True, kept=True),
    entry(Recipe(), accuracy=0.98, flash=30_000, us=5000, name="plain"),
    entry(Recipe(Scheme.INT4), accuracy=0.93, flash=17_000, us=5200, name="four", parent=Recipe()),
    Entry(Recipe(pruning=0.1), "later", False, True, None, None),
)


@pytest.fixture
def table(qtbot: QtBot) -> Iterator[CandidateTable]:
    found = CandidateTable()
    found.resize(900, 600)
    found.show()
    found.activateWindow()
    found.set_entries(ENTRIES, Recipe(), metric=Metric.ACCURACY)
    yield found
    found.close()
    found.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def names(table: CandidateTable) -> list[str]:
    model = table.table.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def index_of(table: CandidateTable, name: str, column: int = 0) -> QModelIndex:
    return table.table.model().index(names(table).index(name), column)


def place_of(table: CandidateTable, name: str, column: int = 0) -> QPoint:
    return table.table.visualRect(index_of(table, name, column)).center()


def choose(qtbot: QtBot, table: CandidateTable, *recipes: Recipe) -> None:
    table.table.setFocus()
    qtbot.waitUntil(table.table.hasFocus)
    table.select(recipes)


def test_rows_stand_as_given_and_sort_by_what_is_clicked(table: CandidateTable) -> None:
    assert names(table) == ["half", "plain", "four", "later"]
    table.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert names(table) == ["four", "half", "plain", "later"]
    table.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert names(table) == ["plain", "half", "four", "later"]


def test_figures_and_parents_are_shown_and_what_is_missing_is_a_dash(table: CandidateTable) -> None:
    row = [str(index_of(table, "four", column).data()) for column in range(8)]
    assert row == ["four", "93.0 %", "16.6 KB", "3.9 KB", "5.2 ms", "20.5 KB", "int4", "int8"]
    assert index_of(table, "later", 1).data() == "–"


def test_a_name_is_typed_after_a_double_click_or_f2(qtbot: QtBot, table: CandidateTable) -> None:
    for start in (0, 1):
        choose(qtbot, table, Recipe())
        if start:
            QTest.keyClick(table.table, Qt.Key.Key_F2)
        else:
            viewport = table.table.viewport()
            QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(table, "plain"))
            QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place_of(table, "plain"))
        editor = table.table.findChild(QLineEdit)
        assert editor is not None
        editor.selectAll()
        QTest.keyClicks(editor, f"mine {start}")
        with qtbot.waitSignal(table.rename_wanted) as renamed:
            QTest.keyClick(editor, Qt.Key.Key_Return)
        assert renamed.args == [Recipe(), f"mine {start}"]
        qtbot.waitUntil(lambda: table.table.findChild(QLineEdit) is None)


def test_an_empty_name_is_no_name(qtbot: QtBot, table: CandidateTable) -> None:
    with qtbot.assertNotEmitted(table.rename_wanted):
        assert not table.table.model().setData(index_of(table, "plain"), "  ")


def test_enter_and_a_double_click_on_a_figure_go_to_the_candidate(
    qtbot: QtBot, table: CandidateTable
) -> None:
    choose(qtbot, table, Recipe())
    with qtbot.waitSignal(table.take_wanted) as taken:
        QTest.keyClick(table.table, Qt.Key.Key_Return)
    assert taken.args == [Recipe()]
    place = place_of(table, "half", 2)
    QTest.mouseClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(table.take_wanted) as taken:
        QTest.mouseDClick(table.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert taken.args == [Recipe(pruning=0.5)]


def test_p_pins_and_unpins(qtbot: QtBot, table: CandidateTable) -> None:
    choose(qtbot, table, Recipe())
    with qtbot.waitSignal(table.pin_wanted) as pinned:
        QTest.keyClick(table.table, Qt.Key.Key_P)
    assert pinned.args == [Recipe(), True]
    choose(qtbot, table, Recipe(pruning=0.5))
    assert table.buttons[table.pin].text() == "Unpin"
    with qtbot.waitSignal(table.pin_wanted) as pinned:
        table.buttons[table.pin].click()
    assert pinned.args == [Recipe(pruning=0.5), False]


def test_del_deletes_all_that_is_selected(qtbot: QtBot, table: CandidateTable) -> None:
    choose(qtbot, table, Recipe(), Recipe(Scheme.INT4))
    with qtbot.waitSignal(table.drop_wanted) as dropped:
        QTest.keyClick(table.table, Qt.Key.Key_Delete)
    assert set(dropped.args[0]) == {Recipe(), Recipe(Scheme.INT4)}


def test_the_command_is_copied_by_key_and_the_current_choice_kept(
    qtbot: QtBot, table: CandidateTable
) -> None:
    choose(qtbot, table, Recipe())
    with qtbot.waitSignal(table.copy_wanted) as copied:
        QTest.keyClick(table.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert copied.args == [Recipe()]
    with qtbot.waitSignal(table.keep_wanted):
        QTest.keyClick(table.table, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(table.keep_wanted):
        table.buttons[table.keep].click()


def test_the_context_menu_offers_the_same(qtbot: QtBot, table: CandidateTable) -> None:
    choose(qtbot, table, Recipe())
    table.table.customContextMenuRequested.emit(place_of(table, "plain"))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Use", "Rename", "Pin", "Delete", "Copy command", "Keep"]
    menu.close()


def test_two_selected_are_compared_with_the_first(qtbot: QtBot, table: CandidateTable) -> None:
    choose(qtbot, table, Recipe())
    assert not table.comparison.isVisible()
    choose(qtbot, table, Recipe(), Recipe(Scheme.INT4))
    assert table.comparison.isVisible()
    model = table.comparison.model()
    texts = {
        str(model.headerData(row, Qt.Orientation.Vertical)): str(model.index(row, 1).data())
        for row in range(model.rowCount())
    }
    assert texts["Accuracy"] == "93.0 %   −5.0 points"
    assert texts["Storage (flash)"] == "16.6 KB   −12.7 KB"
    assert texts["Numbers"] == "int4"
    assert not table.take.isEnabled()


def test_nothing_selected_leaves_only_keep(table: CandidateTable) -> None:
    table.select([])
    enabled = [action.text() for action, button in table.buttons.items() if button.isEnabled()]
    assert enabled == ["Keep"]


def test_a_selection_stays_when_figures_come_in(qtbot: QtBot, table: CandidateTable) -> None:
    choose(qtbot, table, Recipe(pruning=0.5))
    table.set_entries((*ENTRIES[:3], entry(Recipe(pruning=0.1))), Recipe(), metric=Metric.ACCURACY)
    assert [one.recipe for one in table.selected] == [Recipe(pruning=0.5)]


def test_an_empty_table_says_what_will_stand_there(table: CandidateTable) -> None:
    table.set_entries((), Recipe(), metric=Metric.ACCURACY)
    assert "Keep the good ones" in table.hint.text()
