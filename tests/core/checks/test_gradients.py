"""C11's second map: integrated gradients from differences of answers, held against closed forms and SciPy."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from studio.core.checks.check import Check
from studio.core.checks.gradients import STEPS, affordable, integrated_gradients
from studio.core.checks.input_details import EvidenceMaps, Gradients
from studio.core.checks.intervals import rank_correlation
from studio.core.checks.maps import check_maps
from studio.core.checks.patches import laid, patches
from tests.core.checks.answered import LIMITS, with_scores

RANDOM = np.random.default_rng(4)
SHAPE = (12, 12, 1)
GRID = patches(SHAPE)
COUNT = int(GRID.max()) + 1


def of_patches(values: np.ndarray) -> np.ndarray:
    """Numbers [*SHAPE] summed over each patch."""
    return np.bincount(GRID.ravel(), values.reshape(-1), minlength=COUNT)


def drawn() -> np.ndarray:
    return RANDOM.normal(0, 1, SHAPE).astype(np.float32)


def two(score: np.ndarray) -> np.ndarray:
    return np.stack([score, 1 - score], axis=1)


def test_a_linear_score_is_its_weights_times_the_way_in_each_patch() -> None:
    weights, sample, baseline = drawn(), drawn(), drawn()

    def linear(x: np.ndarray) -> np.ndarray:
        return two((x * weights).reshape(len(x), -1).sum(axis=1, dtype=np.float64) + 3)

    parts, gap = integrated_gradients(sample, baseline, linear, 0)
    assert parts == pytest.approx(of_patches(weights * (sample - baseline)), abs=1e-4)
    assert gap == pytest.approx(0, abs=1e-4)
    against, _ = integrated_gradients(sample, baseline, linear, 1)
    assert against == pytest.approx(-parts, abs=1e-4)


def test_products_of_two_places_are_shared_between_their_patches() -> None:
    sample = drawn()
    one, other = (0, 0, 0), (11, 11, 0)

    def product(x: np.ndarray) -> np.ndarray:
        return two(x[:, *one].astype(np.float64) * x[:, *other])

    parts, gap = integrated_gradients(sample, np.zeros(SHAPE, np.float32), product, 0)
    expected = np.zeros(COUNT)
    expected[[GRID[0, 0], GRID[11, 11]]] = float(sample[one] * sample[other]) / 2
    assert parts == pytest.approx(expected, abs=1e-4)
    assert gap == pytest.approx(0, abs=1e-4)


def test_a_sigmoid_over_a_sum_gives_its_change_in_shares_of_the_sum() -> None:
    """Along the line all derivatives rise and fall together, so that IG_p = Δσ · s_p / Σs (closed form)."""
    weights, sample, baseline = drawn(), drawn(), drawn() * 0

    def steep(x: np.ndarray) -> np.ndarray:
        sums = (x * weights).reshape(len(x), -1).sum(axis=1, dtype=np.float64)
        return two(1 / (1 + np.exp(-sums + 4)))

    shares = of_patches(weights * sample)
    change = float(steep(sample[None])[0, 0] - steep(baseline[None])[0, 0])
    expected = change * shares / shares.sum()
    parts, gap = integrated_gradients(sample, baseline, steep, 0)
    size = float(np.abs(expected).sum())
    assert np.abs(parts - expected).max() < 0.02 * size
    assert abs(gap) < 0.02 * size
    coarse, missed = integrated_gradients(sample, baseline, steep, 0, 4)
    assert np.abs(coarse - expected).max() > np.abs(parts - expected).max()
    assert abs(missed) > abs(gap)


@pytest.mark.parametrize("shape", [(12, 12, 1), (49, 10, 1), (64, 3), (200,), (1, 200), (5,)])
def test_patches_lie_on_every_number_once_whatever_the_shape(shape: tuple[int, ...]) -> None:
    count = int(patches(shape).max()) + 1
    masks = laid(np.eye(count, dtype=bool), shape)
    assert masks.shape == (count, *shape)
    assert (masks.sum(axis=0) == 1).all()
    sample = RANDOM.normal(0, 1, shape).astype(np.float32)

    def total(x: np.ndarray) -> np.ndarray:
        return two(x.reshape(len(x), -1).sum(axis=1, dtype=np.float64))

    parts, _ = integrated_gradients(sample, np.zeros(shape, np.float32), total, 0, 6)
    assert parts == pytest.approx([float(sample[mask].sum()) for mask in masks], abs=1e-4)


def test_the_rank_correlation_is_scipy_s_with_ties() -> None:
    for _ in range(20):
        a, b = RANDOM.integers(0, 9, 45).astype(float), RANDOM.normal(0, 1, 45)
        assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b)[0])
    assert rank_correlation(np.ones(5), np.arange(5.0)) is None


def test_large_models_get_fewer_pieces_and_then_fewer_maps_but_always_one() -> None:
    assert affordable(8, SHAPE, 10**6) == (8, STEPS)
    maps, steps = affordable(8, SHAPE, 10_000)
    assert (maps, 6 <= steps < STEPS) == (8, True)
    maps, steps = affordable(8, SHAPE, 2_000)
    assert (0 < maps < 8, steps) == (True, 6)
    assert affordable(8, SHAPE, 1) == (1, 6)


def corner(x: np.ndarray) -> np.ndarray:
    score = x[:, :3, :3, 0].mean(axis=(1, 2)) * 0.9
    return np.stack([1 - score, score], axis=1).astype(np.float32)


def other_corner(x: np.ndarray) -> np.ndarray:
    return corner(x[:, ::-1, ::-1])


def nowhere_smooth(x: np.ndarray) -> np.ndarray:
    return two(np.sin(40 * x.reshape(len(x), -1).sum(axis=1, dtype=np.float64)) / 2)


def explained(original: object, **more: int) -> Check:
    x = np.random.default_rng(3).uniform(0, 0.2, (4, *SHAPE)).astype(np.float32)  # whoever else draws
    x[:, :3, :3] = 1.0
    answers = with_scores([1, 1, 1, 1], corner(x))
    background = np.full(SHAPE, 0.1, np.float32)
    return check_maps(x, [0, 1, 2, 3], answers, corner, background, LIMITS, original=original, **more)  # type: ignore[arg-type]


def gradients_of(check: Check) -> list[Gradients | None]:
    assert isinstance(check.detail, EvidenceMaps)
    return [found.gradients for found in check.detail.maps]


def test_both_ways_agree_on_the_corner_that_the_answer_hangs_on() -> None:
    check = explained(corner)
    for found in gradients_of(check):
        assert found is not None
        assert found.exact
        assert found.agreement is not None
        assert found.agreement > 0.5
        assert sum(found.parts) == pytest.approx(found.change + found.gap, abs=1e-3)
        assert found.change == pytest.approx(0.81, abs=1e-3)
    assert "agrees with the first beyond chance in 4 of 4." in check.sentence


def test_an_original_that_looks_elsewhere_is_said_to_disagree() -> None:
    check = explained(other_corner)
    assert "in 0 of 4: where the two differ, rely on neither." in check.sentence
    assert check.verdict == explained(None).verdict


def test_maps_that_do_not_add_up_are_not_compared() -> None:
    check = explained(nowhere_smooth)
    assert all(
        found is not None and not found.exact and found.agreement is None for found in gradients_of(check)
    )
    assert "no map that adds up well enough to compare" in check.sentence


def test_without_an_original_the_second_map_is_missing_and_that_is_said() -> None:
    check = explained(None)
    assert gradients_of(check) == [None] * 4
    assert "arrived compressed" in check.sentence
    few = explained(corner, enough=1)
    assert [found is not None for found in gradients_of(few)] == [True, False, False, False]
