"""Watching from the terminal, over real pseudo-terminals: frames, the texts that sketches print, and neither."""

import json
import os
import pty
import subprocess
import sys
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from studio.compiler.firmware import build_virtual
from studio.core.errors import StudioError
from studio.core.results import Results
from studio.core.speech import Speech
from studio.core.text_decoders import Line, Reading
from studio.device.virtual import VirtualBoard
from studio.headless import steps, watch
from studio.headless.watch import BoardLine, Watched, check_line
from studio.headless.watched_text import WatchedText
from tests.device.test_virtual_cores import tiny


@contextmanager
def board(*said: bytes) -> Iterator[str]:
    """The port of a board that says these again and again, a hundred a second."""
    end, monitor = pty.openpty()
    tty.setraw(monitor)
    os.set_blocking(end, False)
    over = threading.Event()

    def talk() -> None:
        for data in cycle(said):
            if over.wait(0.01):
                return
            try:
                os.write(end, data)
            except BlockingIOError:
                continue

    talker = threading.Thread(target=talk)
    talker.start()
    try:
        yield os.ttyname(monitor)
    finally:
        over.set()
        talker.join()
        os.close(end)
        os.close(monitor)


def watched(port: str, speech: Speech = Speech.AUTO, seconds: float = 0.5) -> tuple[Watched, list[str]]:
    said: list[str] = []
    return watch.watch(Results(), seconds, BoardLine(port, speech=speech), said.append), said


@pytest.mark.parametrize(
    ("lines", "speech", "shown"),
    [
        ((b"idle:0.10,tap:0.90\r\n",), Speech.PLOTTER, "tap           90.0 %"),
        ((b">x:1.5\n", b">y:-2\n"), Speech.TELEPLOT, "x 1.5, y -2"),
        (
            (b"Predictions (DSP: 3 ms., Classification: 4 ms.):\n  idle: 0.25\n  tap: 0.75\n\n",),
            Speech.EDGE_IMPULSE,
            "7000 µs  tap           75.0 %",
        ),
        ((b"ax,ay\n", b"1,2\n", b"3,4\n", b"5,6\n"), Speech.CSV, "ax "),
    ],
    ids=["plotter", "teleplot", "edge impulse", "csv"],
)
def test_what_sketches_print_is_recognised_and_shown(
    lines: tuple[bytes, ...], speech: Speech, shown: str
) -> None:
    with board(*lines) as port:
        found, said = watched(port)
    assert (found.speaks, found.same_model, found.compared) == (speech, None, 0)
    assert found.frames > 3
    assert any(shown in line for line in said)
    assert found.inference_us == (7000 if speech is Speech.EDGE_IMPULSE else None)
    table = steps.watch_table(found)
    assert speech.words in table
    assert "text does not name it" in table


def test_a_format_that_was_chosen_is_read_from_the_first_line() -> None:
    with board(b"1 2 3\n") as port:
        found, said = watched(port, Speech.CSV)
    assert found.speaks is Speech.CSV
    assert any("value 1 1, value 2 2, value 3 3" in line for line in said)


def test_text_without_numbers_says_what_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_PATIENCE_S", 1.5)
    with board(b"hello \x1b[2J there\n") as port:
        with pytest.raises(
            StudioError, match=r"hello .*no numbers in a format.*Teleplot.*flash the exported"
        ):
            watched(port)
        with pytest.raises(StudioError, match=r"nothing of it is Teleplot .*Leave out --speaks"):
            watched(port, Speech.TELEPLOT)


def test_noise_says_that_the_speed_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_PATIENCE_S", 1.5)
    noise = bytes(range(128, 256)) * 2
    with (
        board(noise) as port,
        pytest.raises(StudioError, match=r"is noise.*115200 baud.*Give it with --baud"),
    ):
        watched(port)


def test_noise_that_happens_to_hold_a_line_of_numbers_is_noise() -> None:
    noise = bytes(range(128, 256)) * 2
    for speech in (Speech.AUTO, Speech.TEXT, Speech.CSV):
        with (
            board(*[b"1,2,3\n"] * 4, *[noise] * 200) as port,
            pytest.raises(StudioError, match=r"is noise.*115200 baud.*Give it with --baud"),
        ):
            watched(port, speech)


def test_noise_before_the_first_numbers_is_a_board_that_starts() -> None:
    noise = bytes(range(128, 256)) * 2
    with board(b"\n".join([noise, b""]), *[b"idle:0.10,tap:0.90\r\n"] * 2000) as port:
        found, _ = watched(port)
    assert found.speaks is Speech.PLOTTER
    assert found.frames > 3


def test_a_silent_port_says_what_to_flash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_PATIENCE_S", 0.5)
    with board(b"") as port, pytest.raises(StudioError, match="or a sketch that prints its scores as text"):
        watched(port)


def test_a_line_that_cannot_be_is_refused_before_the_long_work() -> None:
    assert check_line(None, 9600, Speech.AUTO) is None
    assert check_line("/dev/ttyACM0", 9600, Speech.TEXT) == BoardLine("/dev/ttyACM0", 9600, Speech.TEXT)
    for port, baud, speech, words in (
        (None, 115_200, Speech.CSV, "name its port with --port"),
        ("ttyACM0", 115_200, Speech.AUTO, "begins with /dev/"),
        ("/dev/ttyACM0", 3, Speech.AUTO, "no baud rate"),
    ):
        with pytest.raises(StudioError, match=words):
            check_line(port, baud, speech)


def test_a_flood_of_lines_is_counted_whole_and_shown_ten_times_a_second() -> None:
    said: list[str] = []
    text = WatchedText(said.append)
    for turn in range(100):
        text.take_readings([Reading(("a",), (float(turn),))] * 50, turn * 0.01, (turn + 1) * 0.01)
        text.take_lines([Line("chatter")] * 30 if turn == 0 else [])
    text.close()
    assert text.received == 5000
    numbers = [line for line in said if line.startswith("  line")]
    assert len(numbers) in range(9, 13)
    assert numbers[-1].endswith("a 99")
    assert sum(line == "board: chatter" for line in said) == 20


def test_the_command_reads_a_board_that_prints_text() -> None:
    with board(b"0:0.1,1:0.9\n") as port:
        done = subprocess.run(
            [sys.executable, "-m", "studio", "run", "digits", "--watch", "1", "--port", port, "--json"],
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.strip().splitlines()[-1])
    assert summary["speaks"] == "arduino-plotter"
    assert summary["same_model"] is None
    assert summary["frames"] >= 5
    assert "Arduino Serial Plotter (label:value)" in done.stdout


def test_a_board_that_runs_another_model_is_a_problem(tmp_path: Path) -> None:
    np.save(tmp_path / "sensor.npy", np.ones((3, 4), np.int8))
    with VirtualBoard(build_virtual(tiny()).elf_path, sensor=tmp_path / "sensor.npy") as running:
        command = [
            sys.executable,
            "-m",
            "studio",
            "run",
            "digits",
            "--watch",
            "1",
            "--port",
            running.port,
            "--json",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1, done.stderr
    summary = json.loads(done.stdout.strip().splitlines()[-1])
    assert summary["same_model"] is False
    assert summary["frames"] > 0
    assert any("another model than the one that was built here" in said for said in summary["problems"])
    assert "another one than was built" in done.stdout


def test_frames_are_said_as_before() -> None:
    frames = Watched(7, 0, 5, 5, 120, True)
    assert "5 of 5" in steps.watch_table(frames)
    assert "another one than was built" in steps.watch_table(replace(frames, same_model=False))
