"""The session: changes, undo, results that belong to the project, saving, and opening whatever is dropped."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.bundle import Bundle
from studio.core.errors import StudioError
from studio.core.places import SAMPLES, resources
from studio.core.project import Project, load_project, save_project
from studio.core.recipe import LayerChoice, Recipe, Scheme, Training
from studio.core.results import Results
from studio.core.steps import Step, StepState
from studio.core.study import Trained
from studio.ui import workbench
from studio.ui.session import Session
from studio.ui.worker_client import WorkerClient
from tests.ui import results as made
from tests.ui.canned import CannedWorker, canned_session

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")
FAKE = str(Path(__file__).with_name("fake_worker.py"))


def settled(session: Session) -> bool:
    build = session.results.build
    return not session.busy and build is not None and build.measurement is not None


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    found, _ = canned_session(made.results(), PROJECT)
    qtbot.waitUntil(lambda: settled(found))
    return found


def worker_of(session: Session) -> CannedWorker:
    worker = session.workbench.worker
    assert isinstance(worker, CannedWorker)
    return worker


def test_the_pipeline_runs_to_its_end_by_itself(session: Session) -> None:
    jobs = [job for job, _ in worker_of(session).jobs]
    assert jobs == [
        "load",
        "inspect_data",
        "compress",
        "preview",
        "compile_candidate",
        "evaluate",
        "measure",
        "inspect_layers",
        "review_checks",
    ]
    assert not session.busy
    assert session.step_states()[Step.COMPRESS] is StepState.DONE


def test_a_new_recipe_drops_its_results_at_once_and_keeps_the_model(session: Session) -> None:
    session.change(replace(session.project, recipe=Recipe(scheme=Scheme.FLOAT32)))
    assert session.results.candidate is None
    assert session.results.model is not None
    assert session.previous.candidate is not None
    assert session.busy


def test_a_slider_asks_the_worker_once_for_where_it_stops(session: Session, qtbot: QtBot) -> None:
    asked = len(worker_of(session).jobs)
    for percent in range(1, 31):
        recipe = replace(session.project.recipe, pruning=percent / 100)
        session.change(replace(session.project, recipe=recipe), merge="pruning")
    qtbot.waitUntil(lambda: settled(session))
    compressed = [arguments for job, arguments in worker_of(session).jobs[asked:] if job == "compress"]
    assert [arguments["recipe"]["pruning"] for arguments in compressed] == [0.3]
    session.undo()
    assert session.project.recipe.pruning == 0.0


def test_undo_and_redo_swap_projects(session: Session) -> None:
    changed = replace(session.project, board="raspberry_pi_pico")
    session.change(changed)
    session.undo()
    assert session.project == PROJECT
    assert session.can_redo
    session.redo()
    assert session.project == changed


def test_a_board_change_keeps_every_result(session: Session) -> None:
    before = session.results
    session.change(replace(session.project, board="raspberry_pi_pico"))
    assert session.results == before


def test_an_answer_for_an_older_project_is_thrown_away(session: Session, qtbot: QtBot) -> None:
    worker = worker_of(session)
    answers: list[int] = []
    worker.request = lambda job, arguments: answers.append(len(answers) + 1000) or answers[-1]  # type: ignore
    session.change(replace(session.project, recipe=Recipe(pruning=0.1)))
    qtbot.waitUntil(lambda: len(answers) == 1)
    session.change(replace(session.project, recipe=Recipe(pruning=0.2)))
    worker.answered.emit(answers[0], made.results().candidate)
    assert session.results.candidate is None
    qtbot.waitUntil(lambda: len(answers) == 2)
    worker.answered.emit(answers[0], made.results().candidate)
    assert session.results.candidate is None
    worker.answered.emit(answers[1], made.results().candidate)
    assert session.results.candidate is not None


def test_a_failure_stands_in_the_results_and_is_not_tried_again_until_asked(qtbot: QtBot) -> None:
    worker = CannedWorker(made.results())
    worker.refusals["evaluate"] = "The test set is empty. Add samples."
    session = Session(worker)
    with qtbot.waitSignal(session.failed) as failed:
        session.change(PROJECT)
    assert failed.args == [Step.COMPRESS, "The test set is empty. Add samples."]
    qtbot.waitUntil(lambda: not session.busy)
    problem = session.results.problem("evaluate")
    assert problem is not None
    worker.refusals.clear()
    session.retry()
    qtbot.waitUntil(lambda: session.results.evaluation is not None)
    assert session.results.problems == ()


def test_the_same_data_opened_again_is_read_again(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "test.npz").write_bytes(b"x")
    worker = CannedWorker(made.results())
    worker.refusals["inspect_data"] = "labels.txt names 2 classes but the model answers 16."
    session = Session(worker)
    session.change(replace(PROJECT, data=str(tmp_path.resolve())))
    qtbot.waitUntil(lambda: session.results.problem("inspect_data") is not None)
    worker.refusals.clear()
    for _ in range(2):  # what was refused, then what was read
        begun = len(worker.jobs)
        session.opening.open_path(tmp_path)
        qtbot.waitUntil(lambda: settled(session))
        assert "inspect_data" in [job for job, _ in worker.jobs[begun:]]
        assert session.results.problems == ()
    assert not session.can_undo or session.history.past[-1] == Project()


def test_cancel_stops_the_work_and_says_how_to_go_on(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    session = Session(WorkerClient([sys.executable, FAKE]))
    with qtbot.waitSignal(session.job_progressed, timeout=10_000):
        session.change(replace(PROJECT, model="/hang"))
    with qtbot.waitSignal(session.job_ended):
        session.cancel()
    problem = session.results.problem("load")
    assert problem is not None
    assert problem.sentence == "You stopped this: loading the model."
    assert problem.cure == "retry"
    assert not session.busy
    with qtbot.waitSignal(session.results_changed, timeout=10_000):
        session.change(replace(PROJECT, model="/answer", data=""))
    qtbot.waitUntil(lambda: session.results.model is not None, timeout=10_000)
    session.close()


def test_a_job_that_became_useless_is_killed_when_it_takes_long(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setattr(workbench, "_PATIENCE_MS", 50)
    session = Session(WorkerClient([sys.executable, FAKE]))
    with qtbot.waitSignal(session.job_progressed, timeout=10_000):
        session.change(replace(PROJECT, model="/hang"))
    session.change(replace(PROJECT, model="/answer", data=""))
    qtbot.waitUntil(lambda: session.results.model is not None, timeout=10_000)
    assert session.results.problems == ()
    session.close()


def test_saving_makes_the_project_unmodified_and_reads_back(session: Session, tmp_path: Path) -> None:
    assert session.modified
    assert session.save(tmp_path / "mine.tinyml")
    assert not session.modified
    assert session.file == tmp_path / "mine.tinyml"
    assert load_project(tmp_path / "mine.tinyml").model == PROJECT.model


def test_a_full_disk_while_saving_is_a_sentence_and_nothing_is_lost(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    file = tmp_path / "mine.tinyml"
    session.save(file)
    old = file.read_bytes()
    session.change(replace(session.project, board="raspberry_pi_pico"))

    def full(path: Path, content: bytes) -> None:
        raise StudioError("The disk is full.")

    monkeypatch.setattr("studio.core.project.write_atomically", full)
    with qtbot.waitSignal(session.failed) as failed:
        assert not session.save()
    assert failed.args == ["file", "The disk is full."]
    assert session.modified
    assert session.project.board == "raspberry_pi_pico"
    assert file.read_bytes() == old


def test_a_folder_that_may_not_be_written_is_a_sentence(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.failed) as failed:
        assert not session.save(Path("/proc/mine.tinyml"))
    assert failed.args is not None
    assert "another" in failed.args[1]
    assert session.file is None


def test_a_model_that_is_opened_keeps_data_and_names_the_project(qtbot: QtBot, tmp_path: Path) -> None:
    session = Session(CannedWorker(made.results()))
    (tmp_path / "wake.tflite").write_bytes(b"x")
    (tmp_path / "test.npz").write_bytes(b"x")
    session.opening.open_path(tmp_path / "wake.tflite")
    assert session.project.name == "wake"
    assert session.project.data == str(tmp_path)
    assert session.can_undo


def test_a_recipe_that_is_dropped_is_taken_over(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps({"scheme": "float32", "pruning": 0.5}))
    session.opening.open_path(file)
    assert session.project.recipe == Recipe(Scheme.FLOAT32, 0.5)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"hello", "is nothing the studio opens"),
        ("old.tinyml", b"{}", "is not a project file"),
        ("missing.keras", None, "There is nothing at"),
        ("bad.json", b"[]", "recipe"),
    ],
)
def test_what_cannot_be_opened_is_a_sentence_and_changes_nothing(
    qtbot: QtBot, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    session = Session(CannedWorker(Results()))
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with qtbot.waitSignal(session.failed) as failed:
        session.opening.open_path(tmp_path / name)
    assert failed.args is not None
    assert failed.args[0] == "file"
    assert words in failed.args[1]
    assert session.project == Project()


def test_a_project_file_is_opened_with_a_new_history(session: Session, tmp_path: Path) -> None:
    save_project(replace(PROJECT, name="other"), tmp_path / "other.tinyml")
    session.opening.open_path(tmp_path / "other.tinyml")
    assert session.project.name == "other"
    assert not session.can_undo
    assert not session.modified


def test_every_sample_opens_without_a_file_of_its_own(qtbot: QtBot) -> None:
    for name in SAMPLES:
        session = Session(CannedWorker(made.results()))
        session.opening.open_sample(name)
        assert Path(session.project.model).is_file()
        assert session.file is None
        assert not session.modified


def test_an_export_is_announced_and_holds_until_the_project_changes(qtbot: QtBot) -> None:
    bundle = Bundle("/tmp/out", (), "x" * 64)
    session, _ = canned_session(made.results(), PROJECT, bundle)
    qtbot.waitUntil(lambda: settled(session))
    with qtbot.waitSignal(session.exported):
        session.export(Path("/tmp/out"))
    assert session.bundle == bundle
    session.change(replace(session.project, board="raspberry_pi_pico"))
    assert session.bundle is None


def test_a_refused_export_fails_at_its_step(qtbot: QtBot) -> None:
    session, worker = canned_session(made.results(), PROJECT)
    worker.refusals["export"] = "The review does not allow the export yet."
    qtbot.waitUntil(lambda: settled(session))
    with qtbot.waitSignal(session.failed) as failed:
        session.export(Path("/tmp/out"))
    assert failed.args == [Step.EXPORT, "The review does not allow the export yet."]
    assert session.bundle is None


def test_live_is_announced_once(session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(session.live_changed):
        session.set_live(True)
    with qtbot.assertNotEmitted(session.live_changed):
        session.set_live(True)
    assert session.step_states()[Step.LIVE] is StepState.DONE


def test_a_slider_that_goes_there_and_back_is_no_step_of_undo(session: Session) -> None:
    steps = len(session._history.past)
    for percent in (10, 20, 0):
        session.set_recipe(replace(session.project.recipe, pruning=percent / 100), merge="pruning")
    assert len(session._history.past) == steps


def test_a_file_that_another_window_changed_is_not_overwritten_without_a_word(
    session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "mine.tinyml"
    assert session.save(file)
    save_project(replace(session.project, board="raspberry_pi_pico"), file)  # the other window
    session.change(replace(session.project, deadline_ms=7))
    with qtbot.waitSignal(session.failed) as failed:
        assert not session.save()
    assert failed.args is not None
    assert "Save again" in failed.args[1]
    assert load_project(file).board == "raspberry_pi_pico"
    assert session.save()
    assert load_project(file).deadline_ms == 7


def test_a_sample_of_the_studio_is_never_written_over(qtbot: QtBot) -> None:
    session = Session(CannedWorker(made.results()), studies_worker=CannedWorker(made.results()))
    session.opening.open_path(resources() / "samples" / "gestures" / "project.tinyml")
    assert session.project.name == "Gestures on the wrist"
    assert session.file is None


def written(folder: Path, name: str) -> Path:
    (folder / name).write_bytes(b"x")
    return folder / name


def test_another_model_begins_with_its_own_choices_and_undo_brings_back_all(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.set_recipe(Recipe(Scheme.INT4, pruning=0.5, layers=(LayerChoice("conv1", Scheme.INT8),)))
    session.candidates.keep(session.project.recipe)
    session.reviewing.set_use("It computes a sine.")
    before = session.project
    with qtbot.waitSignal(session.told) as told:
        session.opening.open_path(written(tmp_path, "other.tflite"))
    assert "Undo brings both back" in told.args[0]
    assert session.project.entered.use == ""
    assert session.project.recipe == Recipe(Scheme.INT4)
    assert session.project.candidates == ()
    qtbot.waitUntil(lambda: settled(session))
    session.undo()
    assert session.project == before


def test_a_model_and_its_data_that_are_opened_together_are_one_step(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    model, data = written(tmp_path, "wake.tflite"), written(tmp_path, "calls.npz")
    session.opening.open_paths([model, data])
    assert (session.project.model, session.project.data) == (str(model), str(data))
    session.undo()
    assert session.project == PROJECT
    session.redo()
    assert session.project.data == str(data)
    fresh = Session(CannedWorker(made.results()))
    fresh.opening.open_paths([model, data])
    fresh.undo()
    assert fresh.project == Project()


def test_data_that_was_found_beside_a_model_gives_way_to_what_lies_beside_the_next(
    session: Session, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, "test.npz")
    session.change(replace(session.project, data=""))
    session.opening.open_path(written(tmp_path / "one", "wake.tflite"))
    assert session.project.data == str(tmp_path / "one")
    session.opening.open_path(written(tmp_path / "two", "door.tflite"))
    assert session.project.data == str(tmp_path / "two")
    session.change(replace(session.project, data=str(tmp_path)))  # chosen by hand: it stays
    session.opening.open_path(tmp_path / "one" / "wake.tflite")
    assert session.project.data == str(tmp_path)


def test_data_chosen_right_after_another_model_is_a_part_of_that_step(
    session: Session, tmp_path: Path
) -> None:
    session.opening.open_path(written(tmp_path, "wake.tflite"))
    session.opening.open_path(written(tmp_path, "calls.npz"))
    session.undo()
    assert session.project == PROJECT


def test_data_taken_off_another_model_is_a_part_of_that_step(session: Session, tmp_path: Path) -> None:
    session.opening.open_path(written(tmp_path, "wake.tflite"))
    session.set_recipe(Recipe(pruning=0.3))
    session.opening.take_off_data()
    assert session.project.data == ""
    session.undo()
    assert (session.project.data, session.project.recipe) == ("", Recipe())
    session.undo()
    assert session.project == PROJECT


def test_a_damaged_model_leaves_the_working_one_in_its_place(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    worker_of(session).refusals["load"] = "bad.keras is no model. Save it again."
    with qtbot.waitSignal(session.failed, check_params_cb=lambda step, _: step == "file") as failed:
        session.opening.open_path(written(tmp_path, "bad.keras"))
    assert failed.args is not None
    assert (
        failed.args[1]
        == "bad.keras was not opened; gestures.keras stays. bad.keras is no model. Save it again."
    )
    assert session.project == PROJECT
    assert not session.can_redo
    worker_of(session).refusals.clear()
    qtbot.waitUntil(lambda: settled(session))
    assert session.results.problems == ()


def test_training_that_won_nothing_changes_nothing(session: Session) -> None:
    session.studies.trained_ready.emit(Trained(Recipe(training=Training()), (), 0.9, 0, "e" * 64))
    assert session.project == PROJECT
