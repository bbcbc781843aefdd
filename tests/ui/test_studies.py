"""Studies: they run beside the pipeline, show how they go, end with the best, and never disturb the project."""

import os
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.core.recipe import Recipe, Training
from studio.core.study import CurvePoint, Trained
from studio.ui.session import Session
from studio.ui.worker_client import WorkerClient, WorkerState
from tests.ui import results as made
from tests.ui.canned import CannedWorker

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")

# A worker that is real but for its jobs: they take as long as the test lets them.
_JOBS = """
import time
from dataclasses import replace
from studio.core.study import CurvePoint, LayerSensitivity, Sensitivity, Trained
from studio.worker import jobs
from studio.worker.report import stopping

def train(model, recipe, dataset, report):
    curve = []
    if recipe.training.epochs == 1:
        time.sleep(60)
    while not stopping(report):
        curve.append(CurvePoint(len(curve) + 1, 1.0, 1.0, 0.5))
        report(0.1, "Training", curve[-1])
        time.sleep(0.05)
    shorter = replace(recipe, training=replace(recipe.training, epochs=len(curve)))
    return Trained(shorter, tuple(curve), 0.4, len(curve), "f" * 64)

def sensitivity(model, dataset, report):
    for number in range(600):
        report(0.1, "Probing", LayerSensitivity(f"layer {number}", (None,) * 5))
        time.sleep(0.05)

for job in (train, sensitivity):
    job.__annotations__ = jobs.JOBS[job.__name__].__annotations__
    jobs.JOBS[job.__name__] = job
from studio.worker.server import serve
serve()
"""


@pytest.fixture
def session(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv(
        "PYTHONPATH", str(Path(__file__).parents[2]) + os.pathsep + os.environ.get("PYTHONPATH", "")
    )
    studier = WorkerClient([sys.executable, "-c", textwrap.dedent(_JOBS)])
    found = Session(CannedWorker(made.results()), studies_worker=studier)
    found.change(PROJECT)
    qtbot.waitUntil(lambda: found.results.insides is not None)
    yield found
    found.close()


def test_stopping_a_training_keeps_its_best_and_the_recipe_leads_to_it(
    session: Session, qtbot: QtBot
) -> None:
    session.studies.train(Training(epochs=100))
    assert session.studies.running == "train"
    qtbot.waitUntil(lambda: len(session.studies.curve) >= 3, timeout=20_000)
    with qtbot.waitSignal(session.studies.ended, timeout=10_000):
        session.studies.stop()
    trained = session.studies.trained
    assert trained is not None
    assert session.project.recipe.training == Training(epochs=len(trained.curve))
    assert [kept.recipe for kept in session.project.candidates] == [session.project.recipe]
    session.undo()
    assert session.project == PROJECT


def test_a_training_that_is_deaf_is_stopped_at_once_while_there_is_nothing_to_keep(
    session: Session, qtbot: QtBot
) -> None:
    session.studies.train(Training(epochs=1))  # this worker's jobs take 1 for: load TensorFlow for a minute
    worker = session.studies._worker
    qtbot.waitUntil(lambda: worker.state is WorkerState.BUSY, timeout=20_000)
    with qtbot.waitSignals([session.studies.ended, session.studies.stopped_early], timeout=5_000):
        session.studies.stop()
    assert (session.studies.running, session.project) == ("", PROJECT)
    session.studies.train(Training(epochs=100))  # the next worker is there for the next
    qtbot.waitUntil(lambda: len(session.studies.curve) >= 1, timeout=20_000)
    session.studies.cancel()


def test_sliders_stay_quick_while_a_training_runs(session: Session, qtbot: QtBot) -> None:
    session.studies.train(Training(epochs=100))
    qtbot.waitUntil(lambda: len(session.studies.curve) >= 1, timeout=20_000)
    session.set_recipe(Recipe(pruning=0.4))
    qtbot.waitUntil(lambda: session.results.evaluation is not None)
    assert session.studies.running == "train"
    with qtbot.waitSignal(session.studies.ended, timeout=10_000):
        session.studies.stop()
    assert session.project.recipe == Recipe(pruning=0.4)  # the sliders had moved on: they stay
    assert session.project.candidates[-1].recipe.training is not None


def test_cancelling_a_study_leaves_the_project_as_it_was(session: Session, qtbot: QtBot) -> None:
    session.studies.train(Training())
    qtbot.waitUntil(lambda: len(session.studies.curve) >= 1, timeout=20_000)
    session.studies.cancel()
    assert session.studies.running == ""
    assert session.project == PROJECT
    session.studies.train(Training(epochs=2))
    qtbot.waitUntil(lambda: len(session.studies.curve) >= 1, timeout=20_000)
    session.studies.cancel()


def test_another_model_ends_the_study_of_the_one_before(session: Session, qtbot: QtBot) -> None:
    session.studies.probe()
    qtbot.waitUntil(lambda: len(session.studies.probed) >= 2, timeout=20_000)
    model = session.results.model
    assert model is not None
    worker = session.workbench.worker
    assert isinstance(worker, CannedWorker)
    worker.results = replace(made.results(), model=replace(model, artifact_sha256="f" * 64))
    session.change(replace(session.project, model="/models/other.keras"))
    qtbot.waitUntil(lambda: session.studies.running == "")
    assert session.studies.probed == ()


def test_what_the_user_asks_for_goes_before_what_runs_by_itself(session: Session, qtbot: QtBot) -> None:
    session.studies.probe()
    qtbot.waitUntil(lambda: len(session.studies.probed) >= 1, timeout=20_000)
    session.studies.train(Training())
    assert session.studies.running == "train"
    qtbot.waitUntil(lambda: len(session.studies.curve) >= 1, timeout=20_000)
    session.studies.cancel()


def test_a_trained_candidate_whose_figures_are_unknown_is_measured_by_itself(qtbot: QtBot) -> None:
    kept = Recipe(pruning=0.3)
    studier = CannedWorker(made.results())
    studier.refusals = {"figures": "Not now.", "sensitivity": "Not now."}
    session = Session(CannedWorker(made.results()), studies_worker=studier)
    session.change(PROJECT)
    qtbot.waitUntil(lambda: session.results.insides is not None)
    session.candidates.keep(kept)
    session.studies.start()
    session.studies._rest.start(0)
    qtbot.waitUntil(lambda: bool(studier.jobs))
    job, arguments = studier.jobs[0]
    assert job == "figures"
    assert arguments["recipe"]["pruning"] == 0.3
    session.close()


def test_the_curve_is_made_of_epochs() -> None:
    trained = Trained(Recipe(), (CurvePoint(1, 0.5, 0.6, 0.9),), 0.8, 1, "a")
    assert trained.curve[0].accuracy == 0.9
