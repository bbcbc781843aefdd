"""From an order to the steps that fulfil it: a pure function, and the reasons why there are none."""

from collections.abc import Callable
from pathlib import Path

from studio.core.board import Board
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat
from studio.device.toolchains import arduino_cli, esp, platformio
from studio.device.toolchains.drives import suits
from studio.device.toolchains.steps import Order, Setup, Step
from studio.device.toolchains.tools import how_to_get, missing

_DRIVERS: dict[ExportFormat, Callable[[Order, Setup, Path], tuple[Step, ...]]] = {
    ExportFormat.ARDUINO: arduino_cli.steps,
    ExportFormat.PLATFORMIO: platformio.steps,
    ExportFormat.ESP_IDF: esp.steps,
}


def why_no_flashing(format_: ExportFormat, board: Board) -> str | None:
    """Why the studio does not build and flash this export by itself, with what to do; None: it does."""
    if board.virtual:
        return "Nothing to flash: the Live page starts the virtual board with this very firmware."
    if format_ not in _DRIVERS:
        return f"The studio does not build this format by itself; the export's README.md says how. {board.flashing}"
    if format_ is ExportFormat.ARDUINO and not board.fqbn:
        return f"arduino-cli has no core for the {board.name}; the export's README.md says how to build it."
    return None


def plan(order: Order, setup: Setup, work: Path) -> tuple[Step, ...]:
    """The steps, with what they build below `work`. StudioError where there is no way, or a tool is missing."""
    if refused := why_no_flashing(order.format, order.board):
        raise StudioError(refused)
    for name in missing(order.format, setup):
        raise StudioError(how_to_get(name))
    if order.drive is not None and not suits(order.drive, order.board):
        raise StudioError(
            f"The drive {order.drive.name} is of another board than the {order.board.name}. "
            "Choose another drive or board."
        )
    return _DRIVERS[order.format](order, setup, work)
