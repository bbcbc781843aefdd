"""Times of layers over the link: medians of some runs, through losses, and sentences for boards that cannot."""

from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.validation import Questions
from studio.device.layer_timing import RUNS, layer_clock
from studio.device.running_validation import RunningValidation
from studio.device.virtual import VirtualBoard
from studio.device.virtual_misbehaviour import Misbehaviour
from tests.device.test_virtual_cores import SHA256

ASKED = Questions(
    SHA256, tuple(range(8)), tuple(bytes((n, 2, 3, 4)) for n in range(8)), tuple(b"\0\0\0" for _ in range(8))
)


def test_a_board_tells_what_each_layer_took(elf: Path) -> None:
    with VirtualBoard(elf) as board:
        found = layer_clock(board.port, ASKED)
    assert found is not None
    assert (found.board, found.model_sha256, found.runs) == ("Virtual Cortex-M4", SHA256, RUNS)
    assert len(found.times_us) == 2
    assert found.known
    assert sum(found.instructions) > 0
    assert sum(found.times_us) <= found.inference_us


def test_a_bad_cable_costs_time_only(elf: Path) -> None:
    with VirtualBoard(elf, misbehaviour=Misbehaviour(drop=0.01, seed=4)) as board:
        found = layer_clock(board.port, ASKED)
    assert found is not None
    assert found.runs == RUNS


def test_another_model_is_refused(elf: Path) -> None:
    asked = Questions("ab" * 32, ASKED.rows, ASKED.inputs, ASKED.expected)
    with VirtualBoard(elf) as board, pytest.raises(StudioError, match="another model"):
        layer_clock(board.port, asked)


def test_an_input_of_the_wrong_length_is_a_sentence(elf: Path) -> None:
    asked = Questions(SHA256, (0,), (b"ab",), (b"\0\0\0",))
    with VirtualBoard(elf) as board, pytest.raises(StudioError, match="another input size"):
        layer_clock(board.port, asked)


def test_a_port_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"ttyNone"):
        layer_clock(str(tmp_path / "ttyNone"), ASKED)


def test_cancelled_there_is_none(elf: Path) -> None:
    with VirtualBoard(elf) as board:
        assert layer_clock(board.port, ASKED, cancelled=lambda: True) is None


def test_a_validation_in_the_background_times_layers_afterwards(elf: Path) -> None:
    begun: list[str] = []
    with VirtualBoard(elf) as board:
        running = RunningValidation(board.port, ASKED, layers=True, before=lambda: begun.append("free"))
        assert running.wait(60)
    assert begun == ["free"]
    assert running.heard is not None
    assert running.clock is not None
    assert running.clock.known
