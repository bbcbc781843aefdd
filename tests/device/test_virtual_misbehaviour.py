"""Virtual boards that misbehave on request, the same way for the same seed."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.core import frames
from studio.core.errors import StudioError
from studio.core.frames import Hello, Result, Stats
from studio.device.link import Connected, Event, Link, Lost
from studio.device.virtual import VirtualBoard
from studio.device.virtual_misbehaviour import Clockwork, Misbehaviour, Noise, parse

Until = Callable[..., list[Event]]


def test_words_become_a_misbehaviour_and_back() -> None:
    found = parse("drop=0.01, flip=0.001,reset=30,slow=3,unplug=20,seed=7")
    assert found == Misbehaviour(0.01, 0.001, 30, 3, 20, 7)
    assert parse(found.words()) == found
    assert not parse("")


@pytest.mark.parametrize(
    "words", ["drop", "drop=2", "slow=0.5", "reset=0", "explode=1", "flip=nan", "unplug=-1"]
)
def test_other_words_are_refused_with_those_there_are(words: str) -> None:
    with pytest.raises(StudioError, match="is no misbehaviour"):
        parse(words)


def test_the_same_seed_spoils_the_same_bytes_however_they_are_cut_up() -> None:
    data = bytes(np.random.default_rng(3).integers(0, 256, 20_000, np.uint8))
    wanted = Misbehaviour(drop=0.01, flip=0.01, seed=5)
    at_once = Noise(wanted, "in").spoil(data)
    noise = Noise(wanted, "in")
    assert b"".join(noise.spoil(data[at : at + 7]) for at in range(0, len(data), 7)) == at_once
    assert Noise(wanted, "out").spoil(data) != at_once
    assert 19_700 < len(at_once) < 19_900
    flipped = Noise(Misbehaviour(flip=0.01, seed=5), "in").spoil(data)
    changed = [a ^ b for a, b in zip(data, flipped, strict=True) if a != b]
    assert 150 < len(changed) < 250
    assert all(bits & (bits - 1) == 0 for bits in changed)


def test_the_clockwork_is_due_once_each_time() -> None:
    now = 0.0
    work = Clockwork(5, lambda: now)
    assert work.left() == 5
    now = 5.5
    assert work.is_due()
    assert not work.is_due()
    assert work.left() == 5
    assert not Clockwork(0).is_due()


def test_results_over_a_bad_cable_are_fewer_and_never_wrong(
    elf: Path, samples: Path, until: Until, expected: Callable[..., np.ndarray]
) -> None:
    answers = {tuple(one) for one in expected(np.arange(28).reshape(7, 4)).tolist()}
    wanted = Misbehaviour(drop=0.004, flip=0.001, seed=2)
    with VirtualBoard(elf, sensor=samples, misbehaviour=wanted) as board, Link(board.port) as link:
        link.send(frames.ask_hello())
        came: list[Event] = []
        for _ in range(100):
            link.send(frames.start(2))
            link.wait(0.1)
            came += link.take()
            if sum(isinstance(event, Result) for event in came) > 60 and link.counters.lost > 5:
                break
        results = [event for event in came if isinstance(event, Result)]
        assert link.counters.lost > 0
        assert link.counters.crc_errors + link.counters.garbage_bytes > 0
    assert len(results) > 60
    assert {one.values() for one in results} <= answers


def test_a_reset_board_says_hello_anew(elf: Path, until: Until) -> None:
    with VirtualBoard(elf, misbehaviour=Misbehaviour(reset=0.3)) as board, Link(board.port) as link:
        for _ in range(3):
            until(link, lambda event: isinstance(event, Hello) and event.sequence == 0)
            link.send(frames.ask_stats())  # so that the next hello does not look like this one once more
            until(link, lambda event: isinstance(event, Stats))
        assert board.is_running()


# pyserial does not close a socket whose other end has gone before it (its shutdown fails first)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("use_socket", [False, True])
def test_an_unplugged_board_comes_back_at_its_port(elf: Path, until: Until, use_socket: bool) -> None:
    with VirtualBoard(elf, use_socket=use_socket, misbehaviour=Misbehaviour(unplug=0.5)) as board:
        for _ in range(2):
            with Link(board.port) as link:
                until(link, lambda event: isinstance(event, Hello))
                lost = until(link, lambda event: isinstance(event, Lost))[-1]
                assert isinstance(lost, Lost)
            assert "Connect" in lost.sentence
            end = time.monotonic() + 5
            back = False
            while not back and time.monotonic() < end:
                with Link(board.port) as link:
                    link.wait(1)
                    back = any(isinstance(event, Connected) for event in link.take())
            assert back
    assert not Path(board.port).is_symlink()


def test_a_slow_sensor_gives_its_samples_later(elf: Path, samples: Path, until: Until) -> None:
    with (
        VirtualBoard(elf, sensor=samples, misbehaviour=Misbehaviour(slow=3)) as board,
        Link(board.port) as link,
    ):
        until(link, lambda event: isinstance(event, Hello))
        link.send(frames.start(10))
        came = until(link, lambda event: isinstance(event, Result) and event.sample == 6)
    steps = np.diff([event.device_time_us for event in came if isinstance(event, Result)])
    assert 28_000 < np.median(steps) < 32_000


def test_a_line_is_no_faster_than_its_baud_rate(elf: Path, until: Until) -> None:
    requests = 60
    with VirtualBoard(elf, baud=9600) as board, Link(board.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        began = time.monotonic()
        for number in range(requests):
            link.send(frames.run_input(bytes((1, 2, 3, 4)), number))
        came = until(link, lambda event: isinstance(event, Result) and event.sequence == requests - 1)
        took = time.monotonic() - began
    answer = next(event for event in came if isinstance(event, Result))
    line_s = requests * len(frames.encode(frames.to_packet(answer))) * 10 / 9600
    assert took > 0.9 * line_s
