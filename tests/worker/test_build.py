"""Measuring on the virtual board: remembered, and given up as soon as a slider moves."""

import subprocess
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pytest

from studio.core.build import Build, layer_cost
from studio.core.dataset import Dataset, SplitChoice
from studio.core.model import Model
from studio.core.places import resources
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.worker import build as building
from studio.worker import cache
from studio.worker.build import _inputs
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


def test_what_was_measured_is_not_taken_where_its_image_was_damaged(
    candidate: Candidate, build: Build, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = building.measure(candidate, build, data, 36, silent)
    image = Path(first.firmware)
    whole = image.read_bytes()
    image.write_bytes(whole[: len(whole) // 2])
    assert building.measure(candidate, build, data, 36, silent) == first
    assert image.read_bytes() == whole
    image.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert building.measure(candidate, build, data, 36, silent) == first
    assert image.read_bytes() == whole


def test_what_an_older_edition_measured_is_not_taken_for_what_this_one_builds(
    candidate: Candidate, build: Build, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(cache, "edition_of_studio", lambda: "an older one")
        building.measure(candidate, build, data, 35, silent)
    asked: list[int] = []

    def counted(candidate: Candidate, dataset: Dataset | None, count: int) -> npt.NDArray[Any]:
        asked.append(count)
        return _inputs(candidate, dataset, count)

    monkeypatch.setattr(building, "_inputs", counted)
    building.measure(candidate, build, data, 35, silent)
    building.measure(candidate, build, data, 35, silent)
    assert asked == [35]


@pytest.fixture(scope="module")
def digits(bench: Bench) -> tuple[Model, Dataset]:
    folder = resources() / "samples" / "digits"
    model: Model = bench("load", path=str(folder / "model.keras"))
    return model, bench("inspect_data", path=str(folder), split=SplitChoice(), model=model)


@pytest.fixture(scope="module")
def flash(bench: Bench, digits: tuple[Model, Dataset]) -> dict[str, int]:
    """Bytes that the virtual board stores of digits in each of these recipes; it answers as this computer."""
    model, dataset = digits
    found = {}
    recipes = {
        "int8": Recipe(),
        "int4": Recipe(Scheme.INT4),
        "int16": Recipe(Scheme.INT16),
        "palette": Recipe(palette=16),
        "few": Recipe(palette=4),
    }
    for name, recipe in recipes.items():
        candidate = bench("compress", model=model, recipe=recipe, dataset=dataset)
        build = bench("compile_candidate", candidate=candidate, labels=dataset.labels, optimize="balanced")
        measured = bench("measure", candidate=candidate, build=build, dataset=dataset, samples=32)
        assert measured.measurement.equal_samples == 32, name
        stored = sum(layer.flash_bytes for layer in measured.layers)
        assert stored == pytest.approx(measured.measurement.constant_bytes, abs=600)
        found[name] = measured.measurement.code_bytes + measured.measurement.constant_bytes
    return found


def test_fewer_bits_and_fewer_values_take_less_flash(flash: dict[str, int]) -> None:
    assert flash["int4"] < 0.84 * flash["int8"]
    assert flash["few"] < flash["palette"] < 0.9 * flash["int8"]


def test_a_layer_says_how_its_weights_are_stored_and_what_that_won(
    bench: Bench, digits: tuple[Model, Dataset]
) -> None:
    model, dataset = digits
    candidate = bench("compress", model=model, recipe=Recipe(palette=4), dataset=dataset)
    build = bench("compile_candidate", candidate=candidate, labels=dataset.labels, optimize="size")
    kinds = {layer.storage for layer in build.layers if layer.operator in ("CONV_2D", "FULLY_CONNECTED")}
    assert kinds == {"palette, 2 bits"}
    assert {layer.storage for layer in build.layers if not layer.macs} == {""}
    assert any("as a palette of up to 4 values, 2 bits each" in note for note in build.notes)


@pytest.mark.parametrize(
    "recipe",
    [Recipe(), Recipe(Scheme.INT4), Recipe(Scheme.INT16), Recipe(palette=16)],
    ids=lambda recipe: recipe.title,
)
def test_the_work_of_a_model_is_foreseen_in_whatever_numbers_it_is_stored(
    bench: Bench, small: Model, data: Dataset, recipe: Recipe
) -> None:
    candidate = bench("compress", model=small, recipe=recipe, dataset=data)
    build = bench("compile_candidate", candidate=candidate, labels=(), optimize="balanced")
    measured = bench("measure", candidate=candidate, build=build, dataset=data, samples=4)
    foreseen = sum(layer_cost(layer)[0] for layer in build.layers)
    assert measured.measurement is not None
    assert foreseen == pytest.approx(measured.measurement.instructions, rel=0.3)
