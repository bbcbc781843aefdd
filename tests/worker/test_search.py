import dataclasses
from pathlib import Path

import numpy as np
import pytest

from studio.core.build import Optimize
from studio.core.dataset import Dataset, SplitInfo
from studio.core.errors import StudioError
from studio.core.evaluation import Engine
from studio.core.model import Model
from studio.core.recipe import Candidate, Clip, Recipe, Scheme, Student, read_recipe, write_recipe
from studio.core.study import LayerSensitivity, SearchLimits, SearchResult, Trial
from studio.worker.cache import content_of
from studio.worker.runner import Runner, stored
from studio.worker.search import search
from studio.worker.search_space import Shape, Space, Storing, space_of, widest_first
from tests.worker.conftest import Bench


@pytest.fixture(scope="module")
def answered(
    small: Model, data: Dataset, cache_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Dataset:
    """Data that the small model answers rightly, in three splits."""
    folder = tmp_path_factory.mktemp("answered")
    runner = Runner(content_of(small))
    for seed, (name, count) in enumerate((("train", 160), ("validation", 100), ("test", 120))):
        x = np.random.default_rng(seed).normal(0, 1, (count, 8, 8, 1)).astype(np.float32)
        np.savez(folder / f"{name}.npz", x=x, y=runner.run(x).argmax(axis=1).astype(np.int64))
    splits = tuple(SplitInfo(name, 100, (25,) * 4) for name in ("train", "validation", "test"))
    return dataclasses.replace(data, path=str(folder), sha256="answered in three", splits=splits)


class Watched:
    """A report that keeps the trials it is shown, and stops the search after some of them or some steps of training."""

    def __init__(self, most: int = 10_000, steps: int = 15) -> None:
        self.trials: list[Trial] = []
        self.most, self.steps = most, steps

    @property
    def stopping(self) -> bool:
        return len(self.trials) >= self.most or self.steps <= 0

    def __call__(self, share: float, text: str, data: object = None) -> None:
        assert 0 <= share <= 1
        self.steps -= text.startswith("Learning")
        if isinstance(data, Trial):
            self.trials.append(data)


LIMITS = SearchLimits("virtual_cortex_m4", 1_000_000, 200_000, 100_000, 0.8, seconds=3000.0)


@pytest.fixture(scope="module")
def found(small: Model, answered: Dataset) -> tuple[SearchResult, Watched]:
    watched = Watched()
    return search(small, answered, Optimize.BALANCED, LIMITS, watched), watched


def test_a_search_tries_ways_of_storing_and_trained_shapes_and_shows_every_trial(
    found: tuple[SearchResult, Watched],
) -> None:
    result, watched = found
    assert tuple(watched.trials) == result.trials
    assert [trial.number for trial in result.trials] == list(range(1, len(result.trials) + 1))
    recipes = [trial.recipe for trial in result.trials]
    assert any(recipe.scheme is Scheme.INT4 for recipe in recipes)
    assert any(recipe.layers for recipe in recipes)
    assert {recipe.clip for recipe in recipes} == set(Clip)
    assert any(recipe.training is not None for recipe in recipes)


def test_its_best_was_confirmed_on_the_test_set_by_the_exported_c_and_is_smaller(
    found: tuple[SearchResult, Watched],
) -> None:
    result, _ = found
    assert result.baseline.recipe == Recipe()
    assert result.baseline.engine is Engine.STUDIO_C
    assert result.best is not None
    assert result.best.engine is Engine.STUDIO_C
    assert result.best.n == 120
    assert result.best.allowed
    assert result.best.flash_bytes <= result.baseline.flash_bytes
    assert "of int8 everywhere" in result.sentence
    assert "against the model as loaded" in result.sentence
    assert read_recipe_back(result.best.recipe) == result.best.recipe
    assert result.command.startswith("tinyml-studio run ")


def read_recipe_back(recipe: Recipe) -> Recipe:
    return read_recipe(write_recipe(recipe))


def test_the_front_falls_in_flash_as_it_falls_in_accuracy(found: tuple[SearchResult, Watched]) -> None:
    result, _ = found
    front = [trial for number in result.front for trial in result.trials if trial.number == number]
    assert {trial.engine for trial in front} == {Engine.LITERT}
    assert [trial.flash_bytes for trial in front] == sorted(trial.flash_bytes for trial in front)
    assert [trial.accuracy for trial in front] == sorted(trial.accuracy for trial in front)


def test_a_stopped_search_answers_with_the_best_it_has(small: Model, answered: Dataset) -> None:
    watched = Watched(most=4)
    result = search(small, answered, Optimize.BALANCED, LIMITS, watched)
    assert len(result.trials) <= 6
    assert result.best is not None
    assert result.seconds < LIMITS.seconds


@pytest.fixture(scope="module")
def treacherous(
    bench: Bench, small: Model, answered: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> Dataset:
    """Validation samples that 4 bits answer as the model does; of the test samples they answer all otherwise."""
    candidate: Candidate = bench("compress", model=small, recipe=Recipe(scheme=Scheme.INT4), dataset=answered)
    int8: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=answered)
    x = np.random.default_rng(9).normal(0, 1, (6000, 8, 8, 1)).astype(np.float32)
    contents = (content_of(small), Path(candidate.artifact).read_bytes(), Path(int8.artifact).read_bytes())
    runners = [Runner(content) for content in contents]
    whole, four, eight = (one.run(stored(x, one.input)).argmax(axis=1) for one in runners)
    folder = tmp_path_factory.mktemp("treacherous")
    easy, hard = (whole == four) & (whole == eight), (whole != four) & (whole == eight)
    assert hard.sum() >= 60
    for name, rows in (("train", easy[:2000]), ("validation", easy[:400]), ("test", hard)):
        chosen = np.flatnonzero(rows)[:160]
        np.savez(folder / f"{name}.npz", x=x[chosen], y=whole[chosen].astype(np.int64))
    return dataclasses.replace(answered, path=str(folder), sha256="treacherous")


def test_a_search_that_is_stopped_later_does_not_end_with_more_for_what_failed_on_the_test_set(
    small: Model, treacherous: Dataset
) -> None:
    """Its first choice, 4 bits everywhere, fails there: the next is measured, also after a stop."""
    result = search(small, treacherous, Optimize.BALANCED, LIMITS, Watched(most=10))
    measured = [trial for trial in result.trials if trial.engine is Engine.STUDIO_C]
    assert measured[1].recipe.scheme is Scheme.INT4
    assert not measured[1].allowed
    assert result.best is not None
    assert result.best.flash_bytes < result.baseline.flash_bytes
    assert result.best.allowed


def test_limits_that_nothing_keeps_to_are_said(small: Model, answered: Dataset) -> None:
    limits = dataclasses.replace(LIMITS, flash_bytes=2000)
    result = search(small, answered, Optimize.BALANCED, limits, Watched(most=3))
    assert result.best is None
    assert result.command == ""
    assert result.sentence.startswith("Nothing that was tried keeps to all limits")


def test_a_model_in_few_bits_is_refused_with_a_cure(bench: Bench, small: Model, data: Dataset) -> None:
    candidate: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    arrived: Model = bench("load", path=candidate.artifact)
    with pytest.raises(StudioError, match="Load the float model"):
        search(arrived, data, Optimize.BALANCED, LIMITS, Watched())


SPACE = Space(((1.0, False), (1.0, True), (0.5, False)), ("b", "a", "c", "d"), (("a", -1.0), ("b", 1.0)))


def test_the_layers_that_mind_least_are_stored_in_4_bits_first() -> None:
    half = SPACE.recipe(Shape(), Storing(four=0.5))
    assert {choice.layer for choice in half.layers} == {"a", "b"}
    assert {choice.scheme for choice in half.layers} == {Scheme.INT4}
    assert SPACE.recipe(Shape(), Storing(four=1.0)) == Recipe(scheme=Scheme.INT4)
    assert SPACE.recipe(Shape(), Storing()) == Recipe()


def test_layers_that_mind_pruning_keep_more_channels() -> None:
    recipe = SPACE.recipe(Shape(width=0.5, uneven=True))
    assert (recipe.choice("a").pruning, recipe.choice("b").pruning) == (0.75, 0.25)
    student = SPACE.recipe(Shape(width=0.5, depth=0.5, uneven=True))
    assert student.student is not None
    assert (student.choice("a").pruning, student.choice("b").pruning) == (0.5, 0.0)


def test_a_space_orders_the_layers_by_their_sensitivity(small: Model, cache_folder: Path) -> None:
    rows = tuple(
        LayerSensitivity(layer.name, (1.0, 0.5 if layer.name == "first" else 1.0, 1.0, 1.0, 1.0))
        for layer in small.layers
        if layer.parameters
    )
    space = space_of(small, rows)
    assert space.tolerant[-1] == "first"
    assert space.bases[0] == (1.0, False)


def test_it_begins_with_the_widest_shape_that_fits_at_each_depth() -> None:
    def fits(shape: Shape, storing: Storing) -> bool:
        return shape.width <= (0.5 if storing.four else 0.3)

    starts = list(widest_first(SPACE, fits))
    assert [(shape.width, shape.uneven, (shape.depth, shape.joined)) for shape in starts] == [
        (width, uneven, base) for width in (0.3, 0.5) for uneven in (False, True) for base in SPACE.bases
    ]


def test_a_joined_shape_is_a_student_even_at_full_depth() -> None:
    assert SPACE.recipe(Shape(width=0.5, joined=True)).student == Student(0.5, 1.0, joined=True)
    assert SPACE.recipe(Shape(width=0.5)).student is None
