"""The list of candidates, and which of them no other beats."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core.board import find_board
from studio.core.candidates import Kept, entries, front, recipe_id
from studio.core.recipe import LayerChoice, Recipe, Scheme, Training
from studio.core.study import Figures
from tests.ui import results as made

BOARD = find_board("virtual_cortex_m4")


def figures(recipe: Recipe, accuracy: float = 0.9) -> Figures:
    return Figures(recipe, None, "c", 1000, accuracy, None, 100, None, made.results().build)


def test_pinned_ones_stand_first_then_kept_ones_then_the_latest_measured() -> None:
    first, second, third, fourth = (Recipe(pruning=share) for share in (0.1, 0.2, 0.3, 0.4))
    kept = (Kept(first, "mine"), Kept(second, "best", pinned=True))
    found = entries(kept, (), (figures(first), figures(third), figures(fourth)), BOARD, 100_000)
    assert [entry.name for entry in found] == ["best", "mine", fourth.title, third.title]
    assert [entry.figures is None for entry in found] == [True, False, False, False]
    assert found[1].flash_bytes is not None


def test_what_was_deleted_is_not_listed() -> None:
    gone, left = Recipe(pruning=0.1), Recipe(pruning=0.2)
    found = entries((), (recipe_id(gone),), (figures(gone), figures(left)), BOARD, 100_000)
    assert [entry.recipe for entry in found] == [left]


def test_recipes_that_differ_in_anything_have_different_ids() -> None:
    recipes = [
        Recipe(),
        Recipe(scheme=Scheme.INT4),
        Recipe(layers=(LayerChoice("conv", Scheme.INT4),)),
        Recipe(training=Training()),
        Recipe(training=Training(epochs=3)),
    ]
    assert len({recipe_id(recipe) for recipe in recipes}) == len(recipes)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=30))
def test_no_point_of_the_front_is_beaten_and_every_other_is(points: list[tuple[int, int]]) -> None:
    found = front([(float(cost), float(gain)) for cost, gain in points])

    def beats(a: tuple[int, int], b: tuple[int, int]) -> bool:
        return a[0] <= b[0] and a[1] >= b[1] and a != b

    for place, point in enumerate(points):
        beaten = any(beats(other, point) for other in points)
        twin = any(points[i] == point for i in found)
        assert (place in found or twin) is not beaten
    assert list(np.diff([points[i][0] for i in found]) > 0) == [True] * max(0, len(found) - 1)
