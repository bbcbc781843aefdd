"""Candidates in the session: what is measured is listed, and everything done with them can be undone."""

import random
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from studio.core.project import Project
from studio.core.recipe import LayerChoice, Recipe, Scheme
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import canned_session

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    found, _ = canned_session(made.results(), PROJECT)
    wait(found, qtbot)
    return found


def wait(session: Session, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not session.busy and session.results.insides is not None)


def go(session: Session, qtbot: QtBot, recipe: Recipe) -> None:
    session.take(recipe)
    wait(session, qtbot)


def names(session: Session) -> list[str]:
    return [entry.name for entry in session.candidates.entries()]


def test_every_measured_recipe_is_listed_with_what_it_came_from(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, Recipe(pruning=0.2))
    assert names(session) == ["int8, 20 % of channels pruned", "int8"]
    newest = session.candidates.entries()[0]
    assert newest.figures is not None
    assert newest.figures.parent == Recipe()
    assert newest.flash_bytes is not None


def test_undoing_a_slider_keeps_what_was_measured_in_the_list(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, Recipe(pruning=0.2))
    session.undo()
    wait(session, qtbot)
    assert "int8, 20 % of channels pruned" in names(session)


def test_keeping_renaming_pinning_and_deleting_are_undone_one_by_one(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, Recipe(pruning=0.2))
    states = [session.project]
    session.candidates.keep(Recipe(), "plain")
    states.append(session.project)
    session.candidates.rename(Recipe(pruning=0.2), "narrow")
    states.append(session.project)
    session.candidates.pin(Recipe(pruning=0.2), True)
    states.append(session.project)
    assert names(session) == ["narrow", "plain"]
    session.candidates.drop(Recipe(pruning=0.2))
    assert names(session) == ["plain"]
    for state in reversed(states):
        session.undo()
        assert session.project == state


def test_another_model_starts_an_empty_list(session: Session, qtbot: QtBot) -> None:
    model = session.results.model
    assert model is not None
    worker = session.workbench.worker
    worker.results = replace(  # type: ignore[attr-defined]
        made.results(), model=replace(model, artifact_sha256="f" * 64)
    )
    session.change(replace(session.project, model="/models/other.keras", recipe=Recipe(pruning=0.1)))
    wait(session, qtbot)
    assert names(session) == ["int8, 10 % of channels pruned"]


def test_a_hundred_random_moves_are_undone_and_redone_to_identical_projects(
    session: Session, qtbot: QtBot
) -> None:
    chance = random.Random(4)
    seen = [session.project]
    for turn in range(100):
        share = chance.randrange(0, 90) / 100
        recipe = chance.choice([entry.recipe for entry in session.candidates.entries()] or [Recipe()])
        action = chance.randrange(8)
        if action <= 2:
            session.set_recipe(replace(session.project.recipe, pruning=share), merge=f"pruning {turn}")
        elif action == 3:
            choice = LayerChoice("conv", chance.choice([None, Scheme.INT4, Scheme.FLOAT32]))
            session.set_recipe(session.project.recipe.with_choice(choice))
        elif action == 4:
            session.candidates.keep(recipe)
        elif action == 5:
            session.candidates.rename(recipe, f"name {turn}")
        elif action == 6:
            session.candidates.pin(recipe, chance.random() < 0.5)
        else:
            session.candidates.drop(recipe)
        if chance.random() < 0.3:
            wait(session, qtbot)
        if session.project != seen[-1]:
            seen.append(session.project)
    assert len(seen) > 60
    for state in reversed(seen[:-1]):
        session.undo()
        assert session.project == state
    for state in seen[1:]:
        session.redo()
        assert session.project == state
    wait(session, qtbot)
    assert session.results.evaluation is not None


def test_undoing_another_model_brings_its_candidates_back(session: Session, qtbot: QtBot) -> None:
    go(session, qtbot, Recipe(pruning=0.2))
    listed = names(session)
    model = session.results.model
    assert model is not None
    worker = session.workbench.worker
    first = worker.results  # type: ignore[attr-defined]
    worker.results = replace(first, model=replace(model, artifact_sha256="f" * 64))  # type: ignore[attr-defined]
    session.change(replace(session.project, model="/models/other.keras"))
    wait(session, qtbot)
    worker.results = first  # type: ignore[attr-defined]
    session.undo()
    wait(session, qtbot)
    assert names(session) == listed
