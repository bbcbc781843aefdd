"""The link: frames in, requests out, and a sentence when the port goes; never an exception, never a wait."""

import errno
import os
import pty
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from studio.core import frames
from studio.core.frames import Hello, Log, Result, encode, to_packet
from studio.device.link import Connected, Event, Link, Lost, sentence_for
from studio.device.virtual import VirtualBoard

Until = Callable[..., list[Event]]


class Cable:
    """A pseudo-terminal with nothing on the board's end but this test."""

    def __init__(self) -> None:
        self.board, self._monitor = pty.openpty()
        tty.setraw(self._monitor)
        self.port = os.ttyname(self._monitor)

    def say(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.board, data) :]

    def unplug(self) -> None:
        for end in (self.board, self._monitor):
            if end >= 0:
                os.close(end)
        self.board = self._monitor = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    cable = Cable()
    yield cable
    cable.unplug()


def is_lost(event: Event) -> bool:
    return isinstance(event, Lost)


def is_connected(event: Event) -> bool:
    return isinstance(event, Connected)


def log(sequence: int) -> Log:
    return Log(sequence, f"line {sequence}")


def wire(*said: frames.Frame) -> bytes:
    return b"".join(encode(to_packet(frame)) for frame in said)


def test_an_input_is_answered_under_its_own_number(elf: Path, until: Until) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        for values, answer in (((2, 4, 6, 8), (30, 2, -10)), ((0, 0, 0, 0), (0, 0, 0))):
            sequence = link.next_sequence()
            link.send(frames.run_input(bytes(values), sequence))
            result = until(link, lambda event: isinstance(event, Result))[-1]
            assert isinstance(result, Result)
            assert result.is_answer
            assert result.sequence == sequence
            assert result.values() == answer
            assert result.instructions > 50


def test_hundreds_of_inputs_sent_at_once_are_all_answered_in_order(elf: Path, until: Until) -> None:
    with VirtualBoard(elf) as board, Link(board.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        sequences = [link.next_sequence() for _ in range(700)]
        for sequence in sequences:
            link.send(frames.run_input(bytes([2, 4, 6, 8]), sequence))
        came = until(link, lambda event: isinstance(event, Result) and event.sequence == sequences[-1])
    assert [event.sequence for event in came if isinstance(event, Result)] == sequences


def test_a_board_that_dies_in_mid_stream_is_a_sentence(elf: Path, samples: Path, until: Until) -> None:
    with VirtualBoard(elf, sensor=samples) as board, Link(board.port) as link:
        link.send(frames.start(1))
        until(link, lambda event: isinstance(event, Result) and event.sample == 6)
        os.kill(board.pid, 9)
        came = until(link, is_lost)
        assert came[-1] == Lost(
            f"The board on {board.port} was unplugged. Plug it in again and press Connect."
        )
        link.send(frames.stop())
        assert not link.wait(0.05)


def test_a_socket_that_goes_is_a_sentence(elf: Path, samples: Path, until: Until) -> None:
    with VirtualBoard(elf, sensor=samples, use_socket=True) as board, Link(board.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        os.kill(board.pid, 9)
        assert until(link, is_lost)[-1] == Lost(
            f"The board at {board.port} has gone. Start it again and press Connect."
        )


def test_frames_are_found_among_garbage_and_the_books_say_so(cable: Cable, until: Until) -> None:
    with Link(cable.port) as link:
        until(link, is_connected)
        cable.say(
            b"ets Jun  8 2016 00:22:57\r\nrst:0x1\0" + wire(log(1)) + os.urandom(30).replace(b"\0", b"\1")
        )
        cable.say(b"\0" + wire(log(2)) + wire(log(3))[:-4] + b"\0" + wire(log(5)))
        came = until(link, lambda event: event == log(5))
        assert came == [log(1), log(2), log(5)]
        counters = link.counters
    assert counters.frames == 3
    assert counters.lost == 2
    assert counters.garbage_bytes >= 50


def test_the_board_is_asked_who_it_is_and_hears_every_request_in_order(cable: Cable, until: Until) -> None:
    heard = frames.Decoder()
    with Link(cable.port) as link:
        until(link, is_connected)
        for packet in (frames.start(7), frames.run_input(b"\x01\x00", 3), frames.stop()):
            link.send(packet)
        packets: list[frames.Packet] = []
        while len(packets) < 4:
            packets += heard.packets(os.read(cable.board, 100))
    assert packets == [frames.ask_hello(), frames.start(7), frames.run_input(b"\x01\x00", 3), frames.stop()]


def test_what_was_sent_just_before_closing_still_arrives(cable: Cable, until: Until) -> None:
    link = Link(cable.port)
    until(link, is_connected)
    link.send(frames.stop())
    link.close()
    heard = frames.Decoder().packets(os.read(cable.board, 100))
    assert heard[-1] == frames.stop()


def test_nobody_taking_events_costs_the_oldest_not_the_memory(cable: Cable, until: Until) -> None:
    with Link(cable.port, queue_length=10) as link:
        until(link, is_connected)
        cable.say(wire(*map(log, range(1, 101))))
        deadline = time.monotonic() + 5
        while link.counters.frames < 100 and time.monotonic() < deadline:
            link.wait(0.01)
        cable.say(wire(log(101)))
        while link.counters.frames < 101 and time.monotonic() < deadline:
            link.wait(0.01)
        assert link.take() == [log(n) for n in range(92, 102)]
        assert link.counters.untaken == 91


def test_a_port_that_is_not_there_is_a_sentence(tmp_path: Path, until: Until) -> None:
    with Link(str(tmp_path / "ttyACM9")) as link:
        assert until(link, is_lost) == [
            Lost(
                f"There is no board on {tmp_path / 'ttyACM9'}. "
                "Plug it in, choose its port again and press Connect."
            )
        ]


def test_a_file_that_is_no_port_and_an_address_of_no_kind_are_sentences(tmp_path: Path, until: Until) -> None:
    (tmp_path / "file").write_text("x")
    for port in (str(tmp_path / "file"), "nonsense://there", "socket://127.0.0.1:1", "socket://127.0.0.1:x"):
        with Link(port) as link:
            lost = until(link, is_lost)[-1]
            assert isinstance(lost, Lost)
            assert "press Connect" in lost.sentence or "Choose another" in lost.sentence


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks ports by itself")
def test_a_port_that_another_program_holds_is_a_sentence(cable: Cable, until: Until) -> None:
    with Link(cable.port) as first:
        until(first, is_connected)
        with Link(cable.port) as second:
            assert until(second, is_lost) == [
                Lost(
                    f"{cable.port} is used by another program. Close its serial monitor there and press Connect."
                )
            ]


@pytest.mark.skipif(sys.platform != "linux", reason="the group is Linux's")
def test_a_forbidden_port_names_the_group_and_the_command() -> None:
    error = serial.SerialException(errno.EACCES, "could not open port /dev/ttyACM0: Permission denied")
    sentence = sentence_for(error, "/dev/ttyACM0", opening=True)
    assert "sudo usermod -aG dialout $USER" in sentence
    assert "/dev/ttyACM0" in sentence


def test_fifty_times_unplugged_and_plugged_in_again(until: Until) -> None:
    before = threading.active_count()
    for _ in range(50):
        cable = Cable()
        with Link(cable.port) as link:
            until(link, is_connected)
            cable.say(wire(log(1)))
            until(link, lambda event: event == log(1))
            cable.unplug()
            until(link, is_lost)
    assert threading.active_count() == before


def test_closing_is_quick_even_when_the_board_reads_nothing(cable: Cable, until: Until) -> None:
    link = Link(cable.port)
    until(link, is_connected)
    for sequence in range(200):
        link.send(frames.run_input(bytes(1000), sequence))
    began = time.monotonic()
    link.close()
    link.close()
    assert time.monotonic() - began < 1.5


def test_making_taking_and_letting_go_never_wait(cable: Cable) -> None:
    began = time.monotonic()
    link = Link(cable.port)
    link.take()
    link.send(frames.stop())
    link.take()
    link.close(wait_seconds=0)
    assert time.monotonic() - began < 0.05
    link.close()
