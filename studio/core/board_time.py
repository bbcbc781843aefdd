"""How long an inference takes on a board, in words, with what the estimate leaves out."""

from studio.core.board import Board, find_board
from studio.core.build import Build, Source, inference_us, layer_cost
from studio.core.formatting import show_time

LIMITS = (
    "Cycles are counted after the core's own table with memory that never waits; interrupts, radio, caches and slow "
    "flash come on top."
)
_SCALED = "The work of other cores is scaled from the Cortex-M4's (core.figures: within about 10 % for whole models)."


LIKE = {
    "virtual_cortex_m4": "arduino_nano_33_ble_sense",
    "virtual_cortex_m0plus": "raspberry_pi_pico",
    "virtual_atmega2560": "arduino_mega_2560",
    "virtual_atmega328p": "arduino_uno_r3",
}
"""The real board, by its id, that a virtual one is sized and clocked like."""


def real_board(board: Board) -> Board:
    """The board itself, or for a virtual one that which it is like."""
    return find_board(LIKE[board.id]) if board.id in LIKE else board


def board_time(build: Build, board: Board) -> str:
    """Such as "about 12 ms on an Arduino Nano 33 BLE Sense at 64 MHz"."""
    megahertz = f"{board.clock_hz / 1e6:g} MHz"
    article = "an" if board.name[:1].lower() in "aeiou" else "a"
    return f"about {_rounded(inference_us(build, board))} on {article} {board.name} at {megahertz}"


def board_time_limits(build: Build, board: Board) -> str:
    """What stands behind the figure, and what it leaves out."""
    counted = all(layer_cost(layer)[1] is Source.MEASURED for layer in build.layers)
    began = (
        "Instructions were counted on the virtual Cortex-M4." if counted else "Instructions are estimated."
    )
    scaled = "" if board.core.value.startswith("cortex-m4") else f" {_SCALED}"
    return f"{began}{scaled} {LIMITS}"


def _rounded(microseconds: int) -> str:
    """Two digits: an estimate has no more."""
    digits = max(0, len(str(microseconds)) - 2)
    rounded = round(microseconds, -digits)
    return show_time(rounded).replace(".0 ", " ")
