"""Replay: what is due when, at any speed, and after going anywhere."""

import numpy as np
import pytest

from studio.core.monitor import Monitor
from studio.core.recording import Origin, Recorded
from studio.core.replay import MOST_AT_ONCE, SPEEDS, Replay, hello_of, results_of
from tests.core.arrivals import NAMES


def recorded(count: int = 101, seconds: float = 10.0, origin: Origin | None = None) -> Recorded:
    """`count` results over so many seconds, whose labels go round."""
    whole = np.arange(count)
    scores = np.eye(3, dtype=np.float32)[whole % 3] * np.float32(0.9)
    times = 7.0 + np.linspace(0, seconds, count)
    none = np.zeros(count, np.int64)
    return Recorded(
        origin or Origin(NAMES, True, "Nano", "cd" * 32, 64_000_000), times + 1e9, times, whole, whole,
        none + 1500, none - 1, none - 1, none, none, scores,
    )  # fmt: skip


@pytest.mark.parametrize("speed", SPEEDS)
def test_everything_comes_once_in_its_order_and_time(speed: float) -> None:
    replay = Replay(recorded())
    replay.set_speed(speed)
    given: list[int] = []
    turns = 0
    while not replay.ended:
        given += replay.advance(0.033)
        turns += 1
    assert given == list(range(101))
    assert turns == pytest.approx(10.0 / speed / 0.033, abs=2)


def test_paused_nothing_comes() -> None:
    replay = Replay(recorded())
    replay.advance(1.0)
    replay.set_playing(False)
    assert not replay.advance(5.0)
    replay.set_playing(True)
    assert list(replay.advance(0.5)) == [11, 12, 13, 14, 15]


def test_going_on_to_a_later_place_gives_all_that_lies_between() -> None:
    replay = Replay(recorded())
    replay.set_playing(False)
    assert not replay.seek(5.0)
    assert list(replay.advance(0.0)) == list(range(51))
    assert replay.state.position_s == 5.0


def test_going_back_gives_everything_before_that_place_again() -> None:
    replay = Replay(recorded())
    replay.advance(8.0)
    replay.set_playing(False)
    assert replay.seek(2.0)
    assert list(replay.advance(0.0)) == list(range(21))
    assert not replay.seek(2.04)
    assert not replay.advance(0.0)


def test_places_outside_are_its_ends() -> None:
    replay = Replay(recorded())
    replay.seek(99.0)
    assert replay.state.position_s == replay.seconds == 10.0
    replay.advance(0)
    assert replay.ended
    assert replay.seek(-3.0)
    assert replay.state.position_s == 0.0


def test_a_long_way_takes_several_turns_and_the_clock_waits_meanwhile() -> None:
    replay = Replay(recorded(count=3 * MOST_AT_ONCE, seconds=10.0))
    replay.seek(10.0)
    turns = [len(replay.advance(0.033)) for _ in range(4)]
    assert turns == [MOST_AT_ONCE] * 3 + [0]


def test_the_monitor_takes_a_replay_for_the_board() -> None:
    found = recorded()
    hello = hello_of(found)
    monitor = Monitor(hello)
    results = results_of(found, range(50))
    monitor.add_results(results[:20])
    monitor.add_results(results[20:])
    assert hello.board == "Nano"
    assert hello.model_sha256 == "cd" * 32
    assert monitor.names == NAMES
    assert monitor.classifies
    assert monitor.received == 50
    np.testing.assert_array_equal(monitor.scores, found.scores[:50])
    np.testing.assert_allclose(monitor.times, found.times[:50] - 7.0, atol=1e-6)
    assert [monitor.label(one) for one in results[:3]] == list(NAMES)
