"""The Compress page: choices act at once, and figures say when they do not hold."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.build import Optimize
from studio.core.pipeline import Results
from studio.core.project import Project
from studio.core.recipe import Recipe, Scheme, read_recipe
from studio.ui.pages.compress import CompressPage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")
Make = Callable[[Results, Project], tuple[CompressPage, Session, CannedWorker]]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(results: Results, project: Project) -> tuple[CompressPage, Session, CannedWorker]:
        worker = CannedWorker(results)
        session = Session(worker)
        found = CompressPage(session)
        qtbot.addWidget(found)
        found.resize(1000, 650)
        found.show()
        session.change(project)
        qtbot.waitUntil(lambda: not session.busy)
        return found, session, worker

    return page


def test_the_result_is_measured_and_says_with_what(make: Make) -> None:
    page, _, _ = make(made.results(), PROJECT)
    assert "the exported C, built for this computer" in page.outcome.state.text()
    assert "128 of 128" in page.outcome.state.text()


def test_a_choice_is_taken_over_and_greys_the_figures_until_new_ones_come(make: Make, qtbot: QtBot) -> None:
    page, session, _ = make(made.results(), PROJECT)
    page.scheme.buttons[Scheme.FLOAT32].click()
    assert session.project.recipe.scheme is Scheme.FLOAT32
    assert page.outcome.state.text() == "Measuring…"
    assert page.outcome.bytes.change.property("role") == "figure-stale"
    qtbot.waitUntil(lambda: page.outcome.bytes.change.property("role") == "figure")


def test_the_slider_and_the_calibration_change_the_recipe(make: Make) -> None:
    page, session, _ = make(made.results(), PROJECT)
    page.pruning.slider.setValue(40)
    page.calibration.setValue(300)
    assert session.project.recipe == Recipe(pruning=0.4, calibration_samples=300)
    session.undo()
    session.undo()
    assert page.pruning.field.value() == 0
    assert page.calibration.value() == 200


def test_what_the_code_is_tuned_for_is_a_choice_that_undo_takes_back(make: Make) -> None:
    page, session, _ = make(made.results(), PROJECT)
    page.optimize.setCurrentIndex(page.optimize.findData(Optimize.SPEED))
    page.optimize.activated.emit(page.optimize.currentIndex())
    assert session.project.optimize is Optimize.SPEED
    session.undo()
    assert page.optimize.currentData() == Optimize.BALANCED


def test_what_microcontrollers_do_not_run_is_said_with_the_way_back(make: Make, qtbot: QtBot) -> None:
    page, session, _ = make(made.results(), PROJECT)
    page.scheme.buttons[Scheme.DYNAMIC_RANGE].click()
    assert "refuse such hybrid models" in page.notice.sentence
    page.notice.button.click()
    assert session.project.recipe.scheme is Scheme.INT8
    assert page.notice.sentence == ""


def test_without_data_the_page_says_where_to_choose_it(make: Make, qtbot: QtBot) -> None:
    page, _, _ = make(made.results(), replace(PROJECT, data=""))
    assert "Choose data first" in page.notice.sentence
    with qtbot.waitSignal(page.step_wanted) as wanted:
        page.notice.button.click()
    assert wanted.args == ["model"]


def test_a_failed_job_offers_to_try_again(make: Make, qtbot: QtBot) -> None:
    page, session, worker = make(made.results(), PROJECT)
    worker.refusals["compress"] = "There is not enough memory for this on your computer."
    page.pruning.slider.setValue(10)
    qtbot.waitUntil(lambda: "not enough memory" in page.notice.sentence)
    assert "before the change" in page.outcome.state.text()
    worker.refusals.clear()
    page.notice.button.click()
    qtbot.waitUntil(lambda: session.results.evaluation is not None)
    assert page.notice.sentence == ""


def test_a_model_in_8_bits_leaves_nothing_to_choose(make: Make) -> None:
    results = made.results()
    assert results.model is not None
    quantized = replace(results, model=replace(results.model, quantized=True))
    page, _, _ = make(quantized, PROJECT)
    assert "8 bits already" in page.notice.sentence
    assert not page.scheme.isEnabled()


def test_the_recipe_is_written_as_json_and_reads_back(make: Make, tmp_path: Path) -> None:
    page, session, _ = make(made.results(), PROJECT)
    page.pruning.slider.setValue(25)
    page.write_recipe_to(tmp_path / "mine.json")
    assert read_recipe(str(tmp_path / "mine.json")) == session.project.recipe


def test_a_recipe_that_cannot_be_written_is_a_sentence(make: Make) -> None:
    page, _, _ = make(made.results(), PROJECT)
    page.write_recipe_to(Path("/proc/mine.json"))
    assert page.notice.sentence
