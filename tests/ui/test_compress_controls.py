"""Every control of the Compress page, worked by mouse and by keys: what it does to the project, the jobs and files."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from studio.core.build import Optimize
from studio.core.codec import from_json
from studio.core.recipe import Clip, LayerChoice, Recipe, Sampling, Scheme, Student, Training, read_recipe
from studio.core.study import CurvePoint, SearchLimits, SearchResult, Trained
from studio.ui.widgets.section import Section
from tests.core.entries import trial
from tests.ui.compress import Made, Make, pages
from tests.ui.hands import (
    CONTROL,
    LEFT,
    answer_dialog,
    cell,
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
    write,
)

make = pytest.fixture(pages)


def awake(here: Made, qtbot: QtBot) -> Made:
    """The page with the keys on it and every section unfolded."""
    for section in here.page.choices.findChildren(Section):
        section.set_unfolded(True)
    here.page.activateWindow()
    qtbot.waitUntil(here.page.isActiveWindow)
    return here


def test_tab_leads_to_every_control_and_each_has_a_name_and_shows_the_keys(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    page = here.page
    here.session.set_recipe(Recipe(layers=(LayerChoice("conv1", Scheme.INT4),)))
    here.settle()
    looks: set[str] = set()
    for tab in range(page.tabs.count()):
        page.tabs.setCurrentIndex(tab)
        page.candidates.select([Recipe()])
        here.settle()
        QApplication.processEvents()
        page.choices.numbers.header.setFocus()
        reached = reached_by_tab(page)
        assert not_reached(page, reached) == []
        for control in controls_of(page):
            assert name_of(control), control
        for control in reached:
            kind = type(control).__name__
            if kind not in looks and control.isVisible():
                looks.add(kind)
                assert shows_focus(control), kind
    assert {"CalmSlider", "NumberField", "ChoiceField", "QPushButton", "QTableView", "TradeOffPlot"} <= looks


def test_how_numbers_are_stored_is_clicked_and_walked_by_arrow_keys(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    buttons = here.page.choices.numbers.scheme.buttons
    for scheme in (Scheme.INT4, Scheme.INT16, Scheme.FLOAT32, Scheme.INT8):
        click(buttons[scheme])
        assert here.recipe.scheme is scheme
    press(buttons[Scheme.INT8], Qt.Key.Key_Down)
    assert here.recipe.scheme is Scheme.INT4


def test_calibration_is_typed_and_chosen(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    numbers = here.page.choices.numbers
    write(numbers.samples, "320")
    press(numbers.sampling, Qt.Key.Key_End)
    press(numbers.clip, Qt.Key.Key_End)
    assert here.recipe == Recipe(calibration_samples=320, sampling=Sampling.FIRST, clip=Clip.MSE)


def test_pruning_is_slid_typed_and_chosen(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    pruning = here.page.choices.pruning
    slide(pruning.channels.slider)
    slide(pruning.weights.slider)
    assert here.recipe == Recipe(pruning=0.11, sparsity=0.11)
    write(pruning.channels.field, "35")
    write(pruning.weights.field, "60")
    assert here.recipe == Recipe(pruning=0.35, sparsity=0.6)
    press(pruning.pattern, Qt.Key.Key_Down)
    assert here.recipe.pattern == "1:4"


def test_palette_student_and_tuning_are_clicked_and_typed(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    choices = here.page.choices
    press(choices.palette_choices.palette_field, Qt.Key.Key_Down)
    assert here.recipe.palette == 16
    press(choices.palette_choices.palette_field, Qt.Key.Key_Home)
    write(choices.student.width_share.field, "50")
    press(choices.student.depth_share.slider, Qt.Key.Key_PageDown)
    click(choices.student.joined)
    assert here.recipe == Recipe(student=Student(0.5, 0.9, True))
    write(choices.student.depth_share.field, "80")
    press(choices.student.width_share.slider, Qt.Key.Key_Right)
    assert here.recipe.student == Student(0.51, 0.8, True)
    press(choices.tuning.field, Qt.Key.Key_Home)
    assert here.session.project.optimize is Optimize.SIZE


def test_layers_apart_are_edited_and_cleared_by_click(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    here.session.set_recipe(Recipe(layers=(LayerChoice("conv1", Scheme.INT4),)))
    with qtbot.waitSignal(here.page.step_wanted) as wanted:
        click(here.page.choices.apart.edit)
    assert wanted.args == ["layers"]
    click(here.page.choices.apart.clear)
    assert here.recipe == Recipe()


def test_training_is_typed_begun_stopped_and_cancelled(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    panel = here.page.choices.training
    write(panel.epochs, "7")
    write(panel.rate, "0.002")
    click(panel.aware)
    slide(panel.alpha.slider)
    write(panel.temperature, "2.5")
    click(panel.train)
    asked = from_json(Training, here.studies.asked[-1][1]["recipe"]["training"])
    assert asked == Training(
        epochs=7, learning_rate=0.002, quantization_aware=True, distillation=0.11, temperature=2.5
    )
    here.studies.show_data(CurvePoint(1, 1.0, 1.0, 0.5))
    click(panel.progress.stop)
    assert here.studies.stopped == 1
    click(panel.progress.cancel)
    assert here.session.studies.running == ""
    write(panel.alpha.field, "40")
    press(panel.train, Qt.Key.Key_Space)
    asked = from_json(Training, here.studies.asked[-1][1]["recipe"]["training"])
    assert asked.distillation == 0.4
    here.studies.fail("Training needs train.npz in the data folder. Add it.")
    assert panel.problem.sentence
    click(panel.problem._close)
    assert not panel.problem.isVisible()


def test_the_search_is_typed_begun_stopped_cancelled_used_and_copied(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    search = here.page.choices.search
    whole = search.limits
    click(search.half)
    assert search.limits.flash_bytes < whole.flash_bytes
    click(search.whole)
    assert search.limits == whole
    for field, words in (
        (search.flash, "20"), (search.ram, "40"), (search.time, "50"), (search.accuracy, "95"), (search.seconds, "60"),
    ):  # fmt: skip
        write(field, words)
    click(search.start)
    job, arguments = here.studies.asked[-1]
    limits = SearchLimits("virtual_cortex_m4", 20 * 1024, 40 * 1024, 50_000, 0.95, 60.0)
    assert (job, from_json(SearchLimits, arguments["limits"])) == ("search", limits)
    click(search.progress.cancel)
    assert here.session.studies.running == ""
    click(search.start)
    here.studies.show_data(trial(0, Recipe(), 0.97, flash=30_000))
    click(search.progress.stop)
    assert here.studies.stopped == 1
    trials = (trial(0, Recipe(), 0.97, flash=30_000), trial(1, Recipe(pruning=0.4), 0.96, flash=15_000))
    here.studies.answer(SearchResult(limits, trials, (0, 1), trials[0], trials[1], "Half of the storage."))
    click(search.copy)
    assert "tinyml-studio run" in QGuiApplication.clipboard().text()
    click(search.use)
    assert here.recipe == Recipe(pruning=0.4)


def test_a_recipe_is_saved_and_loaded_in_dialogs(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    here = awake(make(), qtbot)
    here.session.set_recipe(Recipe(pruning=0.3))
    click(here.page.choices.save_recipe)
    answer_dialog(qtbot, here.page, tmp_path / "mine")
    assert read_recipe(str(tmp_path / "mine.json")) == Recipe(pruning=0.3)
    here.session.undo()
    click(here.page.choices.load_recipe)
    answer_dialog(qtbot, here.page, tmp_path / "mine.json")
    assert here.recipe == Recipe(pruning=0.3)


def test_both_plots_are_saved_as_pictures_in_a_dialog(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    here = awake(make(), qtbot)
    page = here.page
    qtbot.waitUntil(page.trade_off.picture.isVisible)
    open_and_choose(qtbot, lambda: click(page.trade_off.picture), "SVG")
    answer_dialog(qtbot, page, tmp_path / "front.svg")
    qtbot.waitUntil((tmp_path / "front.svg").exists)
    click(page.choices.training.train)
    here.studies.answer(
        Trained(Recipe(training=Training()), (CurvePoint(1, 0.5, 0.6, 0.9),), 0.8, 1, "e" * 64)
    )
    qtbot.waitUntil(page.curve.picture.isVisible)
    open_and_choose(qtbot, lambda: click(page.curve.picture), "PNG")
    answer_dialog(qtbot, page, tmp_path / "curve.png")
    qtbot.waitUntil((tmp_path / "curve.png").exists)


def test_tabs_turn_by_arrow_keys_and_a_point_is_clicked(make: Make, qtbot: QtBot) -> None:
    here = awake(make(), qtbot)
    page = here.page
    here.session.set_recipe(Recipe(pruning=0.2))
    here.settle()
    qtbot.waitUntil(lambda: page.trade_off.made and page.trade_off.place_of(Recipe()) is not None)
    plot = page.trade_off
    press(plot.cost, Qt.Key.Key_Down)
    QApplication.processEvents()
    # Both recipes were answered alike here, so that their points lie on each other: the keys tell them apart.
    press(plot, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Return)
    left = here.recipe
    press(plot, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return)
    assert {left.pruning, here.recipe.pruning} == {0.0, 0.2}
    bar = page.tabs.tabBar()
    for wanted in (page.candidates, page.curve, page.accuracy):
        press(bar, Qt.Key.Key_Right)
        assert page.tabs.currentWidget() is wanted
    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(0).center())
    assert page.tabs.currentWidget() is plot


def with_two(here: Made, qtbot: QtBot) -> Made:
    """The Candidates tab with two measured recipes."""
    awake(here, qtbot)
    here.session.set_recipe(Recipe(pruning=0.2))
    here.settle()
    here.page.tabs.setCurrentWidget(here.page.candidates)
    qtbot.waitUntil(lambda: len(here.page.candidates.entries) == 2)
    return here


def row_of(here: Made, recipe: Recipe) -> int:
    table = here.page.candidates.table
    names = [str(table.model().index(row, 0).data()) for row in range(table.model().rowCount())]
    return names.index(next(one.name for one in here.page.candidates.entries if one.recipe == recipe))


def test_candidates_are_kept_used_pinned_renamed_and_deleted_with_the_buttons(
    make: Make, qtbot: QtBot
) -> None:
    here = with_two(make(), qtbot)
    part = here.page.candidates
    table = part.table
    click(part.buttons[part.keep])
    assert [kept.recipe for kept in here.session.project.candidates] == [Recipe(pruning=0.2)]
    here.settle()
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(table, row_of(here, Recipe()), 1))
    click(part.buttons[part.take])
    assert here.recipe == Recipe()
    here.settle()
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(table, row_of(here, Recipe()), 1))
    click(part.buttons[part.pin])
    assert here.session.project.candidates[-1].pinned
    here.settle()
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(table, row_of(here, Recipe()), 1))
    click(part.buttons[part.rename])
    editor = table.findChild(QLineEdit)
    assert editor is not None
    write(editor, "plain")
    qtbot.waitUntil(lambda: here.session.project.candidates[-1].name == "plain")
    here.settle()
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(table, row_of(here, Recipe()), 1))
    click(part.buttons[part.drop])
    assert [kept.recipe for kept in here.session.project.candidates] == [Recipe(pruning=0.2)]
    here.settle()
    assert [entry.recipe for entry in part.entries] == [Recipe(pruning=0.2)]


def test_the_menu_of_a_candidate_works_each_entry(make: Make, qtbot: QtBot) -> None:
    here = with_two(make(), qtbot)
    part = here.page.candidates
    viewport = part.table.viewport()

    def ask() -> None:
        place = cell(part.table, row_of(here, Recipe()), 1)
        QTest.mouseClick(viewport, LEFT, pos=place)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, event)

    open_and_choose(qtbot, ask, "Copy command")
    assert "tinyml-studio run" in QGuiApplication.clipboard().text()
    open_and_choose(qtbot, ask, "Keep")
    assert [kept.recipe for kept in here.session.project.candidates] == [Recipe(pruning=0.2)]
    here.settle()
    open_and_choose(qtbot, ask, "Pin")
    assert [kept.pinned for kept in here.session.project.candidates] == [False, True]
    here.settle()
    open_and_choose(qtbot, ask, "Use")
    assert here.recipe == Recipe()
    here.settle()
    open_and_choose(qtbot, ask, "Delete")
    assert [kept.recipe for kept in here.session.project.candidates] == [Recipe(pruning=0.2)]


def test_candidates_are_worked_by_keys_and_sorted_by_headings(make: Make, qtbot: QtBot) -> None:
    here = with_two(make(), qtbot)
    table = here.page.candidates.table
    click_heading(table, 0)
    first = str(table.model().index(0, 0).data())
    click_heading(table, 0)
    assert str(table.model().index(1, 0).data()) == first
    QTest.mouseClick(table.viewport(), LEFT, pos=cell(table, row_of(here, Recipe()), 1))
    press(table, Qt.Key.Key_P)
    assert [kept.recipe for kept in here.session.project.candidates if kept.pinned] == [Recipe()]
    here.settle()
    press(table, Qt.Key.Key_Return)
    assert here.recipe == Recipe()
    here.settle()
    QTest.keyClick(table, Qt.Key.Key_A, CONTROL)
    assert here.page.candidates.comparison.isVisible()
    press(table, Qt.Key.Key_Delete)
    assert here.session.project.candidates == ()
    assert len(here.session.project.dropped) == 2
