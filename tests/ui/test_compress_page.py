"""The Compress page: every choice acts at once and is undone; figures say how they are known."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.board import find_board
from studio.core.build import Optimize, Source
from studio.core.codec import from_json
from studio.core.evaluation import Engine
from studio.core.metric import Metric
from studio.core.pipeline import fit_of
from studio.core.project import Project
from studio.core.recipe import (
    Clip,
    LayerChoice,
    Recipe,
    Sampling,
    Scheme,
    Student,
    Training,
    read_recipe,
)
from studio.core.review import Answers
from studio.core.study import CurvePoint, SearchLimits, SearchResult, Trained
from studio.ui.pages.compress import CompressPage
from studio.ui.session import Session
from tests.core.entries import trial
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.compress import PROJECT, Make, pages
from tests.ui.hands import press

make = pytest.fixture(pages)


def test_the_result_is_measured_and_says_with_what_and_on_how_many(make: Make) -> None:
    words = make().page.outcome.state.text()
    assert "all 480 test samples" in words
    assert "the exported C, built for this computer" in words
    assert "128 of 128" in words


def test_a_preview_says_that_it_is_one(make: Make, qtbot: QtBot) -> None:
    results = made.results()
    assert results.evaluation is not None
    preview = replace(results.evaluation, n=100, engine=Engine.LITERT, accuracy=0.5)
    here = make(
        replace(results, preview=preview), refusals={"evaluate": "The C compiler is missing. Install it."}
    )
    assert "Preview on 100 test samples by LiteRT" in here.page.outcome.state.text()
    assert here.page.outcome.accuracy.after.text() == "50.0 %"


def test_a_moved_slider_shows_estimates_at_once_and_greys_the_accuracy_until_it_is_measured(
    make: Make, qtbot: QtBot
) -> None:
    here = make()
    outcome = here.page.outcome
    before = outcome.bytes.after.text()
    here.page.choices.pruning.channels.slider.setValue(50)
    assert outcome.bytes.after.text().startswith("≈ ")
    assert outcome.storage.after.text().startswith("≈ ")
    assert outcome.accuracy.after.property("role") == "value-stale"
    assert here.page.forecast is not None
    assert here.page.forecast.storage.source is Source.ESTIMATED
    qtbot.waitUntil(lambda: outcome.accuracy.after.property("role") == "value")
    qtbot.waitUntil(lambda: here.page.forecast is None)
    assert outcome.bytes.after.text() == before  # the canned worker's answer is always the same


def test_the_forecast_is_offered_to_the_window(make: Make, qtbot: QtBot) -> None:
    here = make()
    with qtbot.waitSignal(here.page.forecast_changed) as changed:
        here.page.choices.pruning.channels.slider.setValue(50)
    assert changed.args[0] is not None
    with qtbot.waitSignal(here.page.forecast_changed, check_params_cb=lambda fit: fit is None):
        pass


@pytest.mark.parametrize("scheme", [Scheme.INT4, Scheme.INT16, Scheme.FLOAT32])
def test_every_way_to_store_numbers_is_one_click_and_one_undo(make: Make, scheme: Scheme) -> None:
    here = make()
    here.page.choices.numbers.scheme.buttons[scheme].click()
    assert here.recipe == Recipe(scheme=scheme)
    here.session.undo()
    assert here.recipe == Recipe()
    assert here.page.choices.numbers.scheme.buttons[Scheme.INT8].isChecked()


def test_what_a_microcontroller_refuses_can_be_had_on_a_board_that_takes_floats(make: Make) -> None:
    here = make()
    buttons = here.page.choices.numbers.scheme.buttons
    assert not buttons[Scheme.FLOAT16].isEnabled()
    here.session.change(replace(here.session.project, board="raspberry_pi_4"))
    assert buttons[Scheme.FLOAT16].isEnabled()
    buttons[Scheme.WEIGHTS_ONLY].click()
    assert here.recipe.scheme is Scheme.WEIGHTS_ONLY


def test_a_refused_recipe_from_elsewhere_is_said_with_the_way_back(make: Make) -> None:
    here = make()
    here.session.set_recipe(Recipe(Scheme.DYNAMIC_RANGE))
    assert "refuse such hybrid models" in here.page.notice.sentence
    here.page.notice.button.click()
    assert here.recipe.scheme is Scheme.INT8
    assert here.page.notice.sentence == ""


def test_calibration_has_a_number_a_choice_and_a_clip(make: Make, qtbot: QtBot) -> None:
    here = make()
    numbers = here.page.choices.numbers
    numbers.samples.setValue(300)
    for field, value in ((numbers.sampling, Sampling.FIRST), (numbers.clip, Clip.MSE)):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_End)
        assert field.value == value
    assert here.recipe == Recipe(calibration_samples=300, sampling=Sampling.FIRST, clip=Clip.MSE)
    here.settle()
    for _ in range(3):
        here.session.undo()
    assert (numbers.samples.value(), numbers.sampling.value, numbers.clip.value) == (
        200,
        Sampling.BALANCED,
        Clip.MIN_MAX,
    )


def test_the_effect_of_clipping_is_shown_once_both_were_measured(make: Make, qtbot: QtBot) -> None:
    here = make()
    here.session.set_recipe(Recipe(clip=Clip.MSE))
    qtbot.waitUntil(lambda: "min-max 97.9 %" in here.page.choices.numbers.effect.text())
    assert "mse 97.9 %" in here.page.choices.numbers.effect.text()


def test_what_goes_in_and_out_is_in_plain_sight_and_floats_are_named(make: Make) -> None:
    here = make()
    numbers = here.page.choices.numbers
    assert numbers.ends.text() == "Samples go in as int8, answers come out as int8."
    assert not numbers.exceptions.isVisible()
    results = made.results()
    assert results.candidate is not None
    last = replace(results.candidate.layers[-1], dtype="float32", name="softmax")
    mixed = replace(results.candidate, layers=(*results.candidate.layers[:-1], last))
    there = make(replace(results, candidate=mixed)).page.choices.numbers
    assert there.ends.text() == "Samples go in as int8, answers come out as float32."
    assert "softmax (SOFTMAX)" in there.exceptions.text()


def test_pruning_has_channels_weights_and_patterns(make: Make, qtbot: QtBot) -> None:
    here = make()
    pruning = here.page.choices.pruning
    pruning.channels.slider.setValue(40)
    pruning.weights.field.setValue(60)
    assert here.recipe == Recipe(pruning=0.4, sparsity=0.6)
    pruning.pattern.setFocus()
    QTest.keyClick(pruning.pattern, Qt.Key.Key_Down)
    assert here.recipe.pattern == "1:4"
    assert not pruning.weights.isEnabled()
    for _ in range(3):
        here.session.undo()
    assert here.recipe == Recipe()
    assert pruning.channels.field.value() == pruning.weights.slider.value() == 0


def test_what_zeros_win_on_the_board_is_said_when_it_was_measured(make: Make, qtbot: QtBot) -> None:
    here = make()
    assert "Zeros alone make nothing smaller" in here.page.choices.pruning.won.text()
    here.session.set_recipe(Recipe(sparsity=0.5))
    qtbot.waitUntil(lambda: "these zeros win nothing" in here.page.choices.pruning.won.text())


def test_moves_of_a_slider_are_one_step_of_undo(make: Make) -> None:
    here = make()
    for percent in range(1, 31):
        here.page.choices.pruning.channels.slider.setValue(percent)
    assert here.recipe.pruning == 0.3
    here.session.undo()
    assert here.recipe == Recipe()


def test_undo_in_a_number_field_undoes_the_projects_change(
    make_window: Callable[..., Any], qtbot: QtBot
) -> None:
    from studio.core.steps import Step

    window = make_window(CannedWorker(made.results()))
    window.session.change(PROJECT)
    window.show_step(Step.COMPRESS)
    page = window.page(Step.COMPRESS)
    window.session.set_recipe(Recipe(pruning=0.35))
    field = page.choices.pruning.channels.field
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, "0")
    assert window.session.project.recipe.pruning == 0.0
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.session.project.recipe.pruning == 0.35
    assert field.value() == 35
    QTest.keyClick(
        field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert window.session.project.recipe.pruning == 0.0


def test_a_moved_slider_measures_another_accuracy_with_the_real_worker(
    qtbot: QtBot, own_places: Path
) -> None:
    session = Session()
    page = CompressPage(session)
    page.resize(1056, 640)
    page.show()

    def wait(until: Callable[[], bool]) -> None:
        qtbot.waitUntil(until, timeout=120_000)

    try:
        session.opening.open_sample("digits")
        wait(lambda: session.results.evaluation is not None and not session.busy)
        outcome = page.outcome
        whole = outcome.accuracy.after.text()
        slider = page.choices.pruning.channels.slider
        slider.setFocus()
        for _ in range(4):
            QTest.keyClick(slider, Qt.Key.Key_PageUp)
        assert session.project.recipe == Recipe(pruning=0.4)
        assert outcome.bytes.after.text().startswith("≈ ")
        guessed = page.forecast
        assert guessed is not None
        wait(lambda: session.results.build is not None and session.results.evaluation is not None)
        wait(lambda: not session.busy and page.forecast is None)
        assert outcome.accuracy.after.text() != whole
        assert "exported C" in outcome.state.text()
        measured = session.candidates.entries()[0]
        assert measured.recipe == Recipe(pruning=0.4)
        assert measured.flash_bytes == pytest.approx(guessed.storage.need, rel=0.15)
        assert measured.ram_bytes == pytest.approx(guessed.memory.need, rel=0.15)
        session.undo()
        wait(lambda: outcome.accuracy.after.text() == whole and not session.busy)
    finally:
        session.close()
        page.close()
        page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_palette_is_a_choice(make: Make, qtbot: QtBot) -> None:
    here = make()
    section = here.page.choices.palette_choices
    section.header.click()
    assert section.inside.isVisible()
    section.palette_field.setFocus()
    QTest.keyClick(section.palette_field, Qt.Key.Key_Down)
    assert here.recipe.palette == 16
    assert section.summary == "16 weights"
    here.session.undo()
    assert section.palette_field.value == "0"


def test_layers_apart_are_named_edited_elsewhere_and_cleared_here(make: Make, qtbot: QtBot) -> None:
    here = make()
    apart = here.page.choices.apart
    apart.set_unfolded(True)
    assert not apart.clear.isEnabled()
    with qtbot.waitSignal(here.page.step_wanted) as wanted:
        apart.edit.click()
    assert wanted.args == ["layers"]
    here.session.set_recipe(
        Recipe(layers=(LayerChoice("conv1", Scheme.INT4), LayerChoice("dense", pruning=0.2)))
    )
    assert "conv1: int4" in apart.words.text()
    assert apart.summary == "2 layers"
    apart.clear.click()
    assert here.recipe == Recipe()


def test_a_student_is_as_wide_and_deep_as_the_sliders_say(make: Make) -> None:
    here = make()
    student, training = here.page.choices.student, here.page.choices.training
    student.width_share.slider.setValue(50)
    student.depth_share.slider.setValue(70)
    assert here.recipe.student == Student(0.5, 0.7)
    assert training.train.text() == "Train the student"
    assert training.alpha.percent == 50
    student.width_share.slider.setValue(100)
    student.depth_share.slider.setValue(100)
    assert here.recipe.student is None
    student.joined.click()
    assert here.recipe.student == Student(joined=True)
    student.joined.click()
    assert here.recipe.student is None


def test_training_asks_for_what_the_fields_say(make: Make) -> None:
    here = make()
    panel = here.page.choices.training
    panel.epochs.setValue(7)
    panel.rate.setValue(0.002)
    panel.aware.click()
    panel.alpha.slider.setValue(30)
    panel.temperature.setValue(2.5)
    panel.train.click()
    job, arguments = here.studies.asked[-1]
    assert job == "train"
    assert from_json(Training, arguments["recipe"]["training"]) == Training(
        epochs=7, learning_rate=0.002, quantization_aware=True, distillation=0.3, temperature=2.5
    )
    assert here.recipe == Recipe()  # nothing changes before there is a result


def test_int4_is_trained_with_rounding_unless_the_user_says_otherwise(make: Make) -> None:
    here = make()
    panel = here.page.choices.training
    assert not panel.aware.isChecked()
    here.session.set_recipe(Recipe(Scheme.INT4))
    assert panel.aware.isChecked()
    panel.aware.click()
    here.session.set_recipe(Recipe(Scheme.INT4, pruning=0.1))
    assert not panel.aware.isChecked()


def curve(epochs: int) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint(n, 1.0 / n, 1.2 / n, 0.8 + n / 100) for n in range(1, epochs + 1))


def test_training_shows_its_curve_live_and_its_result_becomes_the_recipe(make: Make, qtbot: QtBot) -> None:
    here = make()
    here.session.set_recipe(Recipe(pruning=0.5))
    here.settle()
    panel, page = here.page.choices.training, here.page
    panel.set_unfolded(True)
    panel.train.click()
    assert panel.progress.isVisible()
    assert page.tabs.currentWidget() is page.curve
    for point in curve(3):
        here.studies.show_data(point, point.epoch / 5, f"Epoch {point.epoch} of 5")
    assert page.curve.shown_epochs == 3
    assert "Epoch 3: loss 0.333, 83.0 %" in panel.outcome.text()
    assert panel.progress.words.text() == "Epoch 3 of 5"
    recipe = Recipe(pruning=0.5, training=Training())
    here.studies.answer(Trained(recipe, curve(5), 0.6, 4, "e" * 64))
    assert here.recipe == recipe
    assert not panel.progress.isVisible()
    assert "60.0 % → 84.0 % on the validation samples; epoch 4 of 5 is kept" in panel.outcome.text()
    here.settle()
    assert recipe in [entry.recipe for entry in page.candidates.entries if entry.kept]
    here.session.undo()
    assert here.recipe == Recipe(pruning=0.5)


def test_training_is_stopped_and_keeps_or_cancelled_and_forgets(make: Make) -> None:
    here = make()
    panel = here.page.choices.training
    panel.set_unfolded(True)
    panel.train.click()
    here.studies.show_data(curve(1)[0])
    panel.progress.stop.click()
    assert here.studies.stopped == 1
    assert "keeping the best" in panel.progress.words.text()
    here.studies.answer(Trained(Recipe(training=Training(epochs=2)), curve(2), 0.6, 2, "e" * 64))
    assert here.recipe.training == Training(epochs=2)
    panel.train.click()
    panel.progress.cancel.click()
    assert here.studies.cancelled >= 1
    assert panel.train.isVisible()
    assert here.recipe.training == Training(epochs=2)


def test_a_study_that_is_stopped_with_nothing_to_keep_ends_at_once_and_says_so(make: Make) -> None:
    here = make()
    training, search = here.page.choices.training, here.page.choices.search
    for panel, begin, words in (
        (training, training.train, "before the first epoch was done"),
        (search, search.start, "before the first recipe was measured"),
    ):
        panel.set_unfolded(True)
        begin.click()
        ended = here.studies.cancelled
        panel.progress.stop.click()
        assert (here.studies.stopped, here.studies.cancelled) == (0, ended + 1)
        assert here.session.studies.running == ""
        assert words in panel.problem.sentence
        assert begin.isVisible()
        begin.click()
        assert not panel.problem.sentence
        panel.progress.cancel.click()


def test_a_training_that_fails_is_said_where_it_was_started(make: Make) -> None:
    here = make()
    panel = here.page.choices.training
    panel.set_unfolded(True)
    panel.train.click()
    here.studies.fail("Training needs train.npz in the data folder. Add it.")
    assert "train.npz" in panel.problem.sentence
    panel.train.click()
    assert panel.problem.sentence == ""


def test_a_slider_moved_after_training_drops_it_and_says_so(make: Make) -> None:
    here = make()
    here.session.set_recipe(Recipe(pruning=0.3, training=Training()))
    here.page.choices.pruning.channels.slider.setValue(40)
    assert here.recipe == Recipe(pruning=0.4)
    assert "train them again" in here.page.choices.training.outcome.text()
    here.session.undo()
    assert here.recipe.training == Training()


def test_the_search_begins_with_the_boards_limits_and_one_point_below_the_loaded_model(make: Make) -> None:
    here = make()
    search = here.page.choices.search
    assert search.limits.board == "virtual_cortex_m4"
    assert search.limits.flash_bytes == find_board("virtual_cortex_m4").free_flash_bytes
    assert search.limits.inference_us == 100_000
    assert search.limits.lowest_accuracy == pytest.approx(0.971)
    search.half.click()
    whole = fit_of(here.session.project, here.session.results)
    assert whole is not None
    assert search.limits.flash_bytes == pytest.approx(whole.storage.need / 2, rel=0.01)
    search.whole.click()
    assert search.limits.flash_bytes == find_board("virtual_cortex_m4").free_flash_bytes


def search_result(best: Recipe | None) -> SearchResult:
    limits = SearchLimits("virtual_cortex_m4", 20_000, 20_000, 100_000, 0.9)
    trials = (trial(0, Recipe(), 0.97, flash=30_000), trial(1, Recipe(pruning=0.4), 0.96, flash=15_000))
    chosen = trials[1] if best is not None else None
    return SearchResult(limits, trials, (0, 1), trials[0], chosen, "Half of the storage at one point less.")


def test_the_search_shows_its_trials_live_and_its_best_can_be_used_and_copied(
    make: Make, qtbot: QtBot
) -> None:
    here = make()
    search, page = here.page.choices.search, here.page
    search.set_unfolded(True)
    search.flash.setValue(20)
    search.ram.setValue(40)
    search.time.setValue(50)
    search.accuracy.setValue(95)
    search.seconds.setValue(60)
    search.start.click()
    job, arguments = here.studies.asked[-1]
    assert job == "search"
    assert from_json(SearchLimits, arguments["limits"]) == SearchLimits(
        "virtual_cortex_m4", 20 * 1024, 40 * 1024, 50_000, 0.95, 60.0
    )
    assert page.tabs.currentWidget() is page.trade_off
    assert not page.choices.training.train.isEnabled()
    found = search_result(Recipe(pruning=0.4))
    for one in found.trials:
        here.studies.show_data(one)
    qtbot.waitUntil(lambda: len(page.trade_off.points) == 2)
    search.progress.stop.click()
    assert here.studies.stopped == 1
    here.studies.answer(found)
    assert search.result.text() == found.sentence
    search.copy.click()
    assert "tinyml-studio run" in QGuiApplication.clipboard().text()
    assert search.copy.text() == "Copied"
    search.use.click()
    assert here.recipe == Recipe(pruning=0.4)
    here.settle()
    assert page.candidates.entries[0].name.startswith("Best for")


def test_a_search_that_finds_nothing_offers_nothing(make: Make) -> None:
    here = make()
    search = here.page.choices.search
    search.set_unfolded(True)
    search.start.click()
    search.progress.cancel.click()
    assert search.start.isVisible()
    search.start.click()
    here.studies.answer(search_result(None))
    assert search.result.isVisible()
    assert not search.use.isVisible()
    assert not search.copy.isVisible()


def test_a_search_that_fails_is_said_where_it_was_started(make: Make) -> None:
    here = make()
    search = here.page.choices.search
    search.start.click()
    here.studies.fail("There are too few validation samples. Add some.")
    assert "validation" in search.problem.sentence


def test_what_the_code_is_tuned_for_is_a_choice_that_undo_takes_back(make: Make, qtbot: QtBot) -> None:
    here = make()
    field = here.page.choices.tuning.field
    here.page.choices.tuning.set_unfolded(True)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert here.session.project.optimize is Optimize.SPEED
    here.session.undo()
    assert field.value == Optimize.BALANCED


def test_the_current_choice_is_kept_by_key_from_anywhere_on_the_page(make: Make, qtbot: QtBot) -> None:
    here = make()
    here.page.activateWindow()
    qtbot.waitUntil(here.page.isActiveWindow)
    here.page.choices.pruning.channels.slider.setFocus()
    QTest.keyClick(
        here.page.choices.pruning.channels.slider, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier
    )
    assert [kept.recipe for kept in here.session.project.candidates] == [Recipe()]
    here.session.undo()
    assert here.session.project.candidates == ()


def test_candidates_are_renamed_pinned_deleted_and_undone(make: Make) -> None:
    here = make()
    here.session.set_recipe(Recipe(pruning=0.2))
    here.settle()
    table = here.page.candidates
    table.rename_wanted.emit(Recipe(), "plain")
    table.select([Recipe(pruning=0.2)])
    table.pin.trigger()
    here.settle()
    names = [(entry.name, entry.pinned) for entry in table.entries]
    assert names == [("int8, 20 % of channels pruned", True), ("plain", False)]
    table.select([Recipe()])
    table.drop.trigger()
    here.settle()
    assert [entry.recipe for entry in table.entries] == [Recipe(pruning=0.2)]
    here.session.undo()
    here.settle()
    assert len(table.entries) == 2


def test_a_point_of_the_trade_off_and_a_row_lead_to_their_recipes(make: Make, qtbot: QtBot) -> None:
    here = make()
    here.session.set_recipe(Recipe(pruning=0.2))
    here.settle()
    qtbot.waitUntil(lambda: here.page.trade_off.made)
    here.page.trade_off.point_chosen.emit(Recipe())
    assert here.recipe == Recipe()
    assert here.page.choices.pruning.channels.field.value() == 0
    here.page.candidates.take_wanted.emit(Recipe(pruning=0.2))
    assert here.page.choices.pruning.channels.field.value() == 20


def test_without_a_model_or_data_the_page_says_where_to_choose_them(make: Make, qtbot: QtBot) -> None:
    empty = make(project=Project())
    assert "no model yet" in empty.page.notice.sentence
    assert not empty.page.choices.numbers.isEnabled()
    here = make(project=replace(PROJECT, data=""))
    assert "Choose data first" in here.page.notice.sentence
    assert "needs data" in here.page.choices.training.why_not.text()
    assert "needs data" in here.page.choices.search.why_not.text()
    with qtbot.waitSignal(here.page.step_wanted) as wanted:
        here.page.notice.button.click()
    assert wanted.args == ["model"]


def test_a_failed_job_offers_to_try_again(make: Make, qtbot: QtBot) -> None:
    here = make()
    here.worker.refusals["compress"] = "There is not enough memory for this on your computer."
    here.page.choices.pruning.channels.slider.setValue(10)
    qtbot.waitUntil(lambda: "not enough memory" in here.page.notice.sentence)
    assert "before the change" in here.page.outcome.state.text()
    here.worker.refusals.clear()
    here.page.notice.button.click()
    qtbot.waitUntil(lambda: here.session.results.evaluation is not None)
    assert here.page.notice.sentence == ""


def test_a_model_in_8_bits_leaves_nothing_to_choose(make: Make) -> None:
    results = made.results()
    assert results.model is not None
    here = make(replace(results, model=replace(results.model, quantized=True)))
    assert "8 bits already" in here.page.notice.sentence
    assert not here.page.choices.numbers.isEnabled()
    assert not here.page.choices.search.isEnabled()


def test_the_recipe_is_written_as_json_and_reads_back(make: Make, tmp_path: Path) -> None:
    here = make()
    here.page.choices.pruning.channels.slider.setValue(25)
    here.page.write_recipe_to(tmp_path / "mine.json")
    assert read_recipe(str(tmp_path / "mine.json")) == here.recipe
    here.session.undo()
    here.session.opening.open_path(tmp_path / "mine.json")  # as dropping it on the window does
    assert here.page.choices.pruning.channels.field.value() == 25


def test_a_recipe_that_cannot_be_written_is_a_sentence(make: Make) -> None:
    page = make().page
    page.write_recipe_to(Path("/proc/mine.json"))
    assert page.notice.sentence


def test_another_model_hears_nothing_of_the_training_before(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    here = make()
    panel, search = here.page.choices.training, here.page.choices.search
    panel.set_unfolded(True)
    here.session.set_recipe(Recipe(pruning=0.3, training=Training()))
    here.session.set_recipe(Recipe(pruning=0.4))
    assert "train them again" in panel.outcome.text()
    panel.show_problem("Training needs train.npz.")
    search.show_problem("There are too few samples.")
    (tmp_path / "other.tflite").write_bytes(b"x")
    here.session.opening.open_path(tmp_path / "other.tflite")
    here.settle()
    assert (panel.outcome.text(), panel.problem.sentence, search.problem.sentence) == ("", "", "")
    assert panel.summary == ""


def test_the_searchs_accuracy_is_that_of_the_whole_test_set_unless_it_was_typed(make: Make) -> None:
    results = made.results()
    assert results.evaluation is not None
    here = make(replace(results, preview=replace(results.evaluation, n=100, float_accuracy=0.5)))
    search = here.page.choices.search
    assert search.limits.lowest_accuracy == pytest.approx(0.971)
    search.set_metric(0.5, metric=Metric.ACCURACY, of="another", whole=False)
    assert search.limits.lowest_accuracy == pytest.approx(0.49)
    search.accuracy.setValue(80)
    search.set_metric(0.9, metric=Metric.ACCURACY, of="another", whole=True)
    assert search.limits.lowest_accuracy == pytest.approx(0.8)


def test_figures_that_nothing_will_replace_are_not_called_measured(make: Make) -> None:
    here = make()
    outcome = here.page.outcome
    assert "measured" in outcome.compute.words.text() or "est." in outcome.compute.words.text()
    here.session.change(
        replace(here.session.project, board="raspberry_pi_4", recipe=Recipe(Scheme.DYNAMIC_RANGE))
    )
    here.settle()
    assert here.session.results.build is None
    for part in (outcome.storage, outcome.memory, outcome.compute):
        assert part.after.text() == "–"
        assert part.words.text() == "no C: runs the .tflite"


def test_old_figures_say_that_they_are_from_before_the_change(make: Make, qtbot: QtBot) -> None:
    here = make()
    here.worker.refusals["compress"] = "There is not enough memory for this on your computer."
    here.page.choices.pruning.channels.slider.setValue(10)
    qtbot.waitUntil(lambda: "not enough memory" in here.page.notice.sentence)
    for part in (here.page.outcome.storage, here.page.outcome.compute):
        assert part.words.text().endswith("· before the change")
        assert "measured" not in part.toolTip()


def test_a_change_is_the_difference_of_the_figures_beside_it(make: Make) -> None:
    results = made.results()
    assert results.evaluation is not None
    found = replace(results.evaluation, float_accuracy=0.97454, accuracy=0.98246)  # 0.792 points apart
    accuracy = make(replace(results, evaluation=found)).page.outcome.accuracy
    assert (accuracy.after.text(), accuracy.change.text()) == ("98.2 %", "+0.7 points")
    assert "was 97.5 %" in accuracy.words.text()


def test_test_results_before_limits_say_so_with_a_way_to_set_them(make: Make, qtbot: QtBot) -> None:
    one = make()
    line = one.page.outcome.limits
    assert not line.isHidden()
    assert "You see test results before setting limits: your review will say so." in line.words
    assert one.page.accuracy.isEnabled()
    with qtbot.waitSignal(one.page.step_wanted) as caught:
        press(line.button, Qt.Key.Key_Space)
    assert caught.args == ["review#limits"]
    entered = Answers(limits={"min_accuracy": 0.9})
    one.session.change(replace(one.session.project, entered=entered))
    one.settle()
    assert line.isHidden()
