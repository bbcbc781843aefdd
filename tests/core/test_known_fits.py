"""Fits that were worked out before: the same as ever, and at once."""

from dataclasses import replace

from studio.core.board import find_board
from studio.core.build import fit
from studio.core.known_fits import known_fit
from studio.core.recipe import Recipe
from tests.core.test_forecast import build, candidate, layers

M4, PICO = find_board("virtual_cortex_m4"), find_board("raspberry_pi_pico")


def test_it_is_what_fit_says_for_each_board_and_time() -> None:
    known = build(candidate(Recipe(), layers()))
    for board in (M4, PICO):
        for deadline_us in (1000, 100_000):
            assert known_fit(known, board, deadline_us) == fit(known, board, deadline_us)
            assert known_fit(known, board, deadline_us) is known_fit(known, board, deadline_us)


def test_another_build_has_a_fit_of_its_own() -> None:
    known = build(candidate(Recipe(), layers()))
    larger = replace(known, measurement=None, weight_bytes=known.weight_bytes * 2)
    assert known_fit(larger, M4, 1000) != known_fit(known, M4, 1000)
