"""Saving, loading and undoing the user's choices."""

import errno
import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.project import History, Project, load_project, save_project
from studio.core.recipe import Recipe, Scheme
from studio.core.review import Answer, Answers, Choice, SignOff, State, Subject, review
from tests.core.review.whole import AT


def full_project(folder: Path) -> Project:
    return Project(
        name="Bees",
        model=str(folder / "model.keras"),
        data=str(folder),
        recipe=Recipe(Scheme.INT8, 0.3, 64),
        board="raspberry_pi_pico",
        deadline_ms=50,
        entered=Answers(
            {"bench": True},
            (Answer("D1", Choice.YES, "They open the hive.", "Ada", "now", {"use": "2"}),),
            SignOff("Ada", "now", "0", "1"),
            use="Counts bees.",
            limits={"max_miss_share": 0.1},
        ),
    )


def test_a_saved_project_comes_back_the_same(tmp_path: Path) -> None:
    project = full_project(tmp_path)
    save_project(project, tmp_path / "bees.tinyml")
    assert load_project(tmp_path / "bees.tinyml") == project


def test_a_project_moved_with_its_folder_finds_its_files(tmp_path: Path) -> None:
    save_project(full_project(tmp_path / "here"), tmp_path / "here" / "bees.tinyml")
    os.rename(tmp_path / "here", tmp_path / "there")
    assert load_project(tmp_path / "there" / "bees.tinyml").model == str(tmp_path / "there" / "model.keras")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"version": "x"}', b'{"version": 1, "colour": "red"}', b"\xff\xfe"]
)
def test_what_is_not_a_project_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tinyml").write_bytes(content)
    with pytest.raises(StudioError, match=r"x\.tinyml"):
        load_project(tmp_path / "x.tinyml")


def test_a_project_of_a_newer_studio_asks_for_an_update(tmp_path: Path) -> None:
    (tmp_path / "x.tinyml").write_text(json.dumps({"version": 99}))
    with pytest.raises(StudioError, match="Update the studio"):
        load_project(tmp_path / "x.tinyml")


def test_a_full_disk_leaves_the_old_project_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bees.tinyml"
    save_project(full_project(tmp_path), file)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudioError, match="disk is full"):
        save_project(Project(name="Other"), file)
    assert load_project(file) == full_project(tmp_path)
    assert list(tmp_path.iterdir()) == [file]


def test_a_real_full_device_is_said(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(StudioError):
        save_project(Project(), Path("/dev/full/bees.tinyml"))


def test_hundred_random_changes_undo_and_redo_to_the_same_projects() -> None:
    chance = random.Random(7)
    history = History(Project())
    seen = [history.present]
    for number in range(100):
        pruning = chance.randrange(0, 90) / 100
        history = history.do(replace(history.present, name=str(number), recipe=Recipe(pruning=pruning)))
        seen.append(history.present)
    for expected in reversed(seen[:-1]):
        history = history.undo()
        assert history.present == expected
    assert history.undo() == history
    for expected in seen[1:]:
        history = history.redo()
        assert history.present == expected
    assert history.redo() == history


def test_doing_nothing_is_no_step_of_the_history() -> None:
    history = History(Project())
    assert history.do(Project()) is history


def test_answers_of_an_older_project_are_kept_as_suggestions(tmp_path: Path) -> None:
    old = {
        "version": 1,
        "name": "Bees",
        "entered": {
            "intake": {"bench": True},
            "answers": [
                {
                    "id": "D1",
                    "choice": "yes",
                    "text": "They open the hive.",
                    "model_sha256": "m",
                    "data_sha256": "d",
                }
            ],
            "signoff": {"by": "Ada", "at": "then", "subject_hash": "0", "answers_hash": "1"},
        },
    }
    (tmp_path / "bees.tinyml").write_text(json.dumps(old))
    project = load_project(tmp_path / "bees.tinyml")
    answer = project.entered.answer("D1")
    assert answer is not None
    assert (answer.choice, answer.text) == (Choice.YES, "They open the hive.")
    found = review(standard_checklist(), project.entered, (), Subject("m"), at=AT)
    assert found.item("D1").state is State.STALE
    assert not found.approved
    save_project(project, tmp_path / "bees.tinyml")
    assert load_project(tmp_path / "bees.tinyml") == project


def test_what_an_answers_file_said_was_opened_does_not_come_back_with_a_project(tmp_path: Path) -> None:
    told = Answers().with_answer(Answer("D1", Choice.YES, "A reason.", stated=("C17",)))
    save_project(Project(entered=told), tmp_path / "a.tinyml")
    found = load_project(tmp_path / "a.tinyml").entered.answer("D1")
    assert found is not None
    assert found.stated == ()


@pytest.mark.parametrize("entered", [None, 3, {"answers": 3}, {"answers": [3]}])
def test_a_damaged_review_in_an_older_project_gets_a_sentence(tmp_path: Path, entered: object) -> None:
    (tmp_path / "x.tinyml").write_text(json.dumps({"version": 1, "entered": entered}))
    with pytest.raises(StudioError, match="damaged"):
        load_project(tmp_path / "x.tinyml")
