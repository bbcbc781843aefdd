"""Axes of drawings: where values lie, which are written, and how."""

from statistics import NormalDist

import pytest

from studio.core.drawings.drawing import Axis, Scale, Unit


def test_a_linear_axis_spreads_values_evenly_and_holds_those_beyond_at_its_ends() -> None:
    axis = Axis("x", Unit.NUMBER, 10, 20)
    assert [axis.at(value) for value in (10, 15, 20, 99, -1)] == [0, 0.5, 1, 1, 0]
    assert axis.ticks(5) == (10, 12, 14, 16, 18, 20)


def test_a_probit_axis_spreads_values_like_the_normal_distribution() -> None:
    axis = Axis("x", Unit.SHARE, 0.001, 0.6, Scale.PROBIT)
    of = NormalDist().inv_cdf
    assert axis.at(0.1) == pytest.approx((of(0.1) - of(0.001)) / (of(0.6) - of(0.001)))
    assert (axis.at(0.0), axis.at(1.0)) == (0, 1)
    assert axis.ticks(5)[0] == 0.001


def test_steps_are_whole() -> None:
    assert Axis("x", Unit.STEPS, 0, 3).ticks(9) == (0, 1, 2, 3)


def test_an_axis_without_length_does_not_divide_by_nothing() -> None:
    axis = Axis("x", Unit.NUMBER, 3, 3)
    assert axis.at(3) == 0
    assert axis.ticks(4)


@pytest.mark.parametrize(
    ("unit", "value", "words"),
    [
        (Unit.SHARE, 0.125, "12.5 %"),
        (Unit.POINTS, -0.01, "−1 points"),
        (Unit.POINTS, 0.0, "0"),
        (Unit.NUMBER, -2.5, "−2.5"),
        (Unit.PER_HOUR, 3, "3"),
    ],
)
def test_values_are_written_in_their_unit(unit: Unit, value: float, words: str) -> None:
    assert Axis("x", unit, -1, 1).show(value) == words
