"""Measuring on the virtual board: remembered, and given up as soon as a slider moves."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from studio.core.build import Build
from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe
from studio.worker import build as building
from studio.worker.report import Stopped, silent
from tests.worker.conftest import Bench


@pytest.fixture(scope="module")
def candidate(bench: Bench, small: Model, data: Dataset) -> Candidate:
    made: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    return made


@pytest.fixture(scope="module")
def build(bench: Bench, candidate: Candidate, data: Dataset) -> Build:
    made: Build = bench("compile_candidate", candidate=candidate, labels=data.labels, optimize="balanced")
    return made


def test_a_moved_slider_ends_the_virtual_board(
    candidate: Candidate, build: Build, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    boards: list[subprocess.Popen[bytes]] = []

    class Seen(subprocess.Popen[bytes]):
        def __init__(self, command: Any, **options: Any) -> None:
            super().__init__(command, **options)
            if "--batch" in command:
                boards.append(self)

    def moved(share: float, text: str, data: object = None) -> None:
        if boards:
            raise Stopped

    monkeypatch.setattr(subprocess, "Popen", Seen)
    with pytest.raises(Stopped):
        building.measure(candidate, build, data, 33, moved)
    assert [board.poll() is None for board in boards] == [False]


def test_going_back_to_a_recipe_shows_what_was_measured(
    candidate: Candidate, build: Build, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = building.measure(candidate, build, data, 34, silent)
    with monkeypatch.context() as patch:
        patch.setattr(building, "_measured", None)  # whoever calls it fails
        assert building.measure(candidate, build, data, 34, silent) == first
    Path(first.firmware).unlink()
    assert building.measure(candidate, build, data, 34, silent) == first
    assert Path(first.firmware).is_file()
