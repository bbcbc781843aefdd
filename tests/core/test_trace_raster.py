"""Lines as pixels: no gaps, nothing outside, the least and the highest of every column."""

import numpy as np

from studio.core.trace_raster import column_spans, draw_spans, pieces


def test_few_points_are_joined_by_a_line_without_gaps() -> None:
    x, y = np.array([2.0, 8.0]), np.array([0.0, 60.0])
    first, low, high = column_spans(x, y, y, 20)
    assert first == 2
    assert np.allclose(low[:6], np.arange(6) * 10)
    assert np.allclose(high[:6], np.arange(1, 7) * 10)


def test_many_points_reach_from_their_least_to_their_highest() -> None:
    random = np.random.default_rng(0)
    x = np.sort(random.uniform(0, 50, 5000))
    y = random.normal(size=5000)
    _, low, high = column_spans(x, y, y, 50)
    for column in range(50):
        inside = y[(x >= column) & (x < column + 1)]
        assert low[column] <= inside.min()
        assert high[column] >= inside.max()
    assert (low[1:] <= high[:-1]).all()
    assert (high[1:] >= low[:-1]).all()


def test_points_outside_only_say_where_the_line_goes() -> None:
    x, y = np.array([-10.0, 30.0]), np.array([0.0, 40.0])
    first, low, _ = column_spans(x, y, y, 20)
    assert first == 0
    assert low[0] == 10.0
    assert len(low) == 20
    assert len(column_spans(np.array([30.0]), np.array([1.0]), np.array([1.0]), 20)[1]) == 0
    assert len(column_spans(np.empty(0), np.empty(0), np.empty(0), 20)[1]) == 0


def test_pixels_are_filled_within_the_picture_alone() -> None:
    pixels = np.zeros((5, 4), np.uint32)
    draw_spans(pixels, 1, np.array([-9.0, 1.0, 7.0]), np.array([0.0, 3.0, 9.0]), 7)
    assert pixels.tolist() == [[0, 7, 0, 0], [0, 0, 7, 0], [0, 0, 7, 0], [0, 0, 7, 0], [0, 0, 0, 0]]


def test_a_line_is_cut_where_nothing_came_for_a_while() -> None:
    regular = np.arange(0, 50, 5.0)
    assert pieces(regular) == [slice(0, 10)]
    assert pieces(np.concatenate([regular, regular + 100])) == [slice(0, 10), slice(10, 20)]
    assert pieces(np.array([3.0])) == [slice(0, 1)]
    assert pieces(np.empty(0)) == [slice(0, 0)]


def test_points_closer_than_a_column_stay_together_and_so_do_those_that_come_as_they_please() -> None:
    assert pieces(np.concatenate([np.arange(0, 1, 0.01), np.arange(2.5, 3.5, 0.01)])) == [slice(0, 200)]
    bursts = (np.arange(200)[:, None] * 100 + np.arange(5)).ravel().astype(float)
    assert pieces(bursts) == [slice(0, 1000)]
