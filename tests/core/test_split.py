"""Splits: the same for a seed, alike in their classes, and no group in two of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.dataset import SplitChoice
from studio.core.errors import StudioError
from studio.core.split import divided


def test_every_row_is_in_one_split_and_classes_are_alike() -> None:
    y = np.repeat(np.arange(4), (100, 50, 20, 10))
    rows = divided(y, SplitChoice())
    assert np.array_equal(np.sort(np.concatenate(list(rows.values()))), np.arange(len(y)))
    assert np.bincount(y[rows["test"]]).tolist() == [20, 10, 4, 2]
    assert np.bincount(y[rows["validation"]]).tolist() == [15, 8, 3, 2]


def test_the_seed_decides() -> None:
    y = np.arange(60) % 3
    assert np.array_equal(divided(y, SplitChoice(seed=5))["test"], divided(y, SplitChoice(seed=5))["test"])
    assert not np.array_equal(
        divided(y, SplitChoice(seed=5))["test"], divided(y, SplitChoice(seed=6))["test"]
    )


def test_numbers_instead_of_classes_are_divided_too() -> None:
    rows = divided(np.zeros((20, 1), np.float32), SplitChoice())
    assert [len(part) for part in rows.values()] == [13, 3, 4]


@given(st.integers(0, 1000), st.integers(3, 40), st.integers(1, 12))
def test_no_group_is_in_two_splits_and_none_is_empty(seed: int, groups: int, each: int) -> None:
    random = np.random.default_rng(seed)
    wearer = np.repeat(np.arange(groups), each).astype(str)
    y = random.integers(0, 3, len(wearer))
    rows = divided(y, SplitChoice(seed=seed, group="wearer"), {"wearer": wearer})
    seen = [set(wearer[part].tolist()) for part in rows.values()]
    assert all(seen)
    assert sum(map(len, seen)) == groups


def test_many_groups_come_near_the_wanted_shares_and_classes() -> None:
    random = np.random.default_rng(2)
    wearer = random.integers(0, 50, 2000).astype(str)
    y = random.integers(0, 4, 2000)
    rows = divided(y, SplitChoice(group="wearer"), {"wearer": wearer})
    assert abs(len(rows["test"]) / 2000 - 0.2) < 0.03
    assert np.ptp(np.bincount(y[rows["test"]])) < 60


def test_windows_of_one_recording_stay_together() -> None:
    units = np.arange(60) // 6
    rows = divided(np.arange(60) // 6 % 2, SplitChoice(), units=units)
    seen = [set(units[part].tolist()) for part in rows.values()]
    assert sum(map(len, seen)) == 10


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (SplitChoice(test_share=0.9, validation_share=0.2), "leave nothing"),
        (SplitChoice(test_share=0.0), "leave nothing"),
        (SplitChoice(group="wearer"), "no group column 'wearer' .there is: hand"),
        (SplitChoice(group="hand"), "only 2 different values"),
    ],
)
def test_splits_that_cannot_be_get_a_sentence(choice: SplitChoice, words: str) -> None:
    hand = {"hand": np.array(["l", "r"] * 10)}
    with pytest.raises(StudioError, match=words):
        divided(np.arange(20) % 2, choice, hand)
