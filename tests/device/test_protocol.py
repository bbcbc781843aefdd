"""The board's side of the protocol, over the virtual board: acknowledgements, times of layers, both versions."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core import frames
from studio.core.frames import Ack, Hello, Kind, LayerTimes, Packet, Result, Stats, Taken
from studio.device.link import Event, Link
from studio.device.virtual import VirtualBoard

Until = Callable[..., list[Event]]
INPUT = bytes([2, 4, 6, 8])


def greeted(event: Event) -> bool:
    return isinstance(event, Hello)


def answered(event: Event) -> bool:
    return isinstance(event, Result | LayerTimes | Stats)


def test_an_input_is_acknowledged_before_it_is_answered(elf: Path, until: Until) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, greeted)
        link.send(frames.run_input(INPUT, 777))
        *_, ack, answer = until(link, answered)
    assert ack == Ack(777, Kind.RUN_INPUT, Taken.YES)
    assert isinstance(answer, Result)
    assert answer.sequence == 777


@pytest.mark.parametrize(
    ("request_", "taken"),
    [
        (frames.run_input(b"\1\2\3", 5), Taken.WRONG_LENGTH),
        (frames.time_layers(b"\1", 5), Taken.WRONG_LENGTH),
        (Packet(Kind.START, 5, b"\1"), Taken.WRONG_LENGTH),
        (Packet(0xC7, 5), Taken.UNKNOWN),
        (frames.run_input(b"\x68\0\0\0", 5), Taken.FAILED),
        (frames.time_layers(b"\x68\0\0\0", 5), Taken.FAILED),
        (frames.start(60_000, 5), Taken.YES),
        (frames.stop(5), Taken.YES),
    ],
)
def test_every_request_is_told_how_it_was_taken(
    elf: Path, until: Until, request_: Packet, taken: Taken
) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, greeted)
        link.send(request_)
        ack = until(link, lambda event: isinstance(event, Ack) and event.taken == taken)[-1]
    assert ack == Ack(5, request_.kind, taken)
    assert bool(taken.sentence) == (taken != Taken.YES)


@pytest.mark.parametrize("values", [INPUT, b""])
def test_layers_are_timed_on_request(elf: Path, until: Until, values: bytes) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, greeted)
        link.send(frames.time_layers(values, 4242))
        times = until(link, answered)[-1]
        link.send(frames.run_input(INPUT, 1))
        plain = until(link, lambda event: isinstance(event, Result))[-1]
    assert isinstance(times, LayerTimes)
    assert isinstance(plain, Result)
    assert times.sequence == 4242
    assert len(times.layers) == 2
    assert all(layer.instructions > 20 for layer in times.layers)
    assert sum(layer.instructions for layer in times.layers) <= times.instructions
    assert 0 < plain.instructions <= times.instructions
    assert plain.values() == (30, 2, -10)


def test_a_computer_of_version_1_is_told_only_what_it_knows(elf: Path, until: Until) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, greeted)
        link.send(Packet(Kind.ASK_HELLO, 0))
        link.send(frames.run_input(INPUT, 3))
        until(link, answered)
        link.send(frames.run_input(INPUT, 4))
        link.send(frames.ask_stats())
        came = until(link, lambda event: isinstance(event, Stats))
    assert not [event for event in came if isinstance(event, Ack)]
    stats = came[-1]
    assert isinstance(stats, Stats)
    assert stats.requests_damaged is None


def test_requests_that_came_damaged_are_counted_by_the_board(elf: Path, until: Until) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, greeted)
        damaged = bytearray(frames.encode(frames.run_input(INPUT, 3)))
        damaged[3] ^= 0x10
        link.send_bytes(bytes(damaged))
        link.send(frames.ask_stats())
        stats = until(link, answered)[-1]
    assert isinstance(stats, Stats)
    assert stats.requests_damaged == 1
    assert stats.stack_bytes > 0


def test_boards_of_other_versions_are_described_in_a_sentence() -> None:
    hello = Hello(0, frames.PROTOCOL, "ab" * 32, 4, 3, 0.25, -2, 1, "board", ())
    assert hello.version_words == ""
    assert "Export and flash it again" in replace(hello, protocol=1).version_words
    assert "Update the studio" in replace(hello, protocol=9).version_words
    assert not replace(hello, protocol=1).acknowledges
