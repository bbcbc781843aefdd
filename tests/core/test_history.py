"""A session's history: all of it can be read again, any stretch is drawn as it was, and memory stays small."""

from pathlib import Path

import numpy as np
import pytest

from studio.core import history_track
from studio.core.history import History

ROWS = 100_000


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    times = np.cumsum(random.exponential(0.001, ROWS))
    times[500:520] = times[500]  # a clock that stands still
    values = random.normal(size=(ROWS, 3)).astype(np.float32)
    history = History(3, tmp_path_factory.mktemp("history"))
    at = 0
    for count in random.integers(1, 2000, 1000):
        history.append(times[at : at + count], values[at : at + count])
        at += int(count)
        if at >= ROWS:
            break
    return history, times, values


def test_every_row_of_a_long_session_can_be_read_again(
    whole: tuple[History, np.ndarray, np.ndarray],
) -> None:
    history, times, values = whole
    assert len(history) == ROWS
    while history._tracks[0]._written < history._tracks[0]._sent and not history.problem:
        pass  # the writing thread is some chunks behind
    for begin in (0, 17, 40_000, ROWS - 50):
        found_times, found = history.rows(begin, begin + 50)
        assert np.array_equal(found_times, times[begin : begin + 50])
        assert np.array_equal(found, values[begin : begin + 50])
    assert history.first_s == times[0]
    assert history.last_s == times[-1]
    assert history.problem == ""


def test_a_time_is_found_where_a_plain_search_finds_it(whole: tuple[History, np.ndarray, np.ndarray]) -> None:
    history, times, _ = whole
    for wanted in [-1.0, 0.0, times[500], times[-1], times[-1] + 1, *np.linspace(times[0], times[-1], 300)]:
        assert history.place_of(float(wanted)) == np.searchsorted(times, wanted)


@pytest.mark.parametrize("share", [0.001, 0.05, 0.3, 1.0])
def test_a_window_of_any_size_shows_the_least_and_highest(
    whole: tuple[History, np.ndarray, np.ndarray], share: float
) -> None:
    history, times, values = whole
    end = float(times[-1])
    begin = end * (1 - share)
    found = history.window(begin, end)
    assert len(found.times) <= 20_000
    inside = times >= begin
    assert np.allclose(
        np.fmin.reduce(found.low), values[max(0, int(np.argmax(inside)) - 1) :].min(axis=0), atol=1.5
    )
    assert np.array_equal(np.fmax.reduce(found.high) >= values[inside].max(axis=0), [True] * 3)
    assert np.array_equal(np.fmin.reduce(found.low) <= values[inside].min(axis=0), [True] * 3)


def test_columns_hold_what_lies_in_them() -> None:
    history = History(1)
    history.append(np.arange(1000) / 100, np.arange(1000, dtype=np.float32)[:, None])
    x, low, high = history.window(0.0, 10.0).in_columns(0.0, 10.0, 10)
    assert x.tolist() == [place + 0.5 for place in range(10)]
    assert low[:, 0].tolist() == [place * 100 for place in range(10)]
    assert high[:, 0].tolist() == [place * 100 + 99 for place in range(10)]


def test_series_that_say_nothing_are_no_numbers_and_spoil_none() -> None:
    history = History(2)
    values = np.full((100, 2), np.nan, np.float32)
    values[::2, 0] = 1
    history.append(np.arange(100.0), values)
    found = history._tracks[1].read(0, 6)
    assert found["low"][:, 0].tolist() == [1.0] * 6
    assert np.isnan(found["low"][:, 1]).all()


def test_memory_holds_the_newest_alone_and_the_disk_the_rest(tmp_path: Path) -> None:
    history = History(8, tmp_path)
    for number in range(400):
        times = np.arange(number * 1000, number * 1000 + 1000) / 1000
        history.append(times, np.full((1000, 8), number, np.float32))
    track = history._tracks[0]
    assert track._kept.nbytes <= 2 * history_track.MEMORY_BYTES
    assert track.begin == 0
    assert list(tmp_path.iterdir()) == []  # the files have no names, and go with the process
    history.close()


def test_where_nothing_can_be_written_the_newest_are_kept_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(8, tmp_path / "file")
    for number in range(100):
        times = np.arange(number * 1000, number * 1000 + 1000) / 1000
        history.append(times, np.full((1000, 8), number, np.float32))
    history._tracks[0]._thread.join(10)  # type: ignore[union-attr]
    assert "latest results" in history.problem
    begin = history._tracks[0].begin
    assert 0 < begin < 100_000
    assert history.first_s == begin / 1000
    assert history.place_of(0.0) == begin
    assert history.window(0.0, 100.0).count == 100_000 - begin
