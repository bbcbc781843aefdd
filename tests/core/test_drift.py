"""Drift: the measures are those of the books, and nothing is claimed that chance could have done."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from studio.core.drift import BINS, FEWEST, Change, Compared, chance, compare, drift, kolmogorov_smirnov, psi

NAMES = ("idle", "shake", "tap")
random = np.random.default_rng


def softmax(n: int, seed: int, *, sharp: float = 2.0, favour: int | None = None) -> np.ndarray:
    logits = random(seed).normal(size=(n, 3)) * sharp
    if favour is not None:
        logits[:, favour] += 2
    powers = np.exp(logits)
    shares: np.ndarray = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


@settings(deadline=None)
@given(
    st.lists(st.integers(-128, 127), min_size=2, max_size=200),
    st.lists(st.integers(-128, 127), min_size=2, max_size=200),
)
def test_the_distance_is_scipys_and_the_p_value_kolmogorovs(a: list[int], b: list[int]) -> None:
    before, now = np.array(a, np.float64), np.array(b, np.float64)
    distance, p = kolmogorov_smirnov(before, now)
    assert distance == pytest.approx(stats.ks_2samp(before, now, method="asymp").statistic)
    x = distance * np.sqrt(len(a) * len(b) / (len(a) + len(b)))
    assert p == pytest.approx(special.kolmogorov(x), abs=1e-9)


def test_the_index_is_the_sum_of_two_relative_entropies() -> None:
    before, now = np.array([40, 30, 20, 10]), np.array([10, 20, 30, 40])
    e, a = ((counts + 0.5) / (counts.sum() + 2) for counts in (before, now))
    assert psi(before, now) == pytest.approx(stats.entropy(a, e) + stats.entropy(e, a))
    assert psi(before, before) == 0.0
    assert np.isfinite(psi(np.array([100, 0]), np.array([0, 100])))


@pytest.mark.parametrize("bins", [2, 3, 10, 30])
def test_what_chance_does_is_the_chi_square_quantile(bins: int) -> None:
    expected = (1 / 400 + 1 / 250) * stats.chi2.ppf(0.95, bins - 1)
    assert chance(bins, 400, 250) == pytest.approx(expected, rel=0.03)


def test_chance_alone_stays_below_its_limit_in_nineteen_of_twenty_cases() -> None:
    generator, above = random(4), 0
    reference = generator.normal(size=2000)
    for _ in range(400):
        found = compare("x", reference, generator.normal(size=300))
        above += found.psi > found.chance
    assert above / 400 < 0.08


def test_the_same_distribution_is_no_change() -> None:
    found = drift(NAMES, softmax(2000, 1), softmax(2000, 2), classifies=True)
    assert [row.name for row in found.rows] == ["Labels", "Winning score", *NAMES]
    assert found.change is Change.NONE
    assert all(row.change is Change.NONE for row in found.rows)


def test_another_label_mix_and_softer_scores_are_seen() -> None:
    mix = drift(NAMES, softmax(1500, 1), softmax(1500, 2, favour=0), classifies=True)
    assert mix.rows[0].change is Change.MUCH
    soft = drift(NAMES, softmax(1500, 1, sharp=4), softmax(1500, 2, sharp=0.5), classifies=True)
    winning = soft.rows[1]
    assert winning.change is Change.MUCH
    assert winning.p is not None
    assert winning.p < 0.001
    assert soft.change is Change.MUCH


@pytest.mark.parametrize("n", [0, 1, FEWEST - 1])
def test_below_the_fewest_results_it_cannot_tell(n: int) -> None:
    found = drift(NAMES, softmax(500, 1), softmax(max(n, 1), 2, favour=2)[:n], classifies=True)
    assert found.change is Change.CANNOT_TELL
    assert f"{n} results have come; from {FEWEST} on" in found.rows[1].sentence


def test_a_test_set_of_few_samples_cannot_tell_either() -> None:
    assert drift(NAMES, softmax(40, 1), softmax(400, 2), classifies=True).change is Change.CANNOT_TELL


def test_where_chance_could_do_as_much_it_cannot_tell() -> None:
    found = compare("x", random(1).normal(size=60), random(2).normal(size=60))
    assert found.chance > 0.25
    assert found.change is Change.CANNOT_TELL
    assert "chance alone" in found.sentence


def test_a_shift_within_one_bin_is_seen_by_the_distance() -> None:
    reference = np.concatenate([np.full(500, 0.2), np.full(500, 0.8)])
    found = compare("x", reference, np.where(reference == 0.2, 0.1999, 0.8)[::2])
    assert found.change is Change.SOME


@pytest.mark.parametrize("value", [0.0, 1.0, -5.0])
def test_a_score_that_never_changes_in_the_test_set_is_no_trouble(value: float) -> None:
    same = compare("x", np.full(500, value), np.full(500, value))
    other = compare("x", np.full(500, value), np.full(500, value + 0.5))
    assert same.change is Change.NONE
    assert other.change is Change.MUCH


def test_numbers_instead_of_classes_have_no_labels() -> None:
    generator = random(3)
    found = drift(("y",), generator.normal(size=(600, 1)), generator.normal(3, 1, (600, 1)), classifies=False)
    assert [row.name for row in found.rows] == ["y"]
    assert found.change is Change.MUCH


def test_values_that_were_left_out_do_not_count() -> None:
    scores = softmax(400, 2)
    scores[::2, 1] = np.nan
    found = drift(NAMES, softmax(400, 1), scores, classifies=True)
    assert found.rows[3].n == 200


def test_the_shares_that_are_drawn_add_up_to_one() -> None:
    for row in drift(NAMES, softmax(300, 1), softmax(200, 2), classifies=True).rows:
        assert sum(row.before) == pytest.approx(1.0)
        assert sum(row.now) == pytest.approx(1.0)
        assert len(row.before) == len(row.now) == (len(NAMES) if row.name == "Labels" else 2 * BINS)


def test_a_sentence_gives_the_figures() -> None:
    found = Compared("x", 400, 500, 0.31, 0.08, 0.25, 0.0001, Change.MUCH, (1.0,), (1.0,))
    assert found.sentence == (
        "Different: index 0.310, by chance up to 0.080; largest distance 0.250, p < 0.001 "
        "(400 results, 500 test samples)."
    )
