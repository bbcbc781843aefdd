"""The face through which the window starts virtual boards: every one of them, with a sensor, misbehaving on request."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.board import Board, find_board
from studio.core.build import Build, Optimize
from studio.core.errors import StudioError
from studio.core.frames import Hello, Result, start
from studio.device.link import Event, Link
from studio.device.virtual_kinds import image_of, virtual_boards, what_is_missing
from studio.device.virtual_kinds import start as start_board
from studio.device.virtual_misbehaviour import Fault, Misbehaviour, together
from tests.device.test_virtual_cores import TINY, needs_simavr

Until = Callable[..., list[Event]]
IDS = ("virtual_cortex_m4", "virtual_cortex_m0plus", "virtual_atmega2560", "virtual_atmega328p")
EACH = [pytest.param(board, marks=[needs_simavr] if "atmega" in board else []) for board in IDS]


@pytest.fixture(scope="module")
def build() -> Build:
    return Build("00" * 32, Optimize.BALANCED, str(TINY), 12, 16, (), ())


def test_the_one_that_needs_nothing_stands_first() -> None:
    assert {board.id for board in virtual_boards()} == set(IDS)
    assert virtual_boards()[0].id == "virtual_cortex_m4"
    assert what_is_missing(virtual_boards()[0]) == ""


@pytest.mark.parametrize("board", EACH)
def test_every_virtual_board_starts_and_serves_its_sensors_samples_in_turn(
    board: str, build: Build, samples: Path, until: Until, expected: Callable[..., np.ndarray]
) -> None:
    answers = expected(np.load(samples)).tolist()
    with start_board(find_board(board), build, sensor=samples) as running, Link(running.port) as link:
        hello = next(e for e in until(link, lambda e: isinstance(e, Hello)) if isinstance(e, Hello))
        link.send(start(20))
        came = until(link, lambda e: isinstance(e, Result) and e.sample == 6)
    results = [event for event in came if isinstance(event, Result)]
    assert hello.board in find_board(board).name
    assert [one.sample for one in results] == list(range(7))
    assert [list(one.values()) for one in results] == answers


@needs_simavr
def test_the_slow_sensor_of_an_avr_takes_three_times_as_long(
    build: Build, samples: Path, until: Until
) -> None:
    board, wanted = find_board("virtual_atmega328p"), together([Fault.SLOW_SENSOR])
    with (
        start_board(board, build, sensor=samples, misbehaviour=wanted) as running,
        Link(running.port) as link,
    ):
        until(link, lambda event: isinstance(event, Hello))
        link.send(start(20))
        came = until(link, lambda event: isinstance(event, Result) and event.sample == 6)
    steps = np.diff([event.device_time_us for event in came if isinstance(event, Result)])
    assert 55_000 < np.median(steps) < 66_000


@needs_simavr
def test_an_avr_without_a_sensor_says_so(build: Build, until: Until) -> None:
    with start_board(find_board("virtual_atmega2560"), build) as running, Link(running.port) as link:
        until(link, lambda event: isinstance(event, Hello))
        link.send(start(20))
        until(link, lambda event: "no sensor" in getattr(event, "text", ""))


def test_faults_add_up() -> None:
    assert together(()) == Misbehaviour()
    assert together([Fault.RESETS, Fault.LOSES_BYTES]) == Misbehaviour(drop=0.002, reset=10)
    assert all(fault.words for fault in Fault)
    assert all(together([fault]) for fault in Fault)


def test_a_real_board_is_refused(build: Build) -> None:
    with pytest.raises(StudioError, match="no virtual board"):
        image_of(find_board("arduino_uno_r3"), build)


@pytest.mark.parametrize("board", ["virtual_cortex_m4", "virtual_cortex_m0plus", "virtual_atmega2560"])
def test_c_that_is_gone_is_a_sentence(board: str, build: Build, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"cache|no file"):
        image_of(find_board(board), replace(build, sources=str(tmp_path / "gone")))
    with pytest.raises(StudioError, match="no longer in the cache"):
        image_of(find_board(board), replace(build, sources=str(tmp_path)))


def test_a_model_that_the_board_has_no_room_for_is_a_sentence(build: Build, tmp_path: Path) -> None:
    for file in TINY.iterdir():
        text = file.read_text("utf-8").replace("STUDIO_ARENA_BYTES 16", "STUDIO_ARENA_BYTES 300000")
        (tmp_path / file.name).write_text(text, encoding="utf-8")
    with pytest.raises(StudioError, match="264 KB that the virtual Cortex-M0"):
        image_of(find_board("virtual_cortex_m0plus"), replace(build, sources=str(tmp_path)))


def test_too_many_constants_for_an_avr_are_refused_before_anything_is_compiled(build: Build) -> None:
    with pytest.raises(StudioError, match=r"first 58\.6 KB"):
        image_of(find_board("virtual_atmega2560"), replace(build, weight_bytes=70_000))


def test_missing_tools_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    board: Board = find_board("virtual_atmega2560")
    assert "sudo apt install gcc-avr" in what_is_missing(board)
