"""Validation over the link: a real virtual board, on bad cables too."""

import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.frames import Decoder, Hello, Kind, Result, encode, to_packet
from studio.core.validation import Heard, Questions
from studio.device.running_validation import RunningValidation
from studio.device.validation import ask_board
from studio.device.virtual import VirtualBoard
from studio.device.virtual_misbehaviour import Misbehaviour

SHA256 = "00112233445566778899aabbccddeeff" * 2
Expected = Callable[[np.ndarray], np.ndarray]


def questions(expected: Expected, n: int, sha256: str = SHA256) -> Questions:
    x = np.random.default_rng(1).integers(-128, 100, (n, 4), np.int8)
    answers = expected(x)
    return Questions(
        sha256, tuple(range(n)), tuple(r.tobytes() for r in x), tuple(r.tobytes() for r in answers)
    )


def check_all_answered(asked: Questions, heard: Heard) -> None:
    assert heard.stopped == ""
    assert heard.places == tuple(range(len(asked.rows)))
    assert heard.answers == asked.expected


def test_every_sample_is_answered_as_on_the_host(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 300)
    said: list[tuple[int, int]] = []
    with VirtualBoard(elf) as board:
        heard = ask_board(board.port, asked, progress=lambda done, of: said.append((done, of)))
    check_all_answered(asked, heard)
    assert said[-1] == (300, 300)
    assert heard.resent == heard.resets == heard.reconnects == 0
    assert heard.board == "Virtual Cortex-M4"
    assert len(heard.inference_us) == len(heard.round_trip_us) == 300
    assert heard.unsteady == ()


def test_a_socket_serves_as_well_and_its_byte_rate_is_not_known(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 50)
    with VirtualBoard(elf, use_socket=True) as board:
        heard = ask_board(board.port, asked)
    check_all_answered(asked, heard)
    assert heard.link_bytes_per_s == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_lost_and_damaged_frames_are_asked_for_again(elf: Path, expected: Expected, seed: int) -> None:
    asked = questions(expected, 150)
    with VirtualBoard(elf, misbehaviour=Misbehaviour(drop=0.002, flip=0.0005, seed=seed)) as board:
        heard = ask_board(board.port, asked)
    check_all_answered(asked, heard)
    assert heard.resent > 0
    assert heard.reconnects == 0


def test_a_board_that_is_reset_is_asked_what_is_missing(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 300)
    with VirtualBoard(elf, baud=57_600, misbehaviour=Misbehaviour(reset=0.4)) as board:
        heard = ask_board(board.port, asked)
    check_all_answered(asked, heard)
    assert heard.resets > 0


# pyserial does not close a socket whose other end has gone before it (its shutdown fails first)
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("use_socket", [False, True])
def test_a_board_that_is_unplugged_is_waited_for(elf: Path, expected: Expected, use_socket: bool) -> None:
    asked = questions(expected, 200)
    misbehaviour = Misbehaviour(unplug=0.8)
    with VirtualBoard(elf, baud=57_600, misbehaviour=misbehaviour, use_socket=use_socket) as board:
        heard = ask_board(board.port, asked)
    check_all_answered(asked, heard)
    assert heard.reconnects > 0


def test_a_board_that_does_not_come_back_leaves_what_it_answered(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 5000)
    with VirtualBoard(elf) as board:
        heard = ask_board(
            board.port,
            asked,
            return_seconds=0.5,
            progress=lambda done, _of: board.close() if done == 40 else None,
        )
    assert "did not come back" in heard.stopped
    assert 40 <= len(heard.places) < 5000
    assert heard.answers == tuple(asked.expected[place] for place in heard.places)


def test_a_model_other_than_the_one_under_validation_is_refused(elf: Path, expected: Expected) -> None:
    with VirtualBoard(elf) as board, pytest.raises(StudioError, match="runs another model"):
        ask_board(board.port, questions(expected, 3, "ff" * 32))


def test_a_port_without_a_board_is_said_at_once(expected: Expected, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="There is no board on"):
        ask_board(str(tmp_path / "tty"), questions(expected, 3))


def test_a_different_answer_is_asked_for_twice_and_then_kept(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 40)
    wrong = Questions(asked.model_sha256, asked.rows, asked.inputs, (*asked.expected[:39], b"\1\2\3"))
    with VirtualBoard(elf) as board:
        heard = ask_board(board.port, wrong)
    assert heard.answers == asked.expected
    assert heard.unsteady == ()


def test_a_sample_that_never_gets_an_answer_ends_it(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 40)
    stuck = Questions(
        asked.model_sha256, asked.rows, (*asked.inputs[:39], bytes([104, 0, 0, 0])), asked.expected
    )
    with VirtualBoard(elf) as board:
        heard = ask_board(board.port, stuck)
    assert len(heard.places) == 39
    assert "could not run" in heard.stopped or "no answer" in heard.stopped


def test_a_board_that_cannot_receive_while_it_computes_is_asked_one_at_a_time(expected: Expected) -> None:
    asked = questions(expected, 60)
    sizes = (4, 3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=deaf_board, args=(server, asked, sizes), daemon=True)
        thread.start()
        heard = ask_board(f"socket://127.0.0.1:{server.getsockname()[1]}", asked)
    thread.join(5)
    check_all_answered(asked, heard)
    assert 3 <= heard.resent < 20


def deaf_board(server: socket.socket, asked: Questions, sizes: tuple[int, int]) -> None:
    """Answers each request after a while, and hears nothing of what comes meanwhile: a serial port without a buffer."""
    wire, _ = server.accept()
    answers = dict(zip(asked.inputs, asked.expected, strict=True))
    hello = Hello(0, 1, asked.model_sha256, *sizes, 0.25, -2, 16_000_000, "Deaf", ())
    decoder = Decoder()
    with wire:
        while data := wire.recv(1):
            for packet in decoder.packets(data):
                if packet.kind == Kind.ASK_HELLO:
                    wire.sendall(encode(to_packet(hello)))
                if packet.kind == Kind.RUN_INPUT:
                    select.select([], [], [], 0.01)
                    while select.select([wire], [], [], 0)[0] and wire.recv(4096):
                        pass
                    result = Result(packet.sequence, 0, 10_000, 0, -1, answers[packet.body], is_answer=True)
                    wire.sendall(encode(to_packet(result)))


def test_a_running_validation_can_be_cancelled_and_keeps_its_answers(elf: Path, expected: Expected) -> None:
    asked = questions(expected, 20_000)
    with VirtualBoard(elf) as board:
        running = RunningValidation(board.port, asked)
        ticks = threading.Event()
        for _ in range(500):
            if running.done > 10:
                break
            ticks.wait(0.01)
        running.cancel()
        assert running.wait(5)
    assert running.heard is not None
    assert running.heard.stopped == "it was cancelled."
    assert len(running.heard.places) > 10
