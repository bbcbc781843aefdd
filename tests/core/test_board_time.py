from dataclasses import replace

from studio.core.board import boards, find_board
from studio.core.board_time import board_time, board_time_limits, real_board
from studio.core.build import Build, LayerBuild, Optimize

NANO, PICO = find_board("arduino_nano_33_ble_sense"), find_board("raspberry_pi_pico")
LAYER = LayerBuild(
    0, "dense", "FULLY_CONNECTED", 500_000, 1000, 10, instructions=600_000, kernels=("studio_vector",)
)
BUILD = Build("ab" * 32, Optimize.BALANCED, "", 1000, 1000, (LAYER,), ())


def test_a_time_is_said_with_board_and_clock_and_no_more_digits_than_it_has() -> None:
    assert board_time(BUILD, NANO) == f"about 12 ms on an {NANO.name} at 64 MHz"
    assert board_time(BUILD, PICO).endswith("on a Raspberry Pi Pico at 133 MHz")


def test_its_limits_are_said() -> None:
    assert board_time_limits(BUILD, NANO).startswith(
        "Instructions were counted on the virtual Cortex-M4. Cycles"
    )
    assert "scaled from the Cortex-M4" in board_time_limits(BUILD, PICO)
    guessed = replace(BUILD, layers=(replace(LAYER, instructions=None),))
    assert "are estimated" in board_time_limits(guessed, NANO)
    assert "memory that never waits" in board_time_limits(guessed, NANO)


def test_every_virtual_board_is_like_a_real_one_of_its_core() -> None:
    for board in boards():
        real = real_board(board)
        assert not real.virtual
        assert real.core is board.core
        assert real.clock_hz == board.clock_hz or not board.virtual
