"""On-target validation from the command line: real worker, compiler, virtual boards and link."""

import json
import shutil
from pathlib import Path

import pytest

from studio.__main__ import main
from studio.core.board import find_board
from studio.core.errors import StudioError
from studio.device.virtual_misbehaviour import Misbehaviour
from studio.headless.validate import ValidateOptions, check_board


def validated(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    code = main(["validate", "sine", "--json", *words])
    said = capsys.readouterr().out
    assert code == 0, said
    found: dict[str, object] = json.loads(said.splitlines()[-1])
    return found


def test_a_virtual_board_is_validated_and_the_check_passes(capsys: pytest.CaptureFixture[str]) -> None:
    found = validated(capsys, "--samples", "60")
    assert (found["asked"], found["samples"], found["equal"]) == (60, 60, 60)
    assert found["board"] == "Virtual Cortex-M4"
    assert found["board_accuracy"] is None  # it gives numbers, not classes
    assert isinstance(found["check"], dict)
    assert (found["check"]["id"], found["check"]["verdict"]) == ("C18", "pass")


def test_a_cortex_m0plus_on_a_bad_cable_gets_through(capsys: pytest.CaptureFixture[str]) -> None:
    found = validated(
        capsys, "--samples", "60", "--board", "virtual-cortex-m0plus", "--misbehave", "drop=0.003,seed=4"
    )
    assert (found["board"], found["equal"]) == ("Virtual Cortex-M0+", 60)
    assert isinstance(found["resent"], int)
    assert found["resent"] > 0


@pytest.mark.skipif(
    shutil.which("avr-gcc") is None or not Path("/usr/include/simavr/sim_avr.h").is_file(),
    reason="gcc-avr or libsimavr-dev not installed (scripts/test does)",
)
def test_an_avr_answers_as_this_computer(capsys: pytest.CaptureFixture[str]) -> None:
    found = validated(capsys, "--samples", "40", "--board", "virtual_atmega2560")
    assert (found["board"], found["equal"]) == ("Virtual ATmega2560", 40)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (ValidateOptions("sine", board="raspberry_pi_pico"), "name its port with --port"),
        (ValidateOptions("sine", samples=0), "at least one sample"),
        (
            ValidateOptions("sine", port="/dev/ttyACM0", misbehaviour=Misbehaviour(drop=0.1)),
            "Only a virtual board",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_said_before_the_long_work(options: ValidateOptions, says: str) -> None:
    with pytest.raises(StudioError, match=says):
        check_board(find_board(options.board), options)


def test_words_that_are_no_misbehaviour_end_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "sine", "--misbehave", "explode=1"]) == 1
    assert "is no misbehaviour" in capsys.readouterr().err
