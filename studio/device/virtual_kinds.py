"""The virtual boards that can be started: which there are, what each needs, and the one function that starts them.

    board = find_board("virtual_atmega2560")
    if not (missing := what_is_missing(board)):
        running = start(board, results.build, sensor=file, misbehaviour=together({Fault.RESETS}))
        ...  # connect to running.port; running.close()

All but `virtual_boards` and `what_is_missing` may take seconds: not for the window's thread.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from studio.core.board import Board, Core, boards
from studio.core.build import Build
from studio.core.errors import StudioError
from studio.core.formatting import show_bytes
from studio.core.products import is_whole
from studio.core.storage import read_error
from studio.device.virtual import VirtualBoard
from studio.device.virtual_avr import build_avr
from studio.device.virtual_misbehaviour import Misbehaviour

AVR_CHIPS = {"virtual_atmega2560": "atmega2560", "virtual_atmega328p": "atmega328p"}
"""What avr-gcc and simavr call the chip of a board in resources/boards."""

_MEASURED_ON = "virtual_cortex_m4"  # its image is in every build that was measured
_LONGEST_SECONDS = 120


def virtual_boards() -> tuple[Board, ...]:
    """Those in resources/boards, the Cortex-M4 first: it needs nothing but the studio."""
    found = [board for board in boards() if board.virtual]
    return tuple(
        sorted(found, key=lambda board: (board.id != _MEASURED_ON, board.core is Core.AVR, board.name))
    )


def what_is_missing(board: Board) -> str:
    """What has to be installed before it can be started, in a sentence; "" for nothing that shows at once."""
    if board.core is Core.AVR and (os.name == "nt" or shutil.which("avr-gcc") is None):
        return (
            f"The {board.name} needs gcc-avr, avr-libc and libsimavr-dev. On Debian or Ubuntu: "
            "'sudo apt install gcc-avr avr-libc libsimavr-dev', then choose it again."
        )
    return ""


def start(
    board: Board,
    build: Build,
    *,
    sensor: Path | None = None,
    misbehaviour: Misbehaviour | None = None,
    baud: int | None = None,
) -> VirtualBoard:
    """The board with the firmware of `build`, running; `sensor` is an .npy of samples as the model stores them.

    The first start of a board with another core than the Cortex-M4's compiles for some seconds. Raises StudioError
    where a tool is missing or the model does not fit on the board.
    """
    elf = image_of(board, build)
    return VirtualBoard(
        elf, sensor=sensor, misbehaviour=misbehaviour, baud=baud, avr_chip=AVR_CHIPS.get(board.id, "")
    )


def image_of(board: Board, build: Build) -> Path:
    """The firmware for a virtual board from the C of `build`, from the cache or fresh."""
    if not board.virtual:
        raise StudioError(f"The {board.name} is no virtual board. Plug it in and choose its port.")
    if board.id == _MEASURED_ON and build.firmware and is_whole(Path(build.firmware)):
        return Path(build.firmware)
    if board.id in AVR_CHIPS:
        if board.constant_bytes and build.weight_bytes > board.constant_bytes:
            raise StudioError(
                f"This model's constants take {show_bytes(build.weight_bytes)}; an AVR reads them from the first "
                f"{show_bytes(board.constant_bytes)} of its flash. Compress it further."
            )
        return build_avr(_texts(Path(build.sources)), AVR_CHIPS[board.id])
    return _linked(board, build)


def _texts(folder: Path) -> dict[str, str]:
    try:
        found = {
            file.name: file.read_text("utf-8")
            for file in sorted(folder.iterdir())
            if file.suffix in (".c", ".h")
        }
    except OSError as error:
        raise read_error(folder, error) from error
    if not found:
        raise StudioError(
            "The C code is no longer in the cache. Change the recipe and back to write it again."
        )
    return found


def _linked(board: Board, build: Build) -> Path:
    """By studio.compiler.board_image, in a process of its own."""
    environment = dict(os.environ)
    source = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environment.get("PYTHONPATH", ""))))
    command = [sys.executable, "-m", "studio.compiler.board_image"]
    command += ["--sources", build.sources, "--board", board.id, "--optimize", build.optimize.value]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
            stdin=subprocess.DEVNULL, timeout=_LONGEST_SECONDS,
        )  # fmt: skip
        said = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise StudioError(
            f"The firmware for the {board.name} took longer than {_LONGEST_SECONDS} s to build. Try again."
        ) from None
    except (ValueError, IndexError):
        raise StudioError(
            f"The compiler for the {board.name} ended without a word. Try again; if it happens again, install "
            "ziglang anew."
        ) from None
    if "error" in said:
        raise StudioError(str(said["error"]))
    return Path(said["elf"])
