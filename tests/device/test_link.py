"""The link: frames in, requests out, and a sentence when the port goes; never an exception, never a wait."""

import errno
import os
import pty
import select
import socket
import sys
import threading
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import serial
from serial.rfc2217 import PortManager
from serial.tools import list_ports as serial_ports
from serial.tools.list_ports_common import ListPortInfo

from studio.core import frames
from studio.core.frames import Hello, Log, Result, encode, to_packet
from studio.core.speech import Speech
from studio.core.text_decoders import Line, Reading
from studio.device.link import Away, Connected, Event, Link, Lost, Released, Speaks
from studio.device.serial_port import sentence_for
from studio.device.virtual import VirtualBoard

Until = Callable[..., list[Event]]


class Cable:
    """A pseudo-terminal with nothing on the board's end but this test; `name` stands for /dev/ttyACM0."""

    def __init__(self, name: Path | None = None) -> None:
        self.plug_in(name)

    def plug_in(self, name: Path | None = None) -> None:
        self.board, self._monitor = pty.openpty()
        tty.setraw(self._monitor)
        self.port = os.ttyname(self._monitor)
        if name is not None:
            name.unlink(missing_ok=True)
            name.symlink_to(self.port)

    def hear(self, kind: int) -> frames.Packet:
        """The next packet of this kind that the monitor sends."""
        decoder = frames.Decoder()
        while select.select([self.board], [], [], 10)[0]:
            for packet in decoder.packets(os.read(self.board, 1)):
                if packet.kind == kind:
                    return packet
        raise AssertionError("the monitor sent nothing of the kind")

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
        assert [event for event in came if isinstance(event, Log)] == [log(1), log(2), log(5)]
        assert link.speaks is Speech.FRAMES
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
        while link.counters.untaken < 92 and time.monotonic() < deadline:
            link.wait(0.01)
        assert link.take() == [log(n) for n in range(92, 102)]
        assert link.counters.untaken == 92  # 91 logs, and that they are frames


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
    assert time.monotonic() - began < 1.0  # what waits at a port waits for seconds
    link.close()


def test_unplugged_and_plugged_in_again_fifty_times_through_one_link(tmp_path: Path, until: Until) -> None:
    name = tmp_path / "ttyACM0"
    cable = Cable(name)
    threads = threading.active_count()
    with Link(str(name), reconnects=True) as link:
        for round_ in range(50):
            came = until(link, is_connected)
            assert cable.hear(frames.Kind.ASK_HELLO).body == bytes([frames.PROTOCOL])
            cable.say(wire(log(3 * round_ + 1)) + wire(log(3 * round_ + 2))[:-3])
            until(link, lambda event, now=3 * round_ + 1: event == log(now))
            cable.unplug()
            name.unlink()
            came = until(link, lambda event: isinstance(event, Away))
            assert came[-1] == Away(
                f"The board on {name} was unplugged. Plug it in again and the studio connects by itself."
            )
            cable.plug_in(name)
        until(link, is_connected)
        counters = link.counters
    cable.unplug()
    assert counters.frames == 50
    assert counters.connections == 51
    assert (counters.lost, counters.untaken, counters.duplicates) == (0, 0, 0)
    assert threading.active_count() <= threads


def listed(
    device: str, serial_number: str | None = "E66058", usb: tuple[int, int] = (0x2E8A, 0x000A)
) -> ListPortInfo:
    info = ListPortInfo(device)
    info.vid, info.pid = usb
    info.serial_number = serial_number
    return info


def test_a_board_that_was_renumbered_is_found_by_its_serial_number(
    tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other, second = Cable(), Cable(), Cable()
    entries = [listed(first.port), listed(other.port, "another")]
    monkeypatch.setattr(serial_ports, "comports", lambda: entries)
    with Link(first.port, reconnects=True) as link:
        until(link, is_connected)
        first.unplug()
        entries[0] = listed(second.port, usb=(0x2E8A, 0x0003))  # in its bootloader: not yet
        until(link, lambda event: isinstance(event, Away) and "There is no board" in event.sentence)
        entries[0] = listed(second.port, usb=(0x2E8A, 0x00C0))  # another program, another product id
        assert until(link, is_connected)[-1] == Connected(second.port)
        assert link.port == second.port
    other.unplug()
    second.unplug()


def test_the_port_is_handed_over_for_an_upload_and_taken_back(tmp_path: Path, until: Until) -> None:
    name = tmp_path / "ttyACM0"
    cable = Cable(name)
    with Link(str(name)) as link:
        until(link, is_connected)
        assert link.release()
        assert until(link, lambda event: isinstance(event, Released)) == [Released(str(name))]
        with serial.Serial(str(name), exclusive=True) as uploader:
            uploader.write(b"upload")
            assert not link.send(frames.stop())
        cable.unplug()
        name.unlink()
        link.reclaim()
        until(link, lambda event: isinstance(event, Away))
        cable.plug_in(name)
        until(link, is_connected)
        cable.say(wire(log(1)))
        until(link, lambda event: event == log(1))
        assert link.counters.unsent == 1
    cable.unplug()


def test_an_upload_that_names_another_port_is_followed_there(cable: Cable, until: Until) -> None:
    after = Cable()
    with Link(cable.port) as link:
        until(link, is_connected)
        link.release()
        link.reclaim(after.port)
        assert until(link, is_connected)[-1] == Connected(after.port)
    after.unplug()


@pytest.mark.parametrize("speech", [Speech.AUTO, Speech.TEXT, Speech.TELEPLOT])
def test_plain_text_is_read_beside_frames(cable: Cable, until: Until, speech: Speech) -> None:
    with Link(cable.port, speech=speech) as link:
        until(link, is_connected)
        cable.say(b"".join(b">score:%d\r\n" % n for n in range(10)))
        came = until(link, lambda event: isinstance(event, Reading) and event.values == (9.0,))
        assert Speaks(Speech.TELEPLOT) in came or speech is Speech.TELEPLOT
        assert link.speaks is Speech.TELEPLOT
        assert link.counters.readings == 10


def test_a_board_that_is_flashed_from_text_to_frames_and_back_is_followed(cable: Cable, until: Until) -> None:
    text = b"".join(b"a:%d,b:2\n" % n for n in range(2500))
    with Link(cable.port) as link:
        until(link, is_connected)
        cable.say(text)
        until(link, lambda event: isinstance(event, Reading))
        cable.say(wire(log(1), log(2)))
        assert Speaks(Speech.FRAMES) in until(link, lambda event: event == log(2))
        cable.say(text)
        until(link, lambda event: event == Speaks(Speech.PLOTTER))


def test_the_console_sees_the_bytes_as_they_came_and_can_send_some(cable: Cable, until: Until) -> None:
    with Link(cable.port, speech=Speech.TEXT) as link:
        until(link, is_connected)
        cable.say(b"hello\r\n")
        until(link, lambda event: event == Line("hello"))
        since, data = link.raw()
        assert (since, data) == (7, b"hello\r\n")
        assert link.raw(since) == (7, b"")
        assert link.send_bytes(b"help\n")
        assert os.read(cable.board, 100) == b"help\n"


def test_the_baud_rate_is_free_and_can_be_changed(cable: Cable, until: Until) -> None:
    with Link(cable.port, 123_456) as link:
        until(link, is_connected)
        link.set_baud(9600)
        until(link, is_connected)
        cable.say(wire(log(1)))
        until(link, lambda event: event == log(1))
        assert link.baud == 9600


@pytest.mark.parametrize("baud", [-1, 1 << 40])
def test_a_baud_rate_that_cannot_be_is_a_sentence(cable: Cable, until: Until, baud: int) -> None:
    with Link(cable.port, baud) as link:
        lost = until(link, is_lost)[-1]
        assert isinstance(lost, Lost)
        assert "baud rate" in lost.sentence


class Wires(serial.Serial):  # type: ignore[misc]
    """A pseudo-terminal with the four wires of a modem, which it has not."""

    cts = dsr = ri = cd = False

    def _update_rts_state(self) -> None:
        pass

    _update_dtr_state = _update_break_state = _update_rts_state


class Remote:
    """A server of RFC 2217, as on a Raspberry Pi that a board hangs on: a pseudo-terminal served to one client."""

    def __init__(self, cable: Cable, number: int = 0) -> None:
        self._device = Wires(cable.port, timeout=0)
        self._server = socket.create_server(("127.0.0.1", number))
        self.number = self._server.getsockname()[1]
        self.port = f"rfc2217://127.0.0.1:{self.number}"
        self._client: socket.socket | None = None
        self._ending = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        assert self._client
        self._client.sendall(data)

    def _serve(self) -> None:
        self._client, _ = self._server.accept()
        manager = PortManager(self._device, self)
        while not self._ending:
            ends: list[Any] = [self._client, self._device]
            ready = select.select(ends, [], [], 0.1)[0]
            if self._client in ready:
                data = self._client.recv(1024)
                if not data:
                    return
                self._device.write(b"".join(manager.filter(data)))
            if self._device in ready:
                self.write(b"".join(manager.escape(self._device.read(1024))))

    def end(self) -> None:
        self._ending = True
        self._thread.join()
        for one in (self._client, self._server, self._device):
            if one is not None:
                one.close()


@pytest.mark.filterwarnings("ignore:set:DeprecationWarning")  # pyserial's own
def test_a_port_of_another_computer_works_like_one_of_this_and_is_found_again(
    cable: Cable, until: Until
) -> None:
    remote = Remote(cable)
    with Link(remote.port, reconnects=True) as link:
        until(link, is_connected)
        assert cable.hear(frames.Kind.ASK_HELLO)
        cable.say(wire(*map(log, range(1, 301))))
        until(link, lambda event: event == log(300))
        assert link.counters.lost == 0
        remote.end()
        until(link, lambda event: isinstance(event, Away))
        remote = Remote(cable, remote.number)
        until(link, is_connected)
        cable.say(wire(log(7)))
        until(link, lambda event: event == log(7))
    remote.end()


def test_a_board_that_does_not_come_back_after_the_upload_is_lost(
    tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.device.link.RECLAIM_SECONDS", 0.3)
    with Link(str(tmp_path / "ttyACM0"), reconnects=True) as waiting:
        until(waiting, lambda event: isinstance(event, Away))
        assert waiting.release()
        assert waiting.release()
        waiting.reclaim()
        until(waiting, lambda event: isinstance(event, Released))
    cable = Cable()
    with Link(cable.port) as link:
        until(link, is_connected)
        assert link.release()
        cable.unplug()
        link.reclaim()
        assert until(link, is_lost)[-1] == Lost(
            f"There is no board on {link.port}. Plug it in, choose its port again and press Connect."
        )
        assert link.release(0.1)


def test_a_socket_is_found_again(elf: Path, until: Until) -> None:
    with VirtualBoard(elf, use_socket=True) as board, Link(board.port, reconnects=True) as link:
        until(link, lambda event: isinstance(event, Hello))
        assert link.release()
        link.reclaim()
        until(link, is_connected)
        assert until(link, lambda event: isinstance(event, Hello))


def test_what_is_too_much_for_the_line_is_refused_and_counted(cable: Cable, until: Until) -> None:
    with Link(cable.port) as link:
        until(link, is_connected)
        sent = [link.send_bytes(bytes(1 << 20)) for _ in range(40)]
        assert sent[0]
        assert not all(sent)  # one queue's fill is under way at most while another waits
        cable.say(wire(log(1)))
        until(link, lambda event: event == log(1))
        assert link.counters.unsent == sent.count(False)
