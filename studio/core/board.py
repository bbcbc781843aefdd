"""Boards: what a maker can flash, read from one TOML file each."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from studio.core.codec import from_json
from studio.core.errors import StudioError
from studio.core.places import resources


class Core(StrEnum):
    """The processor cores that boards carry."""

    CORTEX_M0PLUS = "cortex-m0plus"
    CORTEX_M4 = "cortex-m4"
    CORTEX_M7 = "cortex-m7"
    CORTEX_M33 = "cortex-m33"
    CORTEX_A = "cortex-a"
    XTENSA_LX6 = "xtensa-lx6"
    XTENSA_LX7 = "xtensa-lx7"
    RISC_V = "risc-v"
    AVR = "avr"


@dataclass(frozen=True, slots=True)
class Board:
    """A board and its three building blocks.

    `clock_hz` with `cycles_per_instruction` (of the core's own instructions, or of the cycles that figures.py
    counts for it; an estimate) gives compute; `free_ram_bytes` and `free_flash_bytes` are what the usual core and
    bootloader leave of memory and storage. `constant_bytes` is the part of flash that the generated C's constants
    must lie in, 0 where that is all of it. `usb_ids` are "vid:pid" in hex. `fqbn`, `platformio` ("platform:board"),
    `idf_target` and `zephyr` name the board to arduino-cli, PlatformIO, ESP-IDF and Zephyr; empty: it has none there.
    `core_index` is the address that arduino-cli learns the core from, empty for Arduino's own. `drive_file` is the
    ending of the file that the board's own drive takes, `drives` how that drive calls itself.
    """

    id: str
    name: str
    core: Core
    clock_hz: int
    cycles_per_instruction: float
    flash_bytes: int
    free_flash_bytes: int
    ram_bytes: int
    free_ram_bytes: int
    flashing: str
    source: str
    fqbn: str = ""
    platformio: str = ""
    idf_target: str = ""
    zephyr: str = ""
    usb_ids: tuple[str, ...] = ()
    virtual: bool = False
    takes_float: bool = False
    constant_bytes: int = 0
    core_index: str = ""
    drive_file: str = ""
    drives: tuple[str, ...] = ()


@cache
def boards() -> tuple[Board, ...]:
    """Every board in resources/boards, virtual ones first, then by name."""
    found = []
    for file in sorted((resources() / "boards").glob("*.toml")):
        try:
            found.append(
                from_json(Board, {"id": file.stem, **tomllib.loads(file.read_text(encoding="utf-8"))})
            )
        except (ValueError, OSError) as error:
            raise StudioError(
                f"The board file {file} cannot be used: {error}. Correct it or remove it."
            ) from error
    return tuple(sorted(found, key=lambda board: (not board.virtual, board.name)))


def find_board(board_id: str) -> Board:
    """The board with this id (hyphens count as underscores), or a StudioError that lists those there are."""
    wanted = board_id.replace("-", "_").lower()
    for board in boards():
        if board.id == wanted:
            return board
    known = ", ".join(board.id for board in boards())
    raise StudioError(f"There is no board '{board_id}'. Choose one of: {known}.")
